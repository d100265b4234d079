"""Who a page is about: what its head says of the patient, on every page the same."""

from __future__ import annotations

from hie.exchange.ports import PatientFile
from hie.record.requester import Requester
from viewer.formats import age
from viewer.locale import Words
from viewer.screen import Screen


def head_of(screen: Screen, requester: Requester, file: PatientFile, words: Words) -> dict[str, object]:
    """Return what `patient_head.html` says: the person, the age, the asker's own number of them."""
    own = [number.value for number in file.numbers if number.facility == requester.facility]
    return {
        "patient": file.patient,
        "age": age(file.patient.birth_day, screen.today(), words),
        "own_number": own[0] if own else "",
    }
