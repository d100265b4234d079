"""Random in-patients: what happens to them, what the hospital writes of it, and the stays it makes.

The model knows nothing of files: it remembers who was moved when. The storage gets real files with
real renames, two true events of a day under one key among them (fact sheet §1.5).
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from hie.exchange.records.stays import Absence, Leg, Stay
from hie.record.clinical import Coding, Encounter
from hie.record.times import LAST_DAY, day_of
from ssmix2.layout import NO_ORDER, FileName
from ssmix2.writer import Envelope, Practitioner, file_name, write
from tests.storages import HOSPITAL, person

WARDS = (("01", "3E"), ("01", "3W"), ("05", "5W"), ("08", "ICU"), ("08", "3E"))
KIND_OF = {
    **dict.fromkeys(("A14", "A27"), "ADT-21"),
    **dict.fromkeys(("A01", "A11"), "ADT-22"),
    **dict.fromkeys(("A21", "A52"), "ADT-31"),
    **dict.fromkeys(("A22", "A53"), "ADT-32"),
    **dict.fromkeys(("A02", "A12"), "ADT-42"),
    **dict.fromkeys(("A16", "A25"), "ADT-51"),
    **dict.fromkeys(("A03", "A13"), "ADT-52"),
}
CANCELLING = {
    "A14": "A27",
    "A01": "A11",
    "A21": "A52",
    "A22": "A53",
    "A02": "A12",
    "A16": "A25",
    "A03": "A13",
}
NEXT = {
    "outside": ("A01",),
    "inside": ("A02", "A02", "A21", "A03"),
    "away": ("A22", "A22", "A22", "A03"),
}
STATE = {"A01": "inside", "A02": "inside", "A22": "inside", "A21": "away", "A03": "outside"}


class Happened:
    """One true event."""

    def __init__(self, event: str, at: str, where: tuple[str, str]) -> None:
        self.event = event
        self.at = at
        self.where = where

    @property
    def key(self) -> tuple[str, str]:
        """Data kind and day: all that tells its file from others of the patient."""
        return KIND_OF[self.event], self.at[:8]


class InPatient:
    """One patient of a hospital that writes all it does into a storage."""

    def __init__(self, root: Path, number: str, seed: int) -> None:
        self._root = root
        self._number = number
        self._random = random.Random(seed)
        self._now = datetime(2025, 1, 6, 8, 0)  # noqa: DTZ001  hospital time
        self._sent = self._now
        self.events: list[Happened] = []
        self._plan: Happened | None = None

    def live(self, steps: int) -> None:
        """Let so many things happen, each written down at once."""
        for _ in range(steps):
            chosen = self._random.random()
            if chosen < 0.12 and self.events:
                self._correct(self.events[-1])
            elif chosen < 0.22 and self.events and self._stands_alone(self.events[-1]):
                self._cancel(self.events.pop())
            elif chosen < 0.30:
                self._replan()
            else:
                self._go_on()
        if self._random.random() < 0.4:
            self._replan()

    # --- what happens --------------------------------------------------------------------------------

    @property
    def _state(self) -> str:
        return STATE[self.events[-1].event] if self.events else "outside"

    def _go_on(self) -> None:
        minutes = self._random.choice((35, 50, 200, 60 * 24, 60 * 24 * 4))
        self._now += timedelta(minutes=minutes)
        event = self._random.choice(NEXT[self._state])
        where = self._random.choice(WARDS) if event in {"A01", "A02"} else self.events[-1].where
        self.events.append(Happened(event, f"{self._now:%Y%m%d%H%M}", where))
        if STATE[event] == "outside" or event == "A01":
            self._drop_plan()
        self._write(self.events[-1])

    def _correct(self, event: Happened) -> None:
        """Say the same event again, with another ward where it had one, or at another hour."""
        if event.event in {"A01", "A02"}:
            event.where = self._random.choice(WARDS)
        if event.event in {"A01", "A03"}:
            self._shift(event)
        self._write(event)

    def _shift(self, event: Happened) -> None:
        """Move the last event within its day, to nothing before the event before it."""
        at = self._now + timedelta(minutes=self._random.randint(-90, 90))
        before = self.events[-2].at if len(self.events) > 1 else ""
        if f"{at:%Y%m%d}" == event.at[:8] and f"{at:%Y%m%d%H%M}" > before:
            self._now, event.at = at, f"{at:%Y%m%d%H%M}"

    def _stands_alone(self, event: Happened) -> bool:
        """Say whether no other true event has its key: a deletion takes all files of the key."""
        return [other.key for other in self.events].count(event.key) == 1

    def _cancel(self, event: Happened) -> None:
        self._drop_plan()
        self._delete(event)

    def _replan(self) -> None:
        """Plan the next admission or discharge for a day far ahead, or another one instead."""
        self._drop_plan()
        event = "A14" if self._state == "outside" else "A16"
        day = self._now + timedelta(days=self._random.randint(20, 40))
        self._plan = Happened(event, f"{day:%Y%m%d}", self._random.choice(WARDS))
        self._write(self._plan)

    def _drop_plan(self) -> None:
        if self._plan:
            self._delete(self._plan)
            self._plan = None

    # --- what is true --------------------------------------------------------------------------------

    def stays(self) -> list[Stay]:
        """Tell the stays from what happened, newest first."""
        found: list[Stay] = []
        for one in self.events:
            if one.event == "A01":
                found.append(Stay(HOSPITAL, day_of(one.at), LAST_DAY, (Leg(one.at, *one.where),)))
            else:
                found[-1] = _after(found[-1], one)
        if self._plan and self._plan.event == "A16":
            found[-1] = found[-1]._replace(to_leave=self._plan.at)
        if self._plan and self._plan.event == "A14":
            day = day_of(self._plan.at)
            found.append(Stay(HOSPITAL, day, day, (Leg(self._plan.at, *self._plan.where),), planned=True))
        return found[::-1]

    # --- what is written -----------------------------------------------------------------------------

    def _write(self, one: Happened) -> None:
        """Supersede what stands under the key and write the file that counts."""
        for path in self._files(one):
            if path.name.endswith("_1"):
                path.rename(path.with_name(f"{path.name[:-1]}2"))
        self._put(one.event, one, "1")

    def _delete(self, one: Happened) -> None:
        """Rename everything of the key and write the message that takes it back."""
        for path in self._files(one):
            path.rename(path.with_name(f"{path.name[:-1]}0"))
        self._put(CANCELLING[one.event], one, "0")

    def _put(self, event: str, one: Happened, flag: str) -> None:
        self._sent = max(self._sent, self._now) + timedelta(seconds=1)
        record = Encounter(event, "I", one.at, "", "", one.where[0], one.where[1], "01", "1", "山田 太郎", "")
        if event == "A53":
            record = record._replace(expected_return=one.at[:8])
        envelope = Envelope(
            application="HIS",
            facility_name="中央病院",
            sent_at=f"{self._sent:%Y%m%d%H%M%S}000",
            control_id=f"{self._sent:%Y%m%d%H%M%S}",
            order_number=NO_ORDER,
            department=Coding(one.where[0], "", ""),
            practitioner=Practitioner("D001", "山田", "太郎"),
            ordered_at="",
            patient_class="I",
            facility_id=HOSPITAL,
        )
        kind = KIND_OF[event]
        name = file_name(kind, envelope, self._number, one.at[:8], flag)
        path = self._root / name.locator()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write(kind, envelope, person(self._number), [record]))

    def _files(self, one: Happened) -> list[Path]:
        kind, day = one.key
        folder = FileName(self._number, day, kind, NO_ORDER, "0" * 17, "", "1").folder()
        found = self._root / folder
        return sorted(found.iterdir()) if found.is_dir() else []


def _after(stay: Stay, one: Happened) -> Stay:
    """Let one thing happen to who lies in hospital."""
    if one.event == "A02" and one.where != stay.legs[-1][1:]:
        return stay._replace(legs=(*stay.legs, Leg(one.at, *one.where)))
    if one.event == "A21":
        return stay._replace(leaves=(*stay.leaves, Absence(one.at, "", "")))
    if one.event in {"A22", "A03"} and stay.leaves and not stay.leaves[-1].until:
        stay = stay._replace(leaves=(*stay.leaves[:-1], stay.leaves[-1]._replace(until=one.at)))
    return stay._replace(end=day_of(one.at)) if one.event == "A03" else stay
