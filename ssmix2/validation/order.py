"""Rule ORD-<event>: segments stand in the order of the event's grammar (fact sheet §7.4).

Grammars are written as in the specification and made into one regular expression each. Equal
neighbours count once. NTE may follow any segment, as it does in the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ssmix2.validation.rule import WARNING, Rule, Subject, Violation

_BEFORE_DIAGNOSES = "MSH SFT* EVN PID PD1? ROL* NK1* PV1 PV2? ROL* DB1* OBX* AL1*"
_BEHIND_DIAGNOSES = "DRG? (PR1 ROL*)* GT1* (IN1 IN2? IN3* ROL*)* ACC?"
_FULL_ADMISSION = f"{_BEFORE_DIAGNOSES} DG1* {_BEHIND_DIAGNOSES} UB1? UB2? PDA?"
_TRANSFER = "MSH SFT* EVN PID PD1? ROL* PV1 PV2? ROL* DB1* OBX*"
_TAKEN_BACK = "MSH SFT* EVN PID PD1? PV1 PV2? DB1* OBX* DG1*"
_LEAVE = "MSH SFT* EVN PID PD1? PV1 PV2? DB1* OBX*"
_SHORT = "MSH SFT* EVN PID PD1? PV1 PV2?"
_DOCTOR = "MSH SFT* EVN PID PD1? ROL* PV1 PV2? ROL*"
_PERSON = "MSH SFT* (PID PD1? (PV1 PV2?)? IN1* IN2* IN3* GT1? AL1*)?"

GRAMMARS = {
    **dict.fromkeys(("ADT^A01", "ADT^A08", "ADT^A13"), _FULL_ADMISSION),
    "ADT^A04": f"{_BEFORE_DIAGNOSES} {_BEHIND_DIAGNOSES} UB1? UB2? PDA?",
    "ADT^A14": f"{_BEFORE_DIAGNOSES} DG1* {_BEHIND_DIAGNOSES} UB1? UB2?",
    "ADT^A16": f"{_BEFORE_DIAGNOSES} DG1* {_BEHIND_DIAGNOSES}",
    "ADT^A03": (
        "MSH SFT* EVN PID PD1? ROL* NK1* PV1 PV2? ROL* DB1* AL1* DG1* DRG? (PR1 ROL*)* OBX* GT1* "
        "(IN1 IN2? IN3* ROL*)* ACC? PDA?"
    ),
    "ADT^A02": f"{_TRANSFER} PDA?",
    "ADT^A15": f"{_TRANSFER} DG1*",
    **dict.fromkeys(("ADT^A11", "ADT^A12"), _TAKEN_BACK),
    **dict.fromkeys(("ADT^A21", "ADT^A22", "ADT^A23", "ADT^A25", "ADT^A26", "ADT^A27"), _LEAVE),
    **dict.fromkeys(("ADT^A52", "ADT^A53", "ADT^A55"), _SHORT),
    "ADT^A54": _DOCTOR,
    "ADT^A60": "MSH SFT* EVN PID PV1? PV2? IAM*",
    "PPR^ZD1": (
        "MSH SFT* PID (PV1 PV2?)? (PRB ZPR? ZPD* VAR* (ROL VAR*)* (PTH VAR*)* ZI1* OBX* "
        "(GOL VAR* ROL* OBX*)* ORC*)+"
    ),
    "OMD^O03": f"{_PERSON} (ORC (TQ1 TQ2*)* (ODS OBX*)? ODT*)+",
    "RDE^O11": f"{_PERSON} (ORC RXO? RXE (TQ1 TQ2*)+ RXR+ RXC* OBX* FT1* BLG? CTI*)+",
    "RAS^O17": (
        "MSH SFT* PID PD1? AL1* (PV1 PV2?)? AL1* (ORC RXO? (RXE TQ1* RXR+ RXC*)? (RXA+ RXR OBX*)+ CTI*)+"
    ),
    "OML^O33": f"{_PERSON} (SPM OBX* SAC* (ORC TQ1* (OBR TCD? DG1* (OBX TCD?)*)? FT1* CTI* BLG?)+)+",
    "OUL^R22": (
        "MSH SFT* (PID PD1?)? (PV1 PV2?)? (SPM OBX* (SAC INV?)* (OBR ORC? TQ1* (OBX TCD? SID*)* CTI*)+)+"
    ),
    "OMG^O19": f"{_PERSON} (ORC (TQ1 TQ2*)+ OBR CTD? DG1* OBX* (SPM OBX* (SAC OBX*)*)* FT1* CTI* BLG?)+",
    "OMI^Z23": f"{_PERSON} (ORC (TQ1 TQ2*)+ OBR CTD? DG1* OBX* (ZE1 OBX* ZE2*)* IPC+)+",
    "ORU^R01": "MSH SFT* (PID PD1? (PV1 PV2?)?)? (ORC? OBR TQ1* CTD? OBX* FT1* CTI* (SPM OBX*)*)+ DSC?",
    "ORU^R30": "MSH SFT* PID PD1? (PV1 PV2?)? ORC OBR TQ1* OBX+",
}
"""MSH-9.1^9.2 -> grammar in the specification's notation."""

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_ANYWHERE = "NTE"


def _compiled(grammar: str) -> re.Pattern[str]:
    """Make `PV1 PV2?` into an expression over `PV1;PV2;`."""
    return re.compile(_SEGMENT.sub(lambda found: f"(?:{found.group()};)", grammar).replace(" ", ""))


_EXPRESSIONS = {event: _compiled(grammar) for event, grammar in GRAMMARS.items()}


def _in_order(subject: Subject) -> Iterator[Violation]:
    event = subject.message.event
    expression = _EXPRESSIONS.get(event)
    if expression is None:
        return
    names = (segment[0] for segment in subject.message.segments if segment[0] != _ANYWHERE)
    if not expression.fullmatch("".join(f"{name};" for name, _ in groupby(names))):
        yield Violation("message", "The segments do not follow the grammar of the event.", f"ORD-{event}")


RULES = (Rule("ORD", WARNING, "§7.4", _in_order),)
