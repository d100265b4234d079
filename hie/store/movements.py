"""What the movement table keeps of an event, the same in every store."""

from __future__ import annotations

from hie.record.clinical import Encounter
from hie.store.storable import storable


def told_of(encounter: Encounter | None, department: str) -> tuple[str, str, str, str]:
    """Return moment, department, ward, and when the patient is to be back or to leave."""
    if encounter is None:
        return "", department, "", ""
    moment, ward = storable(encounter.at), storable(encounter.ward)
    expected = storable(encounter.expected_return or encounter.expected_discharge)
    return moment, storable(encounter.department) or department, ward, expected
