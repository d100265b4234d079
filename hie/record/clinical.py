"""Clinical records under their FHIR names, with the text that stood in the source.

Named tuples, not dataclasses: a region's first load builds tens of millions of them, and a
tuple is made five times faster than a frozen dataclass (docs/adr/0008). Values stay text:
`"<0.5"`, `" 3 +"` and `'""'` are what the hospital said, leading blanks included.
Absent is the empty string; `'""'` is HL7's explicit null.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.narrative import Composition
from hie.record.people import HumanName, PatientFacts


class Coding(NamedTuple):
    """A code, its text and its system (CWE.1 to CWE.3), as written, outer blanks stripped."""

    code: str = ""
    text: str = ""
    system: str = ""


class Observation(NamedTuple):
    """One result (OBX)."""

    code: Coding
    """Standard code where given (JLAC10), else the local one."""
    local: Coding
    """The second triplet of OBX-3: the facility's own code and name."""
    value: str
    """OBX-5 as written; repetitions joined by `~`, coded values as `code^text`."""
    value_text: str
    """What a reader shows: the text of a coded value, else `value`."""
    value_type: str
    """OBX-2: NM, ST, CWE, TX, …"""
    unit: str
    """OBX-6 as shown: its text component, else its code."""
    unit_code: str
    reference_range: str
    flag: str
    """OBX-8: L, H, LL, HH, N, A, …"""
    status: str
    """OBX-11: F, P, C, X, …"""
    observed_at: str
    """Digits of OBX-14, else of the specimen's SPM-17, else of OBR-7."""
    group: Coding
    """OBR-4: the panel it belongs to."""
    specimen: Coding
    """SPM-4: material."""
    sub_id: str
    """OBX-4: pairs the results that belong together, an organism and its quantity."""
    note: str = ""
    """NTE behind it, one line per segment."""

    def __repr__(self) -> str:
        """Show the code only."""
        return f"Observation({self.code.code})"


class MedicationRequest(NamedTuple):
    """One drug of a prescription or injection order (ORC, RXE, TQ1, RXR; RXC for injections)."""

    order_number: str
    group: str
    """Rp number (ORC-4), two digits where it could be read."""
    medication: Coding
    """RXE-2 of a prescription; RXC-2 of an injection's component."""
    local: Coding
    dose: str
    """RXE-3 / RXC-3: single dose as written; `'""'` where not definable."""
    dose_unit: str
    daily_dose: str
    """RXE-19.1"""
    total: str
    """RXE-10: total amount dispensed."""
    total_unit: str
    form: str
    """RXE-6: dosage form, text."""
    usage: Coding
    """TQ1-3: JAMI standard usage code and its text."""
    usage_supplements: tuple[str, ...]
    """Texts of further TQ1-3 repetitions (alternate days, days of the week, uneven doses)."""
    days: str
    """TQ1-6.1 with unit day: days supplied, or empty."""
    occurrences: str
    """TQ1-14: number of doses of a drug taken when needed."""
    start: str
    """Digits of TQ1-7."""
    end: str
    """Digits of TQ1-8."""
    condition: str
    """TQ1-11: free text such as "twice a day at most"."""
    category: Coding
    """RXE-27: 21 internal, 22 when needed, 23 external, 24 self-injection; injections: RXE-27."""
    dispensing: tuple[str, ...]
    """Texts of RXE-21: out-patient, dispensed outside, at discharge, …"""
    instructions: tuple[str, ...]
    """Texts of RXE-7: crushed, one-dose package, …"""
    route: Coding
    """RXR-1"""
    site: Coding
    """RXR-2"""
    component: str
    """Injections: RXC-1, `B` base or `A` additive; empty for prescriptions."""
    rate: str
    """Injections: RXE-23 with its unit, or RXE-22."""
    prescription_number: str
    """RXE-15"""
    status: str
    """ORC-1: NW, CA, …"""
    ordered_at: str
    """Digits of ORC-9."""
    orderer: str
    """Name of ORC-12, family and given."""
    injection_kind: Coding
    """Injections: RXE-2, what kind of injection it is; empty for prescriptions."""
    device: Coding = Coding()
    """RXR-3: infusion pump, set, …"""
    method: Coding = Coding()
    """RXR-4: intravenous by a peripheral vein, …"""
    refills: str = ""
    """RXE-12: how often it may be dispensed again (from Ver.1.2h)."""
    dose_max: str = ""
    """Prescriptions: RXE-4, where `dose` is the least and this the most of an uneven single dose."""
    strength: str = ""
    """RXE-25 / RXC-5 with its unit: how much of the active substance."""
    volume: str = ""
    """Injections: RXE-3 with its unit, the mixture as a whole; empty for prescriptions."""

    def __repr__(self) -> str:
        """Show the order only."""
        return f"MedicationRequest({self.order_number}/{self.group})"


class Place(NamedTuple):
    """Where a patient lies (PL): a department's clinic, or ward, room and bed."""

    department: str = ""
    """PL.1 of an out-patient's place (PL.6 is C or D)."""
    ward: str = ""
    room: str = ""
    bed: str = ""


NOWHERE = Place()


class MedicationAdministration(NamedTuple):
    """One drug as it was given (RXA, and the RXR behind it)."""

    order_number: str
    group: str
    """Rp number, for injections with the administration behind it, as in `MedicationRequest`."""
    medication: Coding
    """RXA-5"""
    local: Coding
    dose: str
    """RXA-6, as written."""
    dose_unit: str
    form: str
    """RXA-8: dosage form, text."""
    start: str
    """Digits of RXA-3."""
    end: str
    """Digits of RXA-4."""
    notes: tuple[str, ...]
    """Texts of RXA-9."""
    performer: str
    """Name of RXA-10, family and given."""
    place: Place
    """RXA-11: where it was given."""
    rate: str
    """RXA-12: amount per time, text."""
    lots: tuple[str, ...]
    """RXA-15: lot numbers of blood products and vaccines."""
    expirations: tuple[str, ...]
    """Digits of RXA-16."""
    manufacturer: Coding
    """RXA-17"""
    status: str
    """RXA-20, table 0322: CP complete, PA partially, NA not given, RE refused."""
    refusal: Coding
    """RXA-18: why it was refused."""
    route: Coding
    """RXR-1"""
    site: Coding
    """RXR-2"""
    device: Coding
    """RXR-3"""
    method: Coding
    """RXR-4"""
    ordered_at: str
    """Digits of ORC-9."""
    orderer: str
    """Name of ORC-12, family and given."""
    control: str
    """ORC-1: NW, CA, …"""
    strength: str = ""
    """RXA-13 with its unit: how much of the active substance."""

    def __repr__(self) -> str:
        """Show the order only."""
        return f"MedicationAdministration({self.order_number}/{self.group})"


class NutritionOrder(NamedTuple):
    """One diet, supplement or preference of a meal order (ORC, TQ1, ODS)."""

    order_number: str
    kind: str
    """ODS-1, table 0159: D diet, S supplement, P preference."""
    meals: tuple[Coding, ...]
    """ODS-2: breakfast, lunch, supper; empty where it is every meal."""
    foods: tuple[Coding, ...]
    """ODS-3"""
    texts: tuple[str, ...]
    """ODS-4: less salt, …"""
    frequency: tuple[Coding, ...]
    """TQ1-3: how often a day."""
    start: str
    """Digits of TQ1-7: the first meal."""
    end: str
    """Digits of TQ1-8: the last meal, or empty while nobody has ended it."""
    status: str
    """ORC-1: NW, CA, …"""
    ordered_at: str
    """Digits of ORC-9."""
    orderer: str
    """Name of ORC-12, family and given."""

    def __repr__(self) -> str:
        """Show the order only."""
        return f"NutritionOrder({self.order_number})"


class ServiceRequest(NamedTuple):
    """One examination as ordered (ORC, TQ1, OBR; SPM of laboratory orders)."""

    order_number: str
    code: Coding
    """OBR-4: panel, JJ1017, LENDO or JLAC10."""
    local: Coding
    """The second triplet of OBR-4."""
    items: tuple[Coding, ...]
    """Laboratory orders: what shall be measured (OBX-3 of OBX without a value)."""
    specimen: Coding
    """SPM-4: material."""
    site: Coding
    """SPM-8: where it is taken from."""
    collected_at: str
    """Digits of SPM-17, else of OBR-7."""
    scheduled_at: str
    """Digits of OBR-36, else of TQ1-7."""
    priority: Coding
    """TQ1-9"""
    reason: str
    """OBR-13: clinical information, text."""
    danger: Coding
    """OBR-12: infection to beware of."""
    control: str
    """ORC-1: NW; CH for one of several examinations of an order; CA."""
    status: str
    """ORC-5, table 0038."""
    ordered_at: str
    """Digits of ORC-9."""
    orderer: str
    """Name of ORC-12, family and given."""
    department: Coding
    """ORC-17"""
    note: str = ""
    """NTE behind ORC or OBR, one line per segment."""

    def __repr__(self) -> str:
        """Show the order only."""
        return f"ServiceRequest({self.order_number})"


class Performer(NamedTuple):
    """Who took part in a procedure: `role` is the JCC of ZE1-6 or the OBX item, `name` as written."""

    role: Coding
    name: str

    def __repr__(self) -> str:
        """Show the role only."""
        return f"Performer({self.role.code})"


class Material(NamedTuple):
    """What a procedure used: a drug, an instrument, a film (ZRD)."""

    kind: Coding
    """ZE1-8 or the OBX item: drug, instrument, endoscope."""
    item: Coding
    quantity: str
    unit: str
    partition: str
    """ZRD.6: parts of a film."""


class Exposure(NamedTuple):
    """How a picture was taken (ZE2); each a number and its unit, `80 kV`."""

    voltage: str
    current: str
    distance: str
    time: str
    times: str
    comment: str


class Procedure(NamedTuple):
    """What was done (ZE1, ZE2, and the OBX that say who, with what and when)."""

    code: Coding
    """ZE1-3"""
    local: Coding
    times: str
    """ZE1-4: how often."""
    control: str
    """ZE1-2: RS performed."""
    surcharge: Coding
    """ZE1-5"""
    performers: tuple[Performer, ...]
    materials: tuple[Material, ...]
    start: str
    """Digits of the start that OBX gives."""
    end: str
    exposures: tuple[Exposure, ...]

    def __repr__(self) -> str:
        """Show the code only."""
        return f"Procedure({self.code.code})"


class StudyLink(NamedTuple):
    """What joins a performed examination to its DICOM study (IPC)."""

    accession_number: str
    """IPC-1: (0008,0050)."""
    requested_procedure: str
    """IPC-2: (0040,1001)."""
    study_instance_uid: str
    """IPC-3: (0020,000D)."""
    scheduled_step: str
    """IPC-4: (0040,0009)."""
    modality: str
    """IPC-5: CT, ES, …"""


class ResearchStudy(NamedTuple):
    """A clinical trial that an order belongs to (CTI)."""

    identifier: str
    """CTI-1"""
    phase: Coding
    """CTI-2"""
    planned: Coding
    """CTI-3: the planned point of time."""


class Condition(NamedTuple):
    """One diagnosis (PRB, ZPR)."""

    code: Coding
    """PRB-3: MEDIS 病名管理番号."""
    icd10: str
    """PRB-10.1 where its system is I10, as written (`K297`)."""
    name: str
    """Display name: prefixes, PRB-3 text, suffixes (fact sheet §4.7)."""
    instance: str
    """PRB-4"""
    action: str
    """PRB-1: AD, CO, DE, UP, UC."""
    onset: str
    """Digits of PRB-16, else PRB-7, else PRB-2."""
    end: str
    """Digits of PRB-15 with an outcome, else PRB-9."""
    outcome: Coding
    """PRB-14"""
    suspected: bool
    """PRB-13 says suspected, or a suffix of suspicion stands in ZPR-3."""
    primary: bool
    """PRB-18 says main diagnosis."""
    category: Coding
    """PRB-10.4: at admission, out-patient, …"""
    department: Coding
    """ORC-17"""
    restricted: bool
    """PRB-25 is V (HL7 0177): very restricted."""
    teeth: tuple[Coding, ...] = ()
    """ZPD-2: dental formula (歯式)."""

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"Condition({self.instance})"


class Encounter(NamedTuple):
    """A visit or one event of a stay, planned, done or taken back (EVN, PV1, PV2)."""

    event: str
    """ADT event: A04, A01, A11, A02, A21, …"""
    patient_class: str
    """PV1-2: I, O."""
    at: str
    """Digits of the event's own time, which may lie ahead (PV1-44, PV1-45, EVN-6, PV2-8, PV2-9)."""
    admitted_at: str
    discharged_at: str
    department: str
    """PV1-10, else PV1-3.1 of an out-patient."""
    ward: str
    room: str
    bed: str
    attending: str
    """Name of PV1-7, family and given."""
    disposition: str
    """PV1-36, table 0112."""
    admitting: str = ""
    """Name of PV1-17, family and given."""
    prior: Place = NOWHERE
    """PV1-6: where the patient lay before a transfer."""
    reserved: Place = NOWHERE
    """PV2-1: what was kept free for a plan that is taken back (A26, A27)."""
    expected_discharge: str = ""
    """Digits of PV2-9, where the event is another (A14)."""
    expected_return: str = ""
    """Digits of PV2-47: when a patient on leave is to be back."""
    reason: str = ""
    """EVN-4, table 0062."""

    def __repr__(self) -> str:
        """Show the event only."""
        return f"Encounter({self.event})"


class AllergyIntolerance(NamedTuple):
    """One allergy (AL1, IAM)."""

    category: Coding
    """AL1-2, IAM-2: drug, food, … (HL7 0127)."""
    substance: Coding
    severity: Coding
    """AL1-4, IAM-4: SV, MO, MI (HL7 0128)."""
    reaction: str
    """AL1-5, IAM-5: what happened, in words."""
    action: Coding = Coding()
    """IAM-6: added, updated, deleted (HL7 0323)."""
    instance: str = ""
    """IAM-7.1: names this allergy across versions of the list."""
    reason: str = ""
    """IAM-8: why it was added or changed."""
    sensitivity: Coding = Coding()
    """IAM-9: allergy, intolerance, adverse reaction, contraindication (HL7 0436)."""
    onset: str = ""
    """Digits of IAM-11, often of the year and month only."""
    onset_text: str = ""
    """IAM-12"""
    reported_at: str = ""
    """Digits of IAM-13."""
    verification: Coding = Coding()
    """IAM-17: confirmed, suspect, inactive, erroneous, … (HL7 0438)."""
    verified_by: str = ""
    """Name of IAM-18, family and given."""
    verified_at: str = ""
    """Digits of IAM-20."""

    @property
    def deleted(self) -> bool:
        """The list takes this allergy back (IAM-6 D), or calls it an error (IAM-17 E)."""
        return self.action.code == "D" or self.verification.code == "E"

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return "AllergyIntolerance(…)"


class Coverage(NamedTuple):
    """One insurance or public expense (IN1); shown to nobody outside the writing facility."""

    kind: Coding
    insurer: str
    start: str
    end: str
    symbol: str = ""
    """IN1-10, first of several: 記号 (doubt Q5)."""
    number: str = ""
    """IN1-10 where it stands alone, else its second: 番号."""
    branch: str = ""
    """IN1-10, third: 枝番."""
    group: str = ""
    """IN1-11 as written: 記号・番号 of older senders, a placeholder of newer ones."""
    plan: str = ""
    """IN1-15, JHSD0002."""
    relationship: Coding = Coding()
    """IN1-17: what the insured person is to the patient (HL7 0063)."""

    def __repr__(self) -> str:
        """Show nothing."""
        return "Coverage(…)"


class Contact(NamedTuple):
    """A person to reach (NK1)."""

    name: HumanName
    relationship: Coding
    """NK1-3, HL7 0063."""
    address: str
    postal_code: str
    home_phone: str
    work_phone: str

    def __repr__(self) -> str:
        """Show nothing."""
        return "Contact(…)"


class Demographics(NamedTuple):
    """What ADT-00 says about a person (PID, NK1, DB1)."""

    patient: PatientFacts
    address: str
    postal_code: str
    home_phone: str
    work_phone: str
    updated_at: str
    """Digits of PID-33."""
    contacts: tuple[Contact, ...] = ()
    """NK1"""
    disabled: str = ""
    """DB1-4 of the patient: Y, N, or empty where it is not said."""

    def __repr__(self) -> str:
        """Show nothing."""
        return "Demographics(…)"


class ParentResult(NamedTuple):
    """The result that a panel belongs to (OBR-26): susceptibilities name their organism."""

    code: Coding
    """The item of the parent (OBX-3)."""
    sub_id: str
    """The parent's OBX-4."""
    text: str
    """What the parent found."""


class DiagnosticReport(NamedTuple):
    """The head of one panel of results (OBR of OML-11, OMG-13) or of an examination that was performed."""

    order_number: str
    code: Coding
    collected_at: str
    reported_at: str
    status: str
    specimen: Coding
    department: Coding
    orderer: str
    parent: ParentResult = ParentResult(Coding(), "", "")
    note: str = ""
    """NTE behind OBR or ORC, one line per segment."""

    def __repr__(self) -> str:
        """Show the order only."""
        return f"DiagnosticReport({self.order_number})"


Record = (
    Observation
    | MedicationRequest
    | Condition
    | Encounter
    | AllergyIntolerance
    | Coverage
    | Demographics
    | DiagnosticReport
    | MedicationAdministration
    | NutritionOrder
    | ServiceRequest
    | Procedure
    | StudyLink
    | ResearchStudy
    | Composition
)
