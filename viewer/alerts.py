"""What stands above every page: an emergency that is open, and how much somebody has not been told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from hie.exchange.breakglass.alerts import Alerts
from hie.exchange.breakglass.emergency import MOST
from hie.record.identifiers import PatientId
from hie.record.times import JST
from viewer.locale import Words


class OpenGlass(NamedTuple):
    """The banner of one emergency."""

    session: str
    patient: PatientId
    until: str
    longer: bool
    """Whether it may be extended."""


class Shown(NamedTuple):
    """As templates draw it."""

    emergencies: tuple[OpenGlass, ...] = ()
    unread: int = 0


def shown_alerts(found: Alerts, words: Words) -> Shown:
    """Word what there is."""
    return Shown(
        tuple(
            OpenGlass(
                one.id,
                one.patient,
                words("emergency.until", time=clock_of(one.over_at)),
                one.over_at < one.opened_at + MOST,
            )
            for one in found.emergencies
        ),
        found.unread,
    )


def clock_of(moment: int) -> str:
    """Write the Japanese time of day of a moment."""
    return f"{datetime.fromtimestamp(moment / 1000, UTC).astimezone(JST):%H:%M}"


def day_and_time(moment: int) -> str:
    """Write the Japanese day and time of a moment."""
    return f"{datetime.fromtimestamp(moment / 1000, UTC).astimezone(JST):%Y-%m-%d %H:%M}"
