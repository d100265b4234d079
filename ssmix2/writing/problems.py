"""PPR-01 as text: all diagnoses of a patient (fact sheet §4.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import Coding, Condition, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, escaped, join, required, time
from ssmix2.writing.segments import Frame, department, orc

MESSAGE_TYPE = "PPR^ZD1^PPR_ZD1"
_ACTIONS = frozenset({"AD", "CO", "DE", "UP", "UC"})
_MODIFIERS = "MDCDX2"
_MODIFIER_CODES = {"の疑い": "20018002"}
_SUSPICION = "疑い"
_SUSPECTED = "1^疑い^JHSD0005"
_PRIMARY = "1^主診断^JHSD0007"
_VERY_RESTRICTED = "V^非常に限定^HL70177"


def problems(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write `{ PRB [ZPR] [{ZPD}] ORC }`, one group per diagnosis."""
    if not records:
        raise Invalid("PPR-01 holds at least one diagnosis")
    for record in records:
        if not isinstance(record, Condition):
            raise Invalid("PPR-01 holds conditions only")
        yield _prb(framed, record)
        if record.code.text and record.name != record.code.text:
            yield _zpr(record)
        for number, tooth in enumerate(record.teeth, 1):
            yield join("ZPD", str(number), required(cwe(tooth), "ZPD-2"))
        yield _orc(framed, record)


def _prb(framed: Frame, condition: Condition) -> str:
    if condition.action not in _ACTIONS:
        raise Invalid("PRB-1 is a code of table 0287")
    outcome, end = cwe(condition.outcome), time(condition.end, "PRB-15")
    onset = time(required(condition.onset, "PRB-16"), "PRB-16")
    return join(
        f"PRB|{condition.action}|{time(framed.envelope.sent_at[:14], 'PRB-2')}",
        required(cwe(condition.code), "PRB-3"),
        required(escaped(condition.instance), "PRB-4"),
        f"||{onset}|",
        "" if outcome else end,
        _classification(condition),
        f"||{_SUSPECTED if condition.suspected else ''}",
        outcome,
        end if outcome else "",
        onset,
        escaped(condition.name),
        f"{_PRIMARY if condition.primary else ''}||||||",
        _VERY_RESTRICTED if condition.restricted else "",
    )


def _classification(condition: Condition) -> str:
    """PRB-10: ICD-10 without point, then the kind of diagnosis."""
    icd10 = Coding(escaped(condition.icd10), "", "I10") if condition.icd10 else Coding()
    return "^".join((*icd10, *map(escaped, condition.category))).rstrip("^")


def _zpr(condition: Condition) -> str:
    """Put what stands before and behind the disease's own name into prefix and suffix."""
    disease = condition.code.text
    prefix, found, suffix = condition.name.partition(disease)
    if not found or any(part and part in disease for part in (prefix, suffix)):
        raise Invalid("a diagnosis' name is the text of PRB-3 between prefixes and suffixes")
    if _SUSPICION in suffix and not condition.suspected:
        raise Invalid("a suffix of suspicion in ZPR-3 makes the diagnosis suspected")
    return join("ZPR", _modifier(prefix), cwe(condition.code), _modifier(suffix))


def _modifier(text: str) -> str:
    return cwe(Coding(_MODIFIER_CODES.get(text, ""), text, _MODIFIERS)) if text else ""


def _orc(framed: Frame, condition: Condition) -> str:
    return orc(
        framed,
        "CA" if condition.action == "DE" else "NW",
        department_text=department(condition.department) if any(condition.department) else framed.department,
        order_number=condition.instance,
    )
