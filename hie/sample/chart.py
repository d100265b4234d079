"""A person's chart at one facility: what happens there becomes documents of its storage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from hashlib import blake2b
from operator import or_
from typing import NamedTuple

from hie.record.clinical import (
    Coding,
    Condition,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    Record,
)
from hie.record.entry import NO_LABELS, Label
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import PatientFacts
from hie.sample.allergies import ALLERGIES
from hie.sample.analytes import ORDER_SETS, Spelling, spelled
from hie.sample.body import GROWN_UP, Body
from hie.sample.diagnoses import DIAGNOSES, RESTRICTED, UNCODED, Diagnosis
from hie.sample.drugs import Infusion, Rp
from hie.sample.facilities import DEPARTMENTS, NO_DEPARTMENT, Site
from hie.sample.lines import (
    NOTHING,
    OrderHead,
    body_size,
    examination_asked,
    examination_done,
    infused,
    measured,
    ordered,
    reason_given,
    stated,
)
from hie.sample.names import Person
from hie.sample.plan import day_text
from ssmix2.layout import NO_DATE, NO_ORDER, UNDATED_KINDS, ConditionFlag
from ssmix2.writer import Envelope, Practitioner, file_name, write

_OUTCOME_CURED = Coding("F", "治癒", "HL70241")
_OUT_PATIENT = Coding("O", "外来時", "JHSD0004")
_NEVER = 0
_OUTPATIENT, _INPATIENT, _AT_DISCHARGE = ("外来処方", "院外処方"), ("入院処方", "定期処方"), ("退院処方",)
_TECHNIQUES = {"CR": (1, "単純X線"), "CT": (6, "単純CT"), "MR": (7, "MRI")}
_FROM_ORDER_TO_IMAGE = 12  # minutes


_OF_OLD_AGE = 75
"""Years from which on everybody is insured by the system of old age."""


PSYCHIATRIC_CARE = frozenset({"02", "33", "50"})
"""Departments by which everything they write is psychiatric."""


class Document(NamedTuple):
    """One file of the region: below which facility's storage it lies, and its bytes."""

    facility: FacilityCode
    area: str
    """`ssmix2`, `extended` or `dicom`: the folder below the facility's."""
    locator: str
    content: bytes
    labels: int = NO_LABELS
    """What it was told to be, as bits of `Label`: the truth that a labelling is measured by."""

    def flagged(self, flag: ConditionFlag) -> Document:
        """Give the same file in another state."""
        return self._replace(locator=self.locator[:-1] + str(flag))


class Disease(NamedTuple):
    """An entry of a problem list: key of `DIAGNOSES`, ordinals of onset and end, and how sure it is."""

    key: str
    onset: int
    end: int = _NEVER
    suspected: bool = False
    primary: bool = False
    labels: int = NO_LABELS
    """What it tells of the person, as bits of `Label`."""
    told: tuple[str, str] | None = None
    """ICD-10 and name of what stands in no table; typed by hand where the code is empty."""


class Imaging(NamedTuple):
    """An examination as ordered and performed; joins to DICOM by accession number and study UID."""

    accession_number: str
    study_instance_uid: str
    modality: str
    description: str
    ordinal: int
    clock: str


class Stay(NamedTuple):
    """Where an in-patient lies."""

    admitted: str
    """Digits of the admission."""
    department: str
    ward: str
    room: str
    bed: str


def uid(*parts: object) -> str:
    """Derive a DICOM UID below 2.25 (a UUID's arc) from what it names."""
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=15).digest()
    return f"2.25.{int.from_bytes(digest, 'big')}"


def _before(clock: str) -> str:
    """Give the time at which an image of `clock` (HHMM) was asked for."""
    minutes = int(clock[:2]) * 60 + int(clock[2:]) - _FROM_ORDER_TO_IMAGE
    return f"{minutes // 60:02d}{minutes % 60:02d}"


@lru_cache(256)
def _panels(
    order_set: str,
    dialect: int,
    female: bool,  # noqa: FBT001  a table's axis
    grown_up: bool,  # noqa: FBT001
) -> tuple[tuple[Spelling, ...], ...]:
    """Put an order set as one laboratory spells it under its panels; children have no eGFR."""
    panels: dict[str, list[Spelling]] = {}
    for key in ORDER_SETS[order_set]:
        if grown_up or key != "EGFR":
            item = spelled(key, dialect, female)
            panels.setdefault(item.analyte.panel + item.analyte.specimen, []).append(item)
    return tuple(map(tuple, panels.values()))


def _typed(icd10: str, name: str) -> Diagnosis:
    """Make a diagnosis that stands in no table; what has no code bears the number of what is uncoded."""
    number = sum(map(ord, name)) % 90 + 10
    return Diagnosis(Coding(f"2098{number:04d}" if icd10 else UNCODED, name, "MDCDX2"), icd10, number)


class Chart:
    """Writes the documents of one person at one site; numbers orders and messages in sequence."""

    def __init__(
        self, site: Site, person: Person, body: Body, allergies: tuple[str, ...] = (), *, behind: int = 0
    ) -> None:
        """Open a chart that numbers its orders and messages behind `behind`."""
        self.site = site
        self.person = person
        self.local = LocalPatientId(site.code, site.local_number(person.position))
        self._body = body
        self.allergies = tuple(ALLERGIES[key] for key in allergies)
        self._orders = behind
        self._messages = behind
        self._facts = PatientFacts(
            self.local, person.patient.name, person.patient.birth_day, person.patient.sex
        )
        self._plain = self._person_as_of("")
        self._visited: set[int] = set()
        self._doctors: dict[str, Practitioner] = {}
        self.stay: Stay | None = None

    # --- undated -------------------------------------------------------------------------------

    def demographics(
        self, ordinal: int, clock: str = "0915", *, height: str = "", weight: str = ""
    ) -> Document:
        """Write ADT-00: who this is, body size and allergies where known, insurance."""
        records: list[Record] = []
        at = day_text(ordinal) + clock
        for code, name, value, unit in (
            ("9N001000000000001", "身長", height, "cm"),
            ("9N006000000000001", "体重", weight, "kg"),
        ):
            if value:
                records.append(body_size(Coding(code, name, "JC10"), value, unit, at))
        records += self.allergies
        young = self._body.age(ordinal) < _OF_OLD_AGE
        kind = ("06", "組合管掌健康保険") if young else ("39", "後期高齢者医療")
        records.append(Coverage(Coding(*kind, "JHSD0001"), f"{kind[0]}999999", day_text(ordinal - 200), ""))
        person = self._person_as_of(at + "00")
        return self.write("ADT-00", ordinal, clock, records, person=person, department=NO_DEPARTMENT)

    def problems(
        self,
        ordinal: int,
        diseases: Sequence[Disease],
        clock: str = "1130",
        department: str = "01",
        *,
        numbered: bool = False,
    ) -> Document:
        """Write PPR-01: the problem list as a day knows it, without what began or ended later.

        Raises `Invalid` where nothing had begun. Some hospitals give each list a number of its own (Q14):
        the one of an admission stays beside the later one. Elsewhere the newest supersedes the others,
        unless the list is `numbered`, as of a department that keeps its own.
        """
        known = [disease for disease in diseases if disease.onset <= ordinal]
        restricted = any(disease.key in RESTRICTED for disease in known)
        means = reduce(or_, (disease.labels for disease in known), int(restricted and Label.PSYCHIATRY))
        written = self.write(
            "PPR-01",
            ordinal,
            clock,
            [self._condition(disease, ordinal) for disease in known],
            department=DEPARTMENTS[department],
            order_number=self.next_order() if numbered or self.site.numbers_problems else NO_ORDER,
        )
        return written._replace(labels=written.labels | means)

    def _condition(self, disease: Disease, ordinal: int) -> Condition:
        """Write one entry; its number is the same in every list."""
        diagnosis = _typed(*disease.told) if disease.told else DIAGNOSES[disease.key]
        ended = 0 < disease.end <= ordinal
        name = diagnosis.coding.text + ("の疑い" if disease.suspected else "")
        return Condition(
            diagnosis.coding,
            diagnosis.icd10,
            name,
            f"{self.person.position:08d}{diagnosis.number:02d}{disease.onset % 10000:04d}",
            "AD",
            day_text(disease.onset),
            day_text(disease.end) if ended else "",
            _OUTCOME_CURED if ended else NOTHING,
            disease.suspected,
            disease.primary,
            _OUT_PATIENT,
            NOTHING,
            disease.key in RESTRICTED,
        )

    # --- visits and stays ------------------------------------------------------------------------

    def visit(self, ordinal: int, department: str, clock: str = "0930") -> Document:
        """Write ADT-12: a patient reports at the desk.

        A second visit of one day gets a number of its own, or the first would count as superseded.
        """
        at = day_text(ordinal) + clock
        doctor = self.doctor(department).name
        encounter = Encounter("A04", "O", at, at, "", department, "", "", "", doctor, "")
        number = self.next_order() if ordinal in self._visited else NO_ORDER
        self._visited.add(ordinal)
        return self.write(
            "ADT-12", ordinal, clock, [encounter], department=DEPARTMENTS[department], order_number=number
        )

    def admit(self, ordinal: int, department: str, ward: str, clock: str = "1400") -> Document:
        """Write ADT-22; what follows is in-patient until `discharge`."""
        at = day_text(ordinal) + clock
        self.stay = Stay(
            at,
            department,
            ward,
            f"{ward}{self.person.position % 12 + 1:02d}",
            str(self.person.position % 4 + 1),
        )
        stay = self.stay
        encounter = Encounter(
            "A01",
            "I",
            at,
            at,
            "",
            department,
            ward,
            stay.room,
            stay.bed,
            self.doctor(department).name,
            "",
        )
        return self.write("ADT-22", ordinal, clock, [encounter], department=DEPARTMENTS[department])

    def discharge(self, ordinal: int, disposition: str = "01", clock: str = "1030") -> Document:
        """Write ADT-52; disposition is of table 0112."""
        stay = self.stay
        if stay is None:
            raise RuntimeError("nobody lies here")
        at = day_text(ordinal) + clock
        encounter = Encounter(
            "A03", "I", at, stay.admitted, at, stay.department, stay.ward, stay.room, stay.bed,
            self.doctor(stay.department).name, disposition,
        )  # fmt: skip
        document = self.write("ADT-52", ordinal, clock, [encounter], department=DEPARTMENTS[stay.department])
        self.stay = None
        return document

    # --- orders ------------------------------------------------------------------------------------

    def prescribe(  # noqa: PLR0913  what a prescription form asks
        self,
        ordinal: int,
        rps: Sequence[Rp],
        department: str = "01",
        clock: str = "1015",
        *,
        start: int = _NEVER,
        order_number: str = "",
        at_discharge: bool = False,
    ) -> Document:
        """Write OMP-01; `start` may lie before the day of entry (a late order)."""
        number = order_number or self.next_order()
        kinds = _AT_DISCHARGE if at_discharge else _INPATIENT if self.stay else _OUTPATIENT
        begins = day_text(start or ordinal)
        head = OrderHead(
            number, day_text(ordinal) + clock, begins, self.site.position, kinds, self._name(department)
        )
        records = [ordered(head, group, rp, line) for group, rp in enumerate(rps, 1) for line in rp.lines]
        return self.write("OMP-01", ordinal, clock, records, DEPARTMENTS[department], order_number=number)

    def inject(
        self, ordinal: int, infusions: Sequence[Infusion], department: str = "01", clock: str = "0830"
    ) -> Document:
        """Write OMP-02: the injections of one day."""
        number, day = self.next_order(), day_text(ordinal)
        head = OrderHead(number, day + clock, day, self.site.position, ("定時",), self._name(department))
        records = [
            infused(head, group, infusion, place)
            for group, infusion in enumerate(infusions, 1)
            for place in range(len(infusion.drugs))
        ]
        return self.write("OMP-02", ordinal, clock, records, DEPARTMENTS[department], order_number=number)

    def doctor(self, department: str) -> Practitioner:
        """Name the doctor who sees this person in a department."""
        doctor = self._doctors.get(department)
        if doctor is None:
            doctor = self._doctors[department] = self.site.doctor(department)
        return doctor

    def _name(self, department: str) -> str:
        return self.doctor(department).name

    def delete(self, prescription: Document, ordinal: int, rps: Sequence[Rp]) -> Document:
        """Write the delete message of a prescription: same key, later time stamp, ORC-1 `CA`, flag 0."""
        care_date, _, number = prescription.locator.rsplit("_", 6)[1:4]
        at = care_date + "1015"
        head = OrderHead(number, at, care_date, self.site.position, ("外来処方",), self._name("01"), "CA")
        records = [ordered(head, group, rp, line) for group, rp in enumerate(rps, 1) for line in rp.lines]
        message = self.write(
            "OMP-01", ordinal, "0900", records, DEPARTMENTS["01"], order_number=number, ordered_at=at
        )
        name = message.locator.rpartition("/")[2].split("_")
        name[1] = care_date
        folder = prescription.locator.rpartition("/")[0]
        return message._replace(locator=f"{folder}/{'_'.join(name)}").flagged(ConditionFlag.DELETED)

    # --- results -------------------------------------------------------------------------------------

    def laboratory(
        self,
        ordinal: int,
        order_set: str,
        department: str = "01",
        clock: str = "0905",
        *,
        known: dict[str, float] | None = None,
        order_number: str = "",
    ) -> Document:
        """Write OML-11 of an order set; `known` gives values in the region's units, others drift."""
        number = order_number or self.next_order()
        day = day_text(ordinal)
        ready = f"{min(int(clock[:2]) + 2, 23):02d}{clock[2:]}"
        head = self.report_head(number, department)._replace(
            collected_at=day + clock, reported_at=f"{day}{ready}00", status="CM"
        )
        found = self._body.measure(ordinal, order_set, known)
        records: list[Record] = []
        for panel in self.panels(ordinal, order_set):
            records.append(head._replace(code=panel[0].panel, specimen=panel[0].specimen))
            records += [measured(item, found[item.analyte.key], head.collected_at, "F") for item in panel]
        return self.write("OML-11", ordinal, ready, records, DEPARTMENTS[department], order_number=number)

    def panels(self, ordinal: int, order_set: str) -> tuple[tuple[Spelling, ...], ...]:
        """Put an order set under its panels, as this laboratory spells it for this person."""
        grown_up = self._body.age(ordinal) >= GROWN_UP
        return _panels(order_set, self.site.dialect, self.person.female, grown_up)

    def settle(self, levels: dict[str, float]) -> None:
        """Set the levels this person keeps near, in the region's units."""
        self._body.settle(levels)

    def report(
        self, ordinal: int, analyte: str, values: Sequence[tuple[str, str, str]], clock: str = "1310"
    ) -> Document:
        """Write OML-11 with values as given: type, value and unit, whatever their spelling."""
        number, collected = self.next_order(), day_text(ordinal) + clock
        item = spelled(analyte, self.site.dialect, self.person.female)
        head = self.report_head(number, "01")._replace(
            code=item.panel,
            specimen=item.specimen,
            collected_at=collected,
            reported_at=collected,
            status="CM",
        )
        results = [
            stated(item._replace(code=item.code._replace(text=f"{item.code.text}{turn}")), one, collected)
            for turn, one in enumerate(values, 1)
        ]
        return self.write("OML-11", ordinal, clock, [head, *results], DEPARTMENTS["01"], order_number=number)

    def image(
        self, ordinal: int, examination: tuple[str, str], department: str, reason: str, clock: str = "1100"
    ) -> tuple[Imaging, list[Document]]:
        """Write OMG-01 and OMG-11 of an examination (modality, region); the DICOM study may follow.

        The order number is the accession number, as at most sites: it joins order, performance and images.
        """
        number = self.next_order()
        modality, region = examination
        digit, technique = _TECHNIQUES[modality]
        name = region + technique
        done = Imaging(
            number,
            uid(self.person.token, self.site.code, number),
            modality,
            name,
            ordinal,
            clock,
        )
        code = Coding(f"{digit}000{sum(map(ord, region)):06d}000000", name, "JJ1017-16M")
        why = reason_given(code, reason)
        where, ordered_at = DEPARTMENTS[department], _before(clock)
        asked = day_text(ordinal) + ordered_at
        at = day_text(ordinal) + clock
        request = examination_asked(number, code, at, asked, self.doctor(department).name, where)
        order = self.write("OMG-01", ordinal, ordered_at, [request, why], where, order_number=number)
        report = self.report_head(number, department)._replace(code=code, collected_at=at, status="F")
        performed: list[Record] = [report, examination_done(code)]
        result = self.write(
            "OMG-11", ordinal, clock, performed, where, order_number=number, ordered_at=asked, imaging=done
        )
        return done, [order, result]

    # --- frame ---------------------------------------------------------------------------------------

    def _person_as_of(self, at: str) -> Demographics:
        person = self.person
        return Demographics(self._facts, person.address, person.postal_code, person.home_phone, "", at)

    def report_head(self, number: str, department: str) -> DiagnosticReport:
        """Begin a report: whose order it is and who asked."""
        where, orderer = DEPARTMENTS[department], self.doctor(department).name
        return DiagnosticReport(number, NOTHING, "", "", "", NOTHING, where, orderer)

    def next_order(self) -> str:
        """Number the next order of this chart."""
        self._orders += 1
        return f"{self.person.position:08d}{self._orders:07d}"

    def write(  # noqa: PLR0913  what differs between kinds
        self,
        kind: str,
        ordinal: int,
        clock: str,
        records: Sequence[Record],
        department: Coding,
        *,
        person: Demographics | None = None,
        order_number: str = NO_ORDER,
        ordered_at: str = "",
        imaging: Imaging | None = None,
        filed: int = _NEVER,
    ) -> Document:
        """Write a message of a day and hour; `filed` is the care date where it is another than that day."""
        self._messages += 1
        turn = self._messages
        day = day_text(ordinal)
        site = self.site
        stay = self.stay
        envelope = Envelope(
            site.application,
            site.facility.name,
            f"{day}{clock}{turn * 7 % 60:02d}{turn * 37 % 1000:03d}",
            f"{self.person.token}{site.position:03d}{turn:06d}",
            order_number,
            department,
            self.doctor(department.code),
            ordered_at or day + clock,
            "I" if stay else "O",
            site.code,
            stay.ward if stay else "",
            accession_number=imaging.accession_number if imaging else "",
            study_instance_uid=imaging.study_instance_uid if imaging else "",
            modality=imaging.modality if imaging else "",
        )
        care_date = NO_DATE if kind in UNDATED_KINDS else day_text(filed) if filed else day
        name = file_name(kind, envelope, self.local.value, care_date)
        content = write(kind, envelope, person or self._plain, records)
        means = int(Label.PSYCHIATRY) if department.code in PSYCHIATRIC_CARE else NO_LABELS
        return Document(site.code, "ssmix2", name.locator(), content, means)
