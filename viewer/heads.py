"""Who a page is about: what its head says of the patient, on every page the same."""

from __future__ import annotations

from functools import partial

from hie.exchange.feeds.own_records import UPLOADERS
from hie.exchange.ports import PatientFile
from hie.record.requester import Requester
from viewer.formats import age
from viewer.locale import Words
from viewer.patient_tabs import tabs_of
from viewer.pulse import pulse_address
from viewer.screen import Screen


def head_of(
    screen: Screen,
    requester: Requester,
    file: PatientFile,
    words: Words,
    beat: bytes | None = None,
    up_to: int | None = None,
) -> dict[str, object]:
    """Return what `patient_head.html` says: the person, the age, the asker's own number of them.

    `beat` is that of the grant the page was drawn under; without one the gate is asked for it. `up_to` is
    the number of the last entry that was filed before the page was read (`viewer.pulse`).
    """
    own = [number.value for number in file.numbers if number.facility == requester.facility]
    return {
        "patient": file.patient,
        "age": age(file.patient.birth_day, screen.today(), words),
        "own_number": own[0] if own else "",
        "adds_own": bool(own) and requester.role in UPLOADERS,
        "pulse": pulse_address(screen, requester, file.patient.id, beat, up_to),
        "pulse_every": screen.pulse_every,
        "tabs": partial(tabs_of, file.patient.id),
    }
