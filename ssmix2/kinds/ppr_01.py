"""PPR-01 病名(歴)情報: all diagnoses of a patient (fact sheet §2.3, §4.7)."""

from __future__ import annotations

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
    for problem, modifiers, order in _groups(message):
        security = CODINGS[problem[25]].code
        secrecy = max(secrecy, _SECRECY.get(security, Confidentiality.UNKNOWN))
        conditions.append(_condition(problem, modifiers, order, restricted=security == "V"))
    return Parts(
        records=tuple(conditions),
        item_count=len(conditions),
        department=next((one.department.code for one in conditions if one.department.code), "")
        or service(message.first("PV1")),
        confidentiality=secrecy,
        cancelled=bool(conditions) and all(one.action == _DELETED for one in conditions),
        findings=() if conditions else (_NO_PROBLEM,),
    )


def _groups(message: Message) -> list[tuple[Segment, Segment, Segment]]:
    """Gather PRB with the ZPR and the ORC behind it."""
    groups: list[tuple[Segment, Segment, Segment]] = []
    for segment in message.segments:
        name = segment[0]
        if name == "PRB":
            groups.append((segment, _NO_SEGMENT, _NO_SEGMENT))
        elif groups and name == "ZPR":
            groups[-1] = (groups[-1][0], segment, groups[-1][2])
        elif groups and name == "ORC":
            groups[-1] = (groups[-1][0], groups[-1][1], segment)
    return groups


def _condition(problem: Segment, modifiers: Segment, order: Segment, *, restricted: bool) -> Condition:
    """Read one diagnosis (PRB, ZPR, ORC)."""
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
    )


def _icd10(raw: str) -> str:
    """Read the ICD-10 code of PRB-10, from whichever triplet names that system."""
    return next((one.code for one in TRIPLETS[raw] if one.system.startswith(_ICD10)), "")


def _display(name: str, prefixes: tuple[str, ...], suffixes: tuple[str, ...]) -> str:
    """Write a diagnosis as it is read: modifiers around the name, unless it already holds them."""
    before = "".join(prefix for prefix in prefixes if prefix not in name)
    after = "".join(suffix for suffix in suffixes if suffix not in name)
    return f"{before}{name}{after}"
