"""Clinical records under their FHIR names, with the text that stood in the source.

Named tuples, not dataclasses: a region's first load builds tens of millions of them, and a
tuple is made five times faster than a frozen dataclass (docs/adr/0008). Values stay text:
`"<0.5"`, `" 3 +"` and `'""'` are what the hospital said, leading blanks included.
Absent is the empty string; `'""'` is HL7's explicit null.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.people import PatientFacts


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

    def __repr__(self) -> str:
        """Show the order only."""
        return f"MedicationRequest({self.order_number}/{self.group})"


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

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"Condition({self.instance})"


class Encounter(NamedTuple):
    """A visit, admission or discharge event (EVN, PV1)."""

    event: str
    """ADT event: A04, A01, A11, A03, A13."""
    patient_class: str
    """PV1-2: I, O."""
    at: str
    """Digits of the event's own time (PV1-44, PV1-45)."""
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

    def __repr__(self) -> str:
        """Show the event only."""
        return f"Encounter({self.event})"


class AllergyIntolerance(NamedTuple):
    """One allergy (AL1, IAM)."""

    category: Coding
    substance: Coding
    severity: Coding
    reaction: str

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return "AllergyIntolerance(…)"


class Coverage(NamedTuple):
    """One insurance or public expense (IN1); shown to nobody outside the writing facility."""

    kind: Coding
    insurer: str
    start: str
    end: str

    def __repr__(self) -> str:
        """Show nothing."""
        return "Coverage(…)"


class Demographics(NamedTuple):
    """What ADT-00 says about a person (PID, NK1, DB1)."""

    patient: PatientFacts
    address: str
    postal_code: str
    home_phone: str
    work_phone: str
    updated_at: str
    """Digits of PID-33."""

    def __repr__(self) -> str:
        """Show nothing."""
        return "Demographics(…)"


class DiagnosticReport(NamedTuple):
    """The head of one laboratory panel (OBR of OML-11) or of an imaging order."""

    order_number: str
    code: Coding
    collected_at: str
    reported_at: str
    status: str
    specimen: Coding
    department: Coding
    orderer: str

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
)
