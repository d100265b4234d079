"""Segments to parts of records, shared by the kinds: PID, PV1, ORC, OBX, AL1 (fact sheet §4)."""

from __future__ import annotations

from functools import lru_cache

from hie.record.clinical import (
    NOWHERE,
    AllergyIntolerance,
    Coding,
    DiagnosticReport,
    Observation,
    Place,
    Record,
    ResearchStudy,
    ServiceRequest,
)
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import PatientFacts, Sex
from ssmix2.er7 import NULL, Message, Segment, component, repetitions, unescape
from ssmix2.fields import (
    CODINGS,
    DAYS,
    SHOWN,
    TIMES,
    TRIPLETS,
    human_name,
    known,
)
from ssmix2.memo import Memo
from ssmix2.tables import ABNORMAL_FLAGS, CANCEL_EVENTS, CANCELLED_CONTROLS

CODED_TYPES = frozenset({"CWE", "CE", "CNE", "CF"})
"""Value types whose value is a code."""

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "O": Sex.OTHER, "A": Sex.OTHER}
_PATIENT_INTERNAL = "PI"
_STANDARD_ITEMS = "JC10"
_new = tuple.__new__


def patient(segment: Segment, facility: FacilityCode) -> PatientFacts | None:
    """Read PID; none where PID-3 is empty. The number of type PI is taken where several stand."""
    number = segment[3]
    if "~" in number:
        numbers = repetitions(number)
        number = next((one for one in numbers if component(one, 5).strip() == _PATIENT_INTERNAL), numbers[0])
    return _named(facility, number, segment[5], segment[7], segment[8])


@lru_cache(maxsize=2)
def _named(facility: FacilityCode, number: str, name: str, birth: str, sex: str) -> PatientFacts | None:
    """Read the four fields that name a patient.

    A storage is read patient by patient, so the last one is most often the next one too; more
    than two are not remembered.
    """
    value = unescape(number.partition("^")[0]).strip()
    if value in {"", NULL}:
        return None
    return PatientFacts(
        LocalPatientId(facility, value), human_name(name), DAYS[birth], _SEXES.get(sex.strip(), Sex.UNKNOWN)
    )


def _item(raw: str) -> tuple[Coding, Coding]:
    """Read OBX-3: the JLAC10 triplet first wherever it stands (COD-05)."""
    first, second = TRIPLETS[raw]
    if second.system == _STANDARD_ITEMS and first.system != _STANDARD_ITEMS:
        return second, first
    return first, second


ITEMS: Memo[tuple[Coding, Coding]] = Memo(_item)
"""Raw OBX-3 -> standard code, local code."""


def observation(fields: Segment, at: str, group: Coding, specimen: Coding) -> Observation:
    """Read OBX; `at` is the time of its specimen, for results without a time of their own.

    Called for every result of a region, hence one flat body, memos, and no NamedTuple constructor.
    OBX-5 is never stripped: leading blanks are part of a qualitative value (fact sheet §5.5).
    """
    code, local = ITEMS[fields[3]]
    unit, unit_code = SHOWN[fields[6]]
    value_type, value, reference_range, own_time = fields[2], fields[5], fields[7], fields[14]
    shown = value
    if value_type in CODED_TYPES:
        value, shown = _coded(value)
    elif "\\" in value:
        value = shown = unescape(value)
    if "\\" in reference_range:
        reference_range = unescape(reference_range)
    return _new(
        Observation,
        (
            code,
            local,
            value,
            shown,
            value_type,
            unit,
            unit_code,
            reference_range,
            fields[8].strip(),
            fields[11],
            TIMES[own_time] if own_time else at,
            group,
            specimen,
            fields[4],
            "",
        ),
    )


def _coded(raw: str) -> tuple[str, str]:
    """Read a coded OBX-5: `code^text` of every repetition, and their texts."""
    values, texts = [], []
    for repetition in raw.split("~"):
        parts = [unescape(part) for part in repetition.split("^", 2)[:2]]
        values.append("^".join(parts))
        texts.append(parts[-1].strip() or parts[0])
    return "~".join(values), ", ".join(texts)


def abnormal(observations: list[Observation]) -> int:
    """Count results that the source flagged."""
    return len([one for one in observations if one.flag in ABNORMAL_FLAGS])


def is_clinic(visit: Segment) -> bool:
    """Say whether PV1-3 is a clinic or department (PL.6 C or D), which has no ward, room or bed."""
    return component(visit[3], 6).strip() in {"C", "D"}


def _place(raw: str) -> Place:
    """Read a PL: the department of a clinic, or ward, room and bed."""
    if raw == "":
        return NOWHERE
    first, room, bed = (component(raw, part).strip() for part in (1, 2, 3))
    if component(raw, 6).strip() in {"C", "D"}:
        return Place(first)
    return Place("", *("" if part == NULL else part for part in (first, room, bed)))


PLACES: Memo[Place] = Memo(_place)
"""Raw PL -> where that is (§3.6)."""


def service(visit: Segment | None) -> str:
    """Read the department of PV1: PV1-10, PV1-8 where it holds a code (D17), else the clinic of PV1-3."""
    if visit is None:
        return ""
    code = component(visit[10], 1).strip()
    misplaced = visit[8].strip()
    if not code and misplaced[:1].isdigit() and len(misplaced) <= 3:  # noqa: PLR2004  department codes
        code = misplaced
    if not code and is_clinic(visit):
        code = component(visit[3], 1).strip()
    return code


def allergy(segment: Segment) -> AllergyIntolerance:
    """Read AL1, or the fields of IAM that are the same."""
    return AllergyIntolerance(
        CODINGS[segment[2]],
        CODINGS[segment[3]],
        CODINGS[segment[4]],
        ", ".join(filter(None, (known(one, 1) for one in repetitions(segment[5])))),
    )


def allergies(message: Message) -> tuple[AllergyIntolerance, ...]:
    """Read what an order says of allergies (AL1): what was known when it was written.

    AL1 stands before the first order; nothing behind is looked at, for a prescription is read often.
    """
    found: list[AllergyIntolerance] = []
    for segment in message.segments:
        if segment[0] == "AL1":
            found.append(allergy(segment))
        elif segment[0] in _ORDERING:
            break
    return tuple(found)


_ORDERING = frozenset({"ORC", "SPM", "OBR"})


def trial(segment: Segment) -> ResearchStudy:
    """Read CTI."""
    return ResearchStudy(component(segment[1], 1).strip(), CODINGS[segment[2]], CODINGS[segment[3]])


def comment(segment: Segment) -> str:
    """Read NTE-3, one line per repetition."""
    return "\n".join(unescape(line).strip() for line in segment[3].split("~"))


LONGEST_NOTE = 100_000
"""Characters above which nobody reads a note; copying it for each further line would take hours."""
_CUT = "\n…"


def with_note(records: list[Record], segment: Segment) -> None:
    """Put the lines of NTE with the record before it, if that can hold a note."""
    last = records[-1] if records else None
    if isinstance(last, Observation | DiagnosticReport | ServiceRequest):
        records[-1] = last._replace(note=lines_of(last.note, segment))


def lines_of(note: str, segment: Segment) -> str:
    """Return `note` with the lines of NTE behind it; beyond `LONGEST_NOTE` it is cut, and says so."""
    if len(note) > LONGEST_NOTE:
        return note if note.endswith(_CUT) else f"{note}{_CUT}"
    return f"{note}\n{comment(segment)}" if note else comment(segment)


def department(message: Message) -> str:
    """Find the department of a message: the first ORC-17, else PV1."""
    for segment in message.segments:
        if segment[0] == "ORC":
            code = CODINGS[segment[17]].code
            if code:
                return code
    return service(message.first("PV1"))


def is_cancelled(message: Message) -> bool:
    """Say whether the message takes back all it names: ADT cancel, ORC-1 CA, PRB-1 DE, IAM-6 D."""
    if message.event in CANCEL_EVENTS:
        return True
    cancelled = False
    for segment in message.segments:
        if segment[0] in _DELETING:
            place, deleting = _DELETING[segment[0]]
            if segment[place].partition("^")[0].strip() not in deleting:
                return False
            cancelled = True
    return cancelled


_DELETING = {"ORC": (1, CANCELLED_CONTROLS), "IAM": (6, frozenset({"D"}))}
"""Segment -> the field that takes back what it names, and the codes there."""
