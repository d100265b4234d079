"""ADT-00 患者基本情報: demographics, profile measurements, allergies, insurance (fact sheet §4.3 to §4.5).

A23 takes the patient's record back. NK1 and DB1 stay in the document: nobody outside reads them.
"""

from __future__ import annotations

from hie.record.clinical import Coverage, Demographics, Observation, Record
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment, component, repetitions
from ssmix2.fields import CODINGS, NO_CODING, TIMES
from ssmix2.layout import FileName
from ssmix2.segments import allergy, is_cancelled, observation, patient
from ssmix2.tables import PROFILE_ITEMS

KIND = DataKind(
    "ADT-00", "患者基本情報", "patient demographics", ("ADT^A08", "ADT^A23"), DocumentClass.DEMOGRAPHICS
)

_HOME, _EMERGENCY = "H", "EMR"
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
    addresses = repetitions(segment[11])
    home = next((one for one in addresses if component(one, 7).strip() == _HOME), "".join(addresses[:1]))
    return (
        Demographics(
            patient=who,
            address=_address(home),
            postal_code=component(home, 5).strip(),
            home_phone=_phone(segment[13]),
            work_phone=_phone(segment[14]),
            updated_at=TIMES[segment[33]],
        ),
    )


def _address(raw: str) -> str:
    """Read an XAD as one line: XAD.8 holds it whole, older senders fill the parts."""
    whole = component(raw, 8).strip()
    return whole or "".join(component(raw, part).strip() for part in (4, 3, 1, 2))


def _phone(raw: str) -> str:
    """Read the first number of an XTN* that is not an emergency contact."""
    for number in repetitions(raw):
        if component(number, 2).strip() != _EMERGENCY:
            return component(number, 12).strip() or component(number, 1).strip()
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
    return Coverage(
        kind=CODINGS[segment[2]],
        insurer=component(segment[3], 1).strip() or component(segment[4], 1).strip(),
        start=TIMES[segment[12]],
        end=TIMES[segment[13]],
    )
