"""PPR-01 病名(歴)情報: all diagnoses of a patient (fact sheet §2.3, §4.7)."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Condition
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import NULL, Message, Segment, component, unescape
from ssmix2.fields import CODINGS, NO_CODING, TEXTS, TIMES, TRIPLETS
from ssmix2.layout import FileName
from ssmix2.segments import service

KIND = DataKind("PPR-01", "病名(歴)情報", "problem list", ("PPR^ZD1",), DocumentClass.PROBLEM)

_ICD10 = "I10"
_SUSPECTED, _SUSPICION = "1", "疑い"
_PRIMARY, _MAIN = "1", "主"
_DELETED = "DE"
_SECRECY = {
    "": Confidentiality.NORMAL,
    NULL: Confidentiality.NORMAL,
    "U": Confidentiality.NORMAL,
    "R": Confidentiality.RESTRICTED,
    "V": Confidentiality.VERY_RESTRICTED,
}
"""HL7 0177; a code that is not in it is unknown, and unknown is closed."""

_NO_SEGMENT: Segment = [""] * 32
_NO_PROBLEM = Finding("REQ-SEG-PRB", Severity.ERROR, "message", "There is no PRB segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every diagnosis; the strictest of them decides how confidential the entry is."""
    conditions: list[Condition] = []
    secrecy = Confidentiality.NORMAL
    for group in _groups(message):
        condition, level = _condition(group)
        secrecy = max(secrecy, level)
        conditions.append(condition)
    return Parts(
        records=tuple(conditions),
        item_count=len(conditions),
        department=next((one.department.code for one in conditions if one.department.code), "")
        or service(message.first("PV1")),
        confidentiality=secrecy,
        cancelled=bool(conditions) and all(one.action == _DELETED for one in conditions),
        findings=() if conditions else (_NO_PROBLEM,),
    )


class _Group(NamedTuple):
    """PRB with the segments behind it; those that are missing read as empty fields."""

    problem: Segment
    modifiers: Segment = _NO_SEGMENT
    """ZPR"""
    order: Segment = _NO_SEGMENT
    teeth: tuple[Segment, ...] = ()
    """ZPD"""


def _groups(message: Message) -> list[_Group]:
    """Gather PRB with the ZPR, the ZPD and the ORC behind it."""
    groups: list[_Group] = []
    for segment in message.segments:
        name = segment[0]
        if name == "PRB":
            groups.append(_Group(segment))
        elif groups and name == "ZPR":
            groups[-1] = groups[-1]._replace(modifiers=segment)
        elif groups and name == "ZPD":
            groups[-1] = groups[-1]._replace(teeth=(*groups[-1].teeth, segment))
        elif groups and name == "ORC":
            groups[-1] = groups[-1]._replace(order=segment)
    return groups


def _condition(group: _Group) -> tuple[Condition, Confidentiality]:
    """Read one diagnosis and how secret it is."""
    security = CODINGS[group.problem[25]].code
    level = _SECRECY.get(security, Confidentiality.UNKNOWN)
    return _diagnosis(group, restricted=security == "V"), level


def _diagnosis(group: _Group, *, restricted: bool) -> Condition:
    problem, modifiers, order, teeth = group
    suspicion, rank = CODINGS[problem[13]], CODINGS[problem[18]]
    outcome = CODINGS[problem[14]]
    disease, kind = TRIPLETS[problem[10]]
    suffixes = TEXTS[modifiers[3]]
    code = CODINGS[problem[3]]
    return Condition(
        code=code,
        icd10=_icd10(problem[10]),
        name=_display(code.text or unescape(problem[17]).strip(), TEXTS[modifiers[1]], suffixes),
        instance=component(problem[4], 1).strip(),
        action=problem[1].strip(),
        onset=TIMES[problem[16]] or TIMES[problem[7]] or TIMES[problem[2]],
        end=(TIMES[problem[15]] if any(outcome) else "") or TIMES[problem[9]],
        outcome=outcome,
        suspected=suspicion.code == _SUSPECTED or _SUSPICION in suspicion.text + "".join(suffixes),
        primary=rank.code == _PRIMARY or _MAIN in rank.text,
        category=kind if not kind.system.startswith(_ICD10) else (disease if kind != disease else NO_CODING),
        department=CODINGS[order[17]],
        restricted=restricted,
        teeth=tuple(CODINGS[tooth[2]] for tooth in teeth),
    )


def _icd10(raw: str) -> str:
    """Read the ICD-10 code of PRB-10, from whichever triplet names that system."""
    return next((one.code for one in TRIPLETS[raw] if one.system.startswith(_ICD10)), "")


def _display(name: str, prefixes: tuple[str, ...], suffixes: tuple[str, ...]) -> str:
    """Write a diagnosis as it is read: modifiers around the name, unless it already holds them."""
    before = "".join(prefix for prefix in prefixes if prefix not in name)
    after = "".join(suffix for suffix in suffixes if suffix not in name)
    return f"{before}{name}{after}"
