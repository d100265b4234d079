"""The data file of 電子版お薬手帳 (JAHIS 電子版お薬手帳データフォーマット仕様書): what a pharmacy handed out.

Read are Ver.2.0 to 2.6, which begin with JAHISTC03 to JAHISTC08; older and newer ones are refused, for
nobody here has compared them. Records read: 1 patient, 5 day of dispensing (begins a visit), 11 and 15
pharmacy and pharmacist, 51 and 55 prescriber, 201 drug with 281 and 291, 301 usage with 311 and 391, and
the remarks 401, 411, 421, 501. Left unread: 2 (patient's remarks), 3, 31 (over the counter), 4, 601, 701.
911 says that a file is one part of several, which is refused: half a dispensing reads like a whole one.
Layouts are told after public descriptions of the specification, not after the document itself.

The text is Shift JIS (JIS X 0208, no gaiji), lines end in CR LF, fields are parted by commas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hie.record.clinical import Coding, MedicationRequest
from hie.record.eras import read_day
from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.narrative import Composition, Paragraph, Section
from hie.record.people import HumanName, Sex
from hie.record.times import UNKNOWN_DAY, Day

VERSIONS = {f"JAHISTC{number:02d}": f"Ver.2.{number - 3}" for number in range(3, 8)}
VERSIONS["JAHISTC08"] = "Ver.2.5"
MOST_BYTES = 1024 * 1024
MOST_VISITS, MOST_DRUGS = 500, 5_000
_PERSON, _DAY, _PHARMACY, _PHARMACIST, _PRESCRIBER, _DOCTOR = "1", "5", "11", "15", "51", "55"
_DRUG, _DRUG_NOTES, _USAGE, _USAGE_MORE, _RP_NOTES = "201", ("281", "291"), "301", "311", "391"
_REMARKS = {"401": "服用注意", "411": "医療機関等からの提供情報", "421": "残薬確認", "501": "備考"}
_PART = "911"
_BY_PATIENT = "2"
"""レコード作成者: who wrote a record; 1 is a professional."""
_SYSTEMS = {"2": "レセプト電算", "3": "薬価基準", "4": "YJ", "6": "HOT"}
"""薬品コード種別; 1 is no code."""
_JAMI = "2"
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_GAIJI = re.compile(r"[\ue000-\uf8ff]")
_INTERNAL, _DROPS, _WHEN_NEEDED, _INJECTED, _EXTERNAL, _DECOCTION, _INFUSION = "1234567"
_BY_DAY = frozenset({_INTERNAL, _DECOCTION, _INFUSION})
"""剤形コード of which 用量 is the day's and 調剤数量 the days; of 3 a dose and doses; of others the whole."""
_CATEGORIES = {
    **dict.fromkeys((*_BY_DAY, _DROPS), Coding("21", "内服", "JHSP0003")),
    _WHEN_NEEDED: Coding("22", "頓用", "JHSP0003"),
    _EXTERNAL: Coding("23", "外用", "JHSP0003"),
    _INJECTED: Coding("24", "自己注射", "JHSP0003"),
}
_NOTHING = Coding()
TITLE = "調剤情報"


class Visit(NamedTuple):
    """What was handed out on one visit (record 5 and what follows it)."""

    day: Day
    drugs: tuple[MedicationRequest, ...]
    """Lines as a prescription has them: `daily_dose` holds the day's amount, `total` what is neither."""
    head: Composition
    """Pharmacy, pharmacist, prescriber, remarks."""
    content: bytes
    """The visit alone, as a whole file of the same version."""

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Visit({len(self.drugs)} drugs)"


class Notebook(NamedTuple):
    """A file, read."""

    version: str
    name: HumanName
    sex: Sex
    birth_day: Day
    visits: tuple[Visit, ...]

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Notebook({self.version}, {len(self.visits)} visits)"


def is_notebook(content: bytes) -> bool:
    """Say whether bytes begin as such a file does."""
    return content.startswith(b"JAHISTC")


def read_notebook(content: bytes) -> Notebook:
    """Read a file whole, or raise `Unreadable` (JAHIS-01 to JAHIS-06): nothing is guessed or left out."""
    records = [line.split(",") for line in _text(content).splitlines() if line]
    head = records[0] if records else [""]
    if head[0] not in VERSIONS:
        raise _refused("JAHIS-01", "line 1", "This is no version of the format that is read here.")
    if any(record[0] == _PART for record in records):
        raise _refused("JAHIS-03", _PART, "The file is one part of several; the parts make one file.")
    people = [record for record in records if record[0] == _PERSON]
    if len(people) != 1:
        raise _refused("JAHIS-04", _PERSON, f"The file names {len(people)} people, not one.")
    visits = _visits(records[1:])
    if not visits or len(visits) > MOST_VISITS:
        raise _refused("JAHIS-05", _DAY, f"The file has {len(visits)} days of dispensing.")
    name, sex, born, kana = (_field(people[0], place) for place in (1, 2, 3, 10))
    return Notebook(
        VERSIONS[head[0]],
        _name(name, kana),
        _SEXES.get(sex, Sex.UNKNOWN),
        read_day(born),
        tuple(_visit(visit, head, people[0]) for visit in visits),
    )


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _refused("JAHIS-02", "file", f"The file is larger than {MOST_BYTES} bytes.")
    try:
        text = content.rstrip(b"\x1a").decode("cp932")
    except UnicodeDecodeError as error:
        raise _refused("JAHIS-02", f"byte {error.start}", "The text is not Shift JIS.") from None
    if _is_utf8(content) or _GAIJI.search(text) or "\0" in text:
        raise _refused("JAHIS-02", "file", "The text is not Shift JIS without gaiji.")
    return text


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _visits(records: Sequence[list[str]]) -> list[list[list[str]]]:
    """Part the records at each day of dispensing; what stands before the first belongs to none."""
    visits: list[list[list[str]]] = []
    for record in records:
        if record[0] == _DAY:
            visits.append([])
        if visits:
            visits[-1].append(record)
        elif record[0] in {_DRUG, _USAGE}:
            raise _refused("JAHIS-05", record[0], "A drug stands before any day of dispensing.")
    return visits


def _visit(records: Sequence[list[str]], head: list[str], person: list[str]) -> Visit:
    day = read_day(_field(records[0], 1))
    if day == UNKNOWN_DAY:
        raise _refused("JAHIS-05", _DAY, "The day of dispensing is none of the calendar.")
    lines = [head, person, *records]
    content = "".join(f"{','.join(line)}\r\n" for line in lines).encode("cp932")
    return Visit(day, _drugs(records, day), _composition(records, day), content)


def _drugs(records: Sequence[list[str]], day: Day) -> tuple[MedicationRequest, ...]:
    """Join each drug with the usage of its Rp and the doctor named before it."""
    usages = {_field(one, 1): one for one in records if one[0] == _USAGE}
    notes: dict[tuple[str, str], list[str]] = {}
    made: list[tuple[list[str], str, list[str]]] = []
    doctor = ""
    for one in records:
        kind, group = one[0], _field(one, 1)
        if kind == _DOCTOR:
            doctor = _field(one, 1)
        elif kind == _DRUG:
            made.append((one, doctor, []))
        elif kind in _DRUG_NOTES and made:
            made[-1][2].append(_field(one, 2))
        elif kind in {_USAGE_MORE, _RP_NOTES}:
            notes.setdefault((kind, group), []).append(_field(one, 2))
    if not 0 < len(made) <= MOST_DRUGS:
        raise _refused("JAHIS-06", _DRUG, f"A visit has {len(made)} drugs.")
    return tuple(
        _drug(one, usages.get(_field(one, 1), [""]), day)._replace(
            orderer=by,
            usage_supplements=tuple(notes.get((_USAGE_MORE, _field(one, 1)), ())),
            instructions=(*about, *notes.get((_RP_NOTES, _field(one, 1)), ()), *_author(one)),
        )
        for one, by, about in made
    )


def _drug(record: list[str], usage: list[str], day: Day) -> MedicationRequest:
    group, name, amount, unit, system, code = (_field(record, place) for place in range(1, 7))
    if not name:
        raise _refused("JAHIS-06", _DRUG, "A drug has no name.")
    how, count, form, kind, how_code = (_field(usage, place) for place in (2, 3, 5, 6, 7))
    by_day, when_needed = form in _BY_DAY, form == _WHEN_NEEDED
    whole = not by_day and not when_needed
    return MedicationRequest(
        order_number="",
        group=group.zfill(2),
        medication=Coding(code, name, _SYSTEMS.get(system, "")) if code else Coding("", name),
        local=_NOTHING,
        dose=amount if when_needed else "",
        dose_unit="" if whole else unit,
        daily_dose=amount if by_day else "",
        total=amount if whole else "",
        total_unit=unit if whole else "",
        form="",
        usage=Coding(how_code, how, "JAMISDP01" if kind == _JAMI else ""),
        usage_supplements=(),
        days=count if by_day else "",
        occurrences=count if when_needed else "",
        start=str(day),
        end="",
        condition="",
        category=_CATEGORIES.get(form, _NOTHING),
        dispensing=(),
        instructions=(),
        route=_NOTHING,
        site=_NOTHING,
        component="",
        rate="",
        prescription_number="",
        status="",
        ordered_at="",
        orderer="",
        injection_kind=_NOTHING,
    )


def _author(record: list[str]) -> tuple[str, ...]:
    return ("患者等が記入",) if _field(record, 7) == _BY_PATIENT else ()


def _composition(records: Sequence[list[str]], day: Day) -> Composition:
    found = {one[0]: one for one in reversed(records)}
    pharmacy, pharmacist = found.get(_PHARMACY, [""]), found.get(_PHARMACIST, [""])
    prescriber = found.get(_PRESCRIBER, [""])
    sections = [
        Section(title, "", 1, tuple(Paragraph(text) for text in texts))
        for kind, title in _REMARKS.items()
        if (texts := [_field(one, 1) for one in records if one[0] == kind])
    ]
    if _field(prescriber, 1):
        sections.insert(0, Section("処方した医療機関", "", 1, (Paragraph(_field(prescriber, 1)),)))
    at = str(day)
    return Composition(
        title=TITLE,
        kind=TITLE,
        code="",
        author=_field(pharmacist, 1),
        organization=_field(pharmacy, 1),
        written_at=at,
        custodian="",
        recipient="",
        started_at=at,
        ended_at=at,
        sections=tuple(sections),
        attachments=(),
    )


def _field(record: Sequence[str], place: int) -> str:
    return record[place].strip() if place < len(record) else ""


def _name(kanji: str, kana: str) -> HumanName:
    (family, _, given), (kana_family, _, kana_given) = (
        text.replace("\u3000", " ").partition(" ") for text in (kanji, kana)
    )
    return HumanName(family, given.strip(), kana_family, kana_given.strip())


def _refused(code: str, place: str, message: str) -> Unreadable:
    return Unreadable(Finding(code, Severity.ERROR, place, message))
