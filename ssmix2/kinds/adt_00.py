"""ADT-00 患者基本情報: demographics, profile measurements, allergies, insurance (fact sheet §4.3 to §4.5).

A23 takes the patient's record back. What stands in IN1-10 and IN1-11 differs between senders (doubt Q5):
several repetitions of IN1-10 are symbol, number and branch; one alone is the number.
"""

from __future__ import annotations

from hie.record.clinical import Contact, Coverage, Demographics, Observation, Record
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment, component, repetitions
from ssmix2.fields import CODINGS, NO_CODING, TIMES, human_name, known
from ssmix2.layout import FileName
from ssmix2.segments import allergy, is_cancelled, observation, patient
from ssmix2.tables import PROFILE_ITEMS

KIND = DataKind(
    "ADT-00", "患者基本情報", "patient demographics", ("ADT^A08", "ADT^A23"), DocumentClass.DEMOGRAPHICS
)

_HOME, _EMERGENCY, _PATIENT = "H", "EMR", "PT"
_ANALYTE = slice(0, 5)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read the snapshot of a person; each ADT-00 replaces the one before."""
    records: tuple[Record, ...] = (
        *_demographics(message, facility),
        *(_measurement(segment) for segment in message.every("OBX")),
        *(allergy(segment) for segment in message.every("AL1")),
        *(_coverage(segment) for segment in message.every("IN1")),
    )
    return Parts(records=records, item_count=1, cancelled=is_cancelled(message))


def _demographics(message: Message, facility: FacilityCode) -> tuple[Demographics, ...]:
    """Read PID; nothing where it names no patient."""
    segment = message.first("PID")
    who = patient(segment, facility) if segment else None
    if segment is None or who is None:
        return ()
    home = _home(segment[11])
    return (
        Demographics(
            patient=who,
            address=_address(home),
            postal_code=known(home, 5),
            home_phone=_phone(segment[13]),
            work_phone=_phone(segment[14]),
            updated_at=TIMES[segment[33]],
            contacts=tuple(map(_contact, message.every("NK1"))),
            disabled=_disabled(message),
        ),
    )


def _contact(segment: Segment) -> Contact:
    """Read NK1; of several addresses the home."""
    home = _home(segment[4])
    return Contact(
        name=human_name(segment[2]),
        relationship=CODINGS[segment[3]],
        address=_address(home),
        postal_code=known(home, 5),
        home_phone=_phone(segment[5]),
        work_phone=_phone(segment[6]),
    )


def _disabled(message: Message) -> str:
    """Read DB1 of the patient."""
    return next((known(one[4], 1) for one in message.every("DB1") if one[2].strip() == _PATIENT), "")


def _home(raw: str) -> str:
    """Choose the home among the addresses of an XAD*, else the first."""
    addresses = repetitions(raw)
    return next((one for one in addresses if component(one, 7).strip() == _HOME), "".join(addresses[:1]))


def _address(raw: str) -> str:
    """Read an XAD as one line: XAD.8 holds it whole, older senders fill the parts."""
    return known(raw, 8) or "".join(known(raw, part) for part in (4, 3, 1, 2))


def _phone(raw: str) -> str:
    """Read the first number of an XTN* that is not an emergency contact."""
    for number in repetitions(raw):
        if component(number, 2).strip() != _EMERGENCY:
            return known(number, 12) or known(number, 1)
    return ""


def _measurement(segment: Segment) -> Observation:
    """Read height, weight or blood group; an item without a name is named by its analyte (Q18)."""
    found = observation(segment, "", NO_CODING, NO_CODING)
    label = PROFILE_ITEMS.get(found.code.code[_ANALYTE], "")
    if label and not found.code.text:
        return found._replace(code=found.code._replace(text=label))
    return found


def _coverage(segment: Segment) -> Coverage:
    """Read IN1."""
    symbol, number, branch = _insured(segment[10])
    return Coverage(
        kind=CODINGS[segment[2]],
        insurer=known(segment[3], 1) or known(segment[4], 1),
        start=TIMES[segment[12]],
        end=TIMES[segment[13]],
        symbol=symbol,
        number=number,
        branch=branch,
        group=known(segment[11], 1),
        plan=known(segment[15], 1),
        relationship=CODINGS[segment[17]],
    )


def _insured(raw: str) -> tuple[str, str, str]:
    """Read IN1-10 as symbol, number and branch (Q5)."""
    parts = [known(one, 1) for one in repetitions(raw)]
    if len(parts) < 2:  # noqa: PLR2004  a number alone
        return "", "".join(parts), ""
    symbol, number, branch = (*parts, "")[:3]
    return symbol, number, branch
