"""A person's chart at one facility: what happens there becomes documents of its storage."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from hie.record.clinical import (
    Coding,
    Condition,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    MedicationRequest,
    Observation,
    Record,
)
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import PatientFacts
from hie.sample.analytes import ORDER_SETS, QUALITATIVE, Spelling, spelled
from hie.sample.diagnoses import DIAGNOSES, RESTRICTED
from hie.sample.drugs import CATEGORIES, DRIP, DRUGS, ROUTES, USAGES, Infusion, Line, Rp, local_code
from hie.sample.facilities import DEPARTMENTS, NO_DEPARTMENT, Site
from hie.sample.names import Person
from hie.sample.plan import day_text
from ssmix2.layout import NO_DATE, NO_ORDER, UNDATED_KINDS, ConditionFlag
from ssmix2.writer import Envelope, file_name, write

_PO = "PO"
_NOTHING = Coding()
_OUTCOME_CURED = Coding("F", "治癒", "HL70241")
_OUT_PATIENT = Coding("O", "外来時", "JHSD0004")
_NEVER = 0


class Document(NamedTuple):
    """One file of the region: below which facility's storage it lies, and its bytes."""

    facility: FacilityCode
    area: str
    """`ssmix2` or `dicom`: the folder below the facility's."""
    locator: str
    content: bytes

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


class Chart:
    """Writes the documents of one person at one site; numbers orders and messages in sequence."""

    def __init__(self, site: Site, person: Person, random: Random) -> None:
        self.site = site
        self.person = person
        self.local = LocalPatientId(site.code, site.local_number(person.index))
        self._random = random
        self._orders = 0
        self._messages = 0
        self._levels: dict[str, float] = {}
        self._facts = PatientFacts(
            self.local, person.patient.name, person.patient.birth_day, person.patient.sex
        )
        self._plain = self._person_as_of("")
        self._visited: set[int] = set()
        self.stay: Stay | None = None

    # --- undated -------------------------------------------------------------------------------

    def demographics(
        self, ordinal: int, clock: str = "0915", *, height: str = "", weight: str = ""
    ) -> Document:
        """Write ADT-00: who this is, body size where known, insurance."""
        records: list[Record] = []
        at = day_text(ordinal) + clock
        for code, name, value, unit in (
            ("9N001000000000001", "身長", height, "cm"),
            ("9N006000000000001", "体重", weight, "kg"),
        ):
            if value:
                shown = (value, value, "NM", unit, unit, "", "", "F", at, _NOTHING, _NOTHING, "")
                records.append(Observation(Coding(code, name, "JC10"), _NOTHING, *shown))
        young = self.person.patient.birth_day // 10000 > ordinal // 366 - 75
        kind = ("06", "組合管掌健康保険") if young else ("39", "後期高齢者医療")
        records.append(Coverage(Coding(*kind, "JHSD0001"), f"{kind[0]}999999", day_text(ordinal - 200), ""))
        person = self._person_as_of(at + "00")
        return self._write("ADT-00", ordinal, clock, records, person=person, department=NO_DEPARTMENT)

    def problems(
        self, ordinal: int, diseases: Sequence[Disease], clock: str = "1130", department: str = "01"
    ) -> Document:
        """Write PPR-01: the whole problem list as of a day."""
        return self._write(
            "PPR-01",
            ordinal,
            clock,
            [self._condition(number, disease) for number, disease in enumerate(diseases, 1)],
            department=DEPARTMENTS[department],
        )

    def _condition(self, number: int, disease: Disease) -> Condition:
        diagnosis = DIAGNOSES[disease.key]
        name = diagnosis.coding.text + ("の疑い" if disease.suspected else "")
        return Condition(
            diagnosis.coding,
            diagnosis.icd10,
            name,
            f"{self.person.index:08d}{number:04d}",
            "AD",
            day_text(disease.onset),
            day_text(disease.end) if disease.end else "",
            _OUTCOME_CURED if disease.end else _NOTHING,
            disease.suspected,
            disease.primary,
            _OUT_PATIENT,
            _NOTHING,
            disease.key in RESTRICTED,
        )

    # --- visits and stays ------------------------------------------------------------------------

    def visit(self, ordinal: int, department: str, clock: str = "0930") -> Document:
        """Write ADT-12: a patient reports at the desk.

        A second visit of one day gets a number of its own, or the first would count as superseded.
        """
        at = day_text(ordinal) + clock
        doctor = self.site.doctor(department).name
        encounter = Encounter("A04", "O", at, at, "", department, "", "", "", doctor, "")
        number = self._next_order() if ordinal in self._visited else NO_ORDER
        self._visited.add(ordinal)
        return self._write(
            "ADT-12", ordinal, clock, [encounter], department=DEPARTMENTS[department], order_number=number
        )

    def admit(self, ordinal: int, department: str, ward: str, clock: str = "1400") -> Document:
        """Write ADT-22; what follows is in-patient until `discharge`."""
        at = day_text(ordinal) + clock
        self.stay = Stay(
            at, department, ward, f"{ward}{self.person.index % 12 + 1:02d}", str(self.person.index % 4 + 1)
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
            self.site.doctor(department).name,
            "",
        )
        return self._write("ADT-22", ordinal, clock, [encounter], department=DEPARTMENTS[department])

    def discharge(self, ordinal: int, disposition: str = "01", clock: str = "1030") -> Document:
        """Write ADT-52; disposition is of table 0112."""
        stay = self.stay
        if stay is None:
            raise RuntimeError("nobody lies here")
        at = day_text(ordinal) + clock
        encounter = Encounter(
            "A03", "I", at, stay.admitted, at, stay.department, stay.ward, stay.room, stay.bed,
            self.site.doctor(stay.department).name, disposition,
        )  # fmt: skip
        document = self._write("ADT-52", ordinal, clock, [encounter], department=DEPARTMENTS[stay.department])
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
        number = order_number or self._next_order()
        ordered = day_text(ordinal) + clock
        kinds = (
            ("退院処方",)
            if at_discharge
            else ("入院処方", "定期処方")
            if self.stay
            else ("外来処方", "院外処方")
        )
        begins = day_text(start or ordinal)
        records = [
            self._drug(number, f"{group:02d}", rp, line, begins, kinds, ordered)
            for group, rp in enumerate(rps, 1)
            for line in rp.lines
        ]
        return self._write(
            "OMP-01", ordinal, clock, records, department=DEPARTMENTS[department], order_number=number
        )

    def _drug(  # noqa: PLR0913  the columns of one line of a prescription
        self, number: str, group: str, rp: Rp, line: Line, begins: str, kinds: tuple[str, ...], ordered: str
    ) -> MedicationRequest:
        drug, usage = DRUGS[line.drug], USAGES[rp.usage]
        external = drug.category == "23"
        daily = "" if external or not usage.times or drug.category == "24" else _times(line.dose, usage.times)
        category = "22" if rp.occurrences else drug.category
        return MedicationRequest(
            number,
            group,
            drug.coding,
            local_code(line.drug, self.site.position),
            '""' if external else line.dose,
            '""' if external else drug.unit,
            daily,
            line.total
            or (_times(line.dose, rp.occurrences) if rp.occurrences else _times(daily, rp.days))
            or "1",
            drug.unit,
            drug.form,
            usage.coding,
            rp.supplements,
            str(rp.days) if rp.days and not external else "",
            str(rp.occurrences) if rp.occurrences else "",
            begins,
            "",
            rp.condition,
            CATEGORIES[category],
            kinds,
            line.instructions,
            ROUTES[drug.route],
            line.site,
            "",
            "",
            f"RX{number[-12:]}",
            "NW",
            ordered,
        )

    def inject(
        self, ordinal: int, infusions: Sequence[Infusion], department: str = "01", clock: str = "0830"
    ) -> Document:
        """Write OMP-02: the injections of one day."""
        number = self._next_order()
        ordered = day_text(ordinal) + clock
        records = [
            self._component(number, f"{group:02d}", infusion, position, day_text(ordinal), ordered)
            for group, infusion in enumerate(infusions, 1)
            for position in range(len(infusion.drugs))
        ]
        return self._write(
            "OMP-02", ordinal, clock, records, department=DEPARTMENTS[department], order_number=number
        )

    def _component(
        self, number: str, group: str, infusion: Infusion, position: int, day: str, ordered: str
    ) -> MedicationRequest:
        key, dose = infusion.drugs[position]
        drug = DRUGS[key]
        ends = infusion.hour * 60 + infusion.minutes
        return MedicationRequest(
            number, group, drug.coding, local_code(key, self.site.position), dose, drug.unit,
            "", "", "", drug.form, _NOTHING, (), "", "",
            f"{day}{infusion.hour:02d}00", f"{day}{min(ends // 60, 23):02d}{ends % 60:02d}", "",
            DRIP, ("定時",), (), ROUTES[drug.route], _NOTHING,
            "A" if position else "B", infusion.rate, f"IJ{number[-12:]}", "NW", ordered,
        )  # fmt: skip

    # --- results -------------------------------------------------------------------------------------

    def laboratory(
        self,
        ordinal: int,
        order_set: str,
        department: str = "01",
        clock: str = "0905",
        *,
        known: dict[str, float] | None = None,
        status: str = "F",
    ) -> Document:
        """Write OML-11 of an order set; `known` gives values in the region's units, others drift plausibly."""
        number = self._next_order()
        collected = day_text(ordinal) + clock
        hour = int(clock[:2]) + 2
        reported = f"{day_text(ordinal)}{min(hour, 23):02d}{clock[2:]}00"
        orderer = self.site.doctor(department)
        records: list[Record] = []
        panel = ""
        for key in ORDER_SETS[order_set]:
            item = spelled(key, self.site.dialect, self.person.female)
            if panel != item.analyte.panel + item.analyte.specimen:
                panel = item.analyte.panel + item.analyte.specimen
                records.append(
                    DiagnosticReport(
                        number,
                        item.panel,
                        collected,
                        reported,
                        "CM",
                        item.specimen,
                        DEPARTMENTS[department],
                        orderer.name,
                    )  # fmt: skip
                )
            given = known.get(key) if known else None
            records.append(
                self._result(item, self._drift(item) if given is None else given, collected, status)
            )
        return self._write(
            "OML-11",
            ordinal,
            reported[8:12],
            records,
            department=DEPARTMENTS[department],
            order_number=number,
        )

    def _drift(self, item: Spelling) -> float:
        """Give the next value: each person keeps near a level of their own."""
        analyte = item.analyte
        levels, key = self._levels, analyte.key
        width = (analyte.high - analyte.low) or 1.0
        level = levels.get(key)
        if level is None:
            level = levels[key] = (analyte.low + analyte.high) / 2 + self._random.gauss(0, 0.3) * width
        return level + self._random.gauss(0, 0.09) * width

    def settle(self, levels: dict[str, float]) -> None:
        """Set the levels this person keeps near, in the region's units."""
        self._levels.update(levels)

    def _result(self, item: Spelling, value: float, collected: str, status: str) -> Observation:
        analyte = item.analyte
        if analyte.qualitative:
            text = QUALITATIVE[max(0, min(4, round(value)))]
            return Observation(
                item.code, item.local, text, text, "ST", "", "", "", "A" if value >= 1.5 else "", status,  # noqa: PLR2004
                collected, item.panel, item.specimen, "",
            )  # fmt: skip
        kind, shown = "NM", max(value, analyte.floor) * item.factor
        text = f"{shown:.{item.decimals}f}"
        if value < analyte.floor:
            kind, text = "ST", f"<{text}"
        shown = float(text.lstrip("<"))
        flag = "H" if shown > item.high + 1e-9 else "L" if shown < item.low - 1e-9 else "N"
        return Observation(
            item.code, item.local, text, text, kind, item.unit, item.unit_code, item.reference_range, flag, status,
            collected, item.panel, item.specimen, "",
        )  # fmt: skip

    def report(
        self, ordinal: int, analyte: str, values: Sequence[tuple[str, str, str]], clock: str = "1310"
    ) -> Document:
        """Write OML-11 with values as given: type, value and unit, whatever their spelling."""
        number = self._next_order()
        item = spelled(analyte, self.site.dialect, self.person.female)
        collected = day_text(ordinal) + clock
        head = DiagnosticReport(
            number,
            item.panel,
            collected,
            f"{collected}00",
            "CM",
            item.specimen,
            _NOTHING,
            self.site.doctor("01").name,
        )
        results = [
            Observation(
                item.code._replace(text=f"{item.code.text}{turn}"),
                item.local,
                value,
                value,
                kind,
                unit,
                "",
                "",
                "",
                "F",
                collected,
                item.panel,
                item.specimen,
                "",
            )  # fmt: skip
            for turn, (kind, value, unit) in enumerate(values, 1)
        ]
        return self._write(
            "OML-11", ordinal, clock, [head, *results], department=DEPARTMENTS["01"], order_number=number
        )

    def image(  # noqa: PLR0913  what a request form asks
        self,
        ordinal: int,
        modality: str,
        region: str,
        department: str,
        reason: str,
        clock: str = "1100",
        *,
        ordered: int = _NEVER,
    ) -> tuple[Imaging, list[Document]]:
        """Write OMG-01 and OMG-11 of one examination; the DICOM study may follow."""
        number = self._next_order()
        name = {"CR": "単純撮影", "CT": "単純ＣＴ", "MR": "ＭＲＩ"}[modality]
        code = Coding(f"{ {'CR': 1, 'CT': 6, 'MR': 7}[modality]}000{sum(map(ord, region)) % 10**6:06d}000000", region + name, "JJ1017-16M")  # fmt: skip
        done = Imaging(
            f"A{self.person.index:07d}{self.site.position:03d}{self._orders:03d}",
            uid(self.person.token, self.site.code, number),
            modality,
            region + name,
            ordinal,
            clock,
        )
        orderer = self.site.doctor(department)
        asked = ordered or ordinal
        request = DiagnosticReport(number, code, "", "", "", _NOTHING, DEPARTMENTS[department], orderer.name)
        why = Observation(
            Coding("02-01", "検査目的", "JSHR001"), _NOTHING, reason, reason, "TX", "", "", "", "", "O", "",
            code, _NOTHING, "",
        )  # fmt: skip
        order = self._write(
            "OMG-01", asked, "1005", [request, why], department=DEPARTMENTS[department], order_number=number
        )
        performed = request._replace(collected_at=day_text(ordinal) + clock, status="F")
        result = self._write(
            "OMG-11",
            ordinal,
            clock,
            [performed],
            department=DEPARTMENTS[department],
            order_number=number,
            ordered_at=day_text(asked) + "1005",
            imaging=done,
        )
        return done, [order, result]

    def delete(
        self, prescription: Document, ordinal: int, rps: Sequence[Rp], clock: str = "0900"
    ) -> Document:
        """Write the delete message of a prescription: same key, later time stamp, ORC-1 `CA`, flag 0."""
        care_date, _, number = prescription.locator.rsplit("_", 6)[1:4]
        ordered = care_date + "1015"
        records = [
            self._drug(number, f"{group:02d}", rp, line, care_date, ("外来処方",), ordered)._replace(
                status="CA"
            )
            for group, rp in enumerate(rps, 1)
            for line in rp.lines
        ]
        message = self._write(
            "OMP-01",
            ordinal,
            clock,
            records,
            department=DEPARTMENTS["01"],
            order_number=number,
            ordered_at=ordered,
        )
        name = message.locator.rpartition("/")[2].split("_")
        name[1] = care_date
        folder = prescription.locator.rpartition("/")[0]
        return message._replace(locator=f"{folder}/{'_'.join(name)}").flagged(ConditionFlag.DELETED)

    # --- frame ---------------------------------------------------------------------------------------

    def _person_as_of(self, at: str) -> Demographics:
        person = self.person
        return Demographics(self._facts, person.address, person.postal_code, person.home_phone, "", at)

    def _next_order(self) -> str:
        self._orders += 1
        return f"{self.person.index:08d}{self._orders:07d}"

    def _write(  # noqa: PLR0913  what differs between kinds
        self,
        kind: str,
        ordinal: int,
        clock: str,
        records: Sequence[Record],
        *,
        department: Coding,
        person: Demographics | None = None,
        order_number: str = NO_ORDER,
        ordered_at: str = "",
        imaging: Imaging | None = None,
    ) -> Document:
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
            site.doctor(department.code),
            ordered_at or day + clock,
            "I" if stay else "O",
            site.code,
            stay.ward if stay else "",
            accession_number=imaging.accession_number if imaging else "",
            study_instance_uid=imaging.study_instance_uid if imaging else "",
            modality=imaging.modality if imaging else "",
        )
        care_date = NO_DATE if kind in UNDATED_KINDS else day
        name = file_name(kind, envelope, self.local.value, care_date)
        content = write(kind, envelope, person or self._plain, records)
        return Document(site.code, "ssmix2", name.locator(), content)


def _times(amount: str, factor: int) -> str:
    """Multiply a dose as people write it: no trailing zeros, no exponent."""
    if not amount or not factor:
        return ""
    product = Decimal(amount) * factor
    return f"{product.normalize():f}"
