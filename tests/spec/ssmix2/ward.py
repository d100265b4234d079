"""An invented stay: segments of a patient on a ward and the record they become."""

from __future__ import annotations

from hie.record.clinical import Encounter
from hie.record.entry import DocumentClass, EntryStatus

DOCTOR = "D0900^服部^愛^^^^^^^L^^^^^I"
BED = "3E^312^2^^^N"
BEFORE = "5W^501^1^^^N"
FILED = {
    "document_class": DocumentClass.ENCOUNTER,
    "status": EntryStatus.APPROVED,
    "service_day": 20250303,
    "department": "05",
}
"""Facts of an event that stands."""
TAKEN_BACK = {"status": EntryStatus.WITHDRAWN, "service_day": 20250303}
"""Facts of an event that was cancelled."""


def segments(evn: str, pv2: str = "", *, prior: str = "", disposition: str = "", times: str = "|") -> str:
    """Write EVN, PV1 and PV2; `times` are PV1-44 and PV1-45."""
    visit = f"PV1|0001|I|{BED}|||{prior}|{DOCTOR}|||05{'|' * 26}{disposition}{'|' * 8}{times}"
    return "\n".join(filter(None, (evn, visit.rstrip("|"), pv2)))


def event(name: str, at: str, **fields: object) -> Encounter:
    """Give the record of an event at `at`, on the ward of `segments`."""
    lying = Encounter(name, "I", at, "", "", "05", "3E", "312", "2", "服部 愛", "")
    return lying._replace(**fields)  # type: ignore[arg-type]
