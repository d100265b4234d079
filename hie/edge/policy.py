"""The consent list as the edge has it: pulled, kept with its time of arrival, and applied to the spool.

A list is on disk before it is applied, and counts as applied only when every document it touches
was asked again. So a crash in between applies it once more, which changes nothing. The passing of
time is a change too: consents begin and end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from consent.grant import Grant
from hie.edge.durable import link_durably, read_if_there, write_durably
from hie.edge.keeping import Memory
from hie.exchange.gate.policy import Known, Policy, grant_of, read_policy, written
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Item
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.store.reserve import NO_ROOM, Reserve

NO_POSITION = -1
"""Asks the hub for whatever list there is."""
WARN_SKEW = 30_000
MOST_SKEW = 300_000
"""Milliseconds by which the clocks of edge and hub may differ before nothing leaves."""
LEAST_RESERVE = 64 * 1024
"""Bytes kept free for the next list on a full disk, at least; else half as much again as the last had."""
HELD_AGAIN = 3_600_000
AFTER_A_BOUNDARY = 60_000
"""Milliseconds after which the hub is asked again about what it held; sooner where a consent just began."""
_NOTED_SKEW = 1_000
"""Milliseconds by which the difference of the clocks changes before that is written down."""
_PATIENTS_AT_ONCE = 500
_CONFIRM_EVERY = 60_000
_CONFIRMED = "policy_confirmed_at"
_APPLIED_AT = "policy_applied_at"
_SKEW = "hub_skew"
_HUB = "hub"
"""Incarnation of the hub's database, epoch of the enrolment, greatest number answered in it."""
_HOUR = 3_600_000

_log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A consent list on disk."""

    policy: Policy
    received_at: int
    """Milliseconds since 1970, by the edge's clock."""


class PolicyCache:
    """The consent list of this edge's facility; may be asked by several threads."""

    def __init__(
        self, folder: Path, memory: Memory, clock: Clock, facility: FacilityCode, hours: float, epoch: int = 0
    ) -> None:
        """Read what is kept in `folder`; a list unconfirmed for `hours` opens nothing.

        What the hub has answered is remembered for each enrolment, by its `epoch`.
        """
        self._newest = folder / "consents.json"
        self._applied_file = folder / "consents-applied.json"
        self._reserve = Reserve(folder / "consents.reserve")
        self._memory = memory
        self._clock = clock
        self._facility = facility
        self._most_age = hours * _HOUR
        self._lock = RLock()
        newest, before = read_if_there(self._newest), read_if_there(self._applied_file)
        self._kept = _read(newest, facility)
        applied = self._kept if before == newest else _read(before, facility)
        self._applied = applied.policy if applied else None
        self._applied_at = int(memory.note(_APPLIED_AT) or 0)
        self._confirmed_at = int(memory.note(_CONFIRMED) or 0)
        self._grants: dict[str, Grant | None] = {}
        """Asked for so far, as of when the list was applied."""
        self._next_boundary = _next_boundary(self._applied, self._applied_at) if self._applied else 0
        self.skew: int | None = None
        """Milliseconds by which the hub's clock is ahead of ours; none before it was heard."""
        self._noted_skew = self._last_skew = int(memory.note(_SKEW) or 0)
        self._ask_held_at = 0
        self._epoch = epoch
        self._incarnation, of_epoch, number = map(int, (memory.note(_HUB) or "0 0 0").split())
        self._acknowledged = number if of_epoch == epoch else 0

    @property
    def position(self) -> int:
        """The position of the list on disk."""
        return self._kept.policy.position if self._kept else NO_POSITION

    @property
    def known(self) -> Known:
        """What is known of the hub: by it the hub says whether there is news."""
        with self._lock:
            digest = self._kept.policy.digest if self._kept else ""
            return Known(self.position, self._incarnation, self._acknowledged, digest)

    @property
    def received_at(self) -> int:
        """When the list arrived or was last confirmed; 0 if there is none."""
        return max(self._kept.received_at, self._confirmed_at) if self._kept else 0

    @property
    def is_applied(self) -> bool:
        """Say whether the spool follows the list on disk."""
        with self._lock:
            return bool(self._kept and self._applied and _same(self._kept.policy, self._applied))

    def patients(self) -> list[str]:
        """Name everybody on the applied list; `grant` says whose documents may be read."""
        with self._lock:
            return list(self._applied.patients) if self._applied else []

    def may_leave(self, item: Item) -> bool:
        """Say whether a document that was read may leave now."""
        grant = self.grant(item.found.patient)
        return grant is not None and _covers(grant, item)

    def grant(self, patient: str) -> Grant | None:
        """Return the leave of a patient under the applied list."""
        with self._lock:
            if self._applied is None:
                return None
            if patient not in self._grants and patient in self._applied.patients:
                self._grants[patient] = grant_of(self._applied, patient, self._applied_at)
            return self._grants.get(patient)

    def heard(self, hub_now: int) -> None:
        """Compare the clocks; `hub_now` was the hub's time a moment ago."""
        before, self.skew = self.skew, hub_now - self._clock.now()
        self._last_skew = self.skew
        if abs(self.skew - self._noted_skew) >= _NOTED_SKEW:
            self._memory.note(_SKEW, str(self.skew))
            self._noted_skew = self.skew
        if abs(self.skew) > WARN_SKEW and (before is None or abs(before) <= WARN_SKEW):
            _log.warning("the clocks of edge and hub differ by %d seconds", self.skew // 1000)

    def learned(self, policy: Policy) -> None:
        """Keep a list that just arrived; it is applied by `apply`.

        Raises `Invalid` if it is another facility's, `OSError` if it cannot be kept.
        """
        if policy.facility != self._facility:
            raise Invalid("the consent list is another facility's")
        self.heard(policy.issued_at)
        with self._lock:
            now = self._clock.now()
            content = b'{"received_at":%d}\n' % now + written(policy)
            try:
                write_durably(self._newest, content)
            except OSError as error:
                if error.errno not in NO_ROOM or not self._reserve.give_up():
                    raise
                write_durably(self._newest, content)
                self._reserve.kept_up(_reserved(len(content)))
            self._kept = Kept(policy, now)
            self._reserve.restored(_reserved(len(content)))
            self._recognise(policy)

    def acknowledged(self, number: int) -> None:
        """Remember the greatest number that the hub answered."""
        with self._lock:
            self._remember(self._incarnation, max(self._acknowledged, number))

    def _recognise(self, policy: Policy) -> None:
        """Let everything be stated again where the hub's database is another one, or an older one.

        Only then it is remembered which it is: whoever is killed in between begins again.
        """
        another = self._incarnation and policy.incarnation != self._incarnation
        older = policy.number < self._acknowledged
        if another or older:
            count = self._memory.restate(self._clock.now())
            _log.warning("the hub was restored: %d documents are stated again", count)
        if older or policy.incarnation != self._incarnation:
            self._remember(policy.incarnation, min(self._acknowledged, policy.number))

    def _remember(self, incarnation: int, number: int) -> None:
        if (incarnation, number) != (self._incarnation, self._acknowledged):
            self._memory.note(_HUB, f"{incarnation} {self._epoch} {number}")
            self._incarnation, self._acknowledged = incarnation, number

    def confirmed(self) -> None:
        """Remember that the hub knows no newer list."""
        now = self._clock.now()
        with self._lock:
            if self._kept and not 0 <= now - self.received_at < _CONFIRM_EVERY:
                self._memory.note(_CONFIRMED, str(now))
                self._confirmed_at = now
                self._reserve.restored(_reserved(self._newest.stat().st_size))
                # After a clock was set back the time of arrival must not lie ahead for days.
                self._kept = self._kept._replace(received_at=min(now, self._kept.received_at))

    def trouble(self) -> str:
        """Say why nothing may leave, or the empty string."""
        with self._lock:
            if not self._kept:
                return "no consent list"
            if not 0 <= self._clock.now() - self.received_at + MOST_SKEW <= self._most_age + MOST_SKEW:
                return "the consent list is too old"
            if self.skew is not None and abs(self.skew) > MOST_SKEW:
                return "the clock is wrong"
            return "" if self.is_applied else "the consent list is not applied"

    def apply(self) -> int:
        """Let the spool follow the list and the time; return how many patients were asked again."""
        with self._lock:
            if not self._kept:
                return 0
            now = self._hub_now()
            policy = self._kept.policy
            passed = self._passed(policy, now)
            due = sorted(self._differing(policy) | passed)
            self._ask_held(now, AFTER_A_BOUNDARY if passed else HELD_AGAIN)
            if not due and self.is_applied:
                return 0
            for start in range(0, len(due), _PATIENTS_AT_ONCE):
                with self._memory.turn():
                    for patient in due[start : start + _PATIENTS_AT_ONCE]:
                        self._regate(policy, patient, now)
            if not self.is_applied:
                link_durably(self._newest, self._applied_file)
                self._applied = policy
            self._memory.note(_APPLIED_AT, str(now))
            self._applied_at = now
            self._next_boundary = _next_boundary(policy, now)
            return len(due)

    def ask_again(self, patients: Iterable[str]) -> None:
        """Ask about all documents of these patients again under the applied list."""
        with self._lock:
            if self._applied:
                for patient in patients:
                    self._regate(self._applied, patient, self._hub_now())

    def _hub_now(self) -> int:
        """Return the time by which consents begin and end: the hub's, which asks the same gate."""
        return self._clock.now() + self._last_skew

    def _ask_held(self, now: int, later: int) -> None:
        """Ask the hub again about what it held although the list lets it leave, now and then."""
        if not now < self._ask_held_at <= now + HELD_AGAIN:
            self._memory.ask_held(self._clock.now())
            self._ask_held_at = now + HELD_AGAIN
        self._ask_held_at = min(self._ask_held_at, now + later)

    def _regate(self, policy: Policy, patient: str, now: int) -> None:
        grant = self._grants[patient] = grant_of(policy, patient, now)
        leaves = None if grant is None else lambda item: _covers(grant, item)
        self._memory.regated(patient, leaves, self._clock.now())

    def _differing(self, policy: Policy) -> set[str]:
        before = self._applied.patients if self._applied else {}
        if self._applied and _same(self._applied, policy):
            return set()
        return {who for who, events in policy.patients.items() if before.get(who) != events} | {
            who for who in before if who not in policy.patients
        }

    def _passed(self, policy: Policy, now: int) -> set[str]:
        """Name whose consents began or ended since the list was applied; a clock may have gone back."""
        begin, end = sorted((self._applied_at, now))
        if self._applied is None or (now >= self._applied_at and now < self._next_boundary):
            return set()
        return {who for who, moment in _boundaries(policy) if begin < moment <= end}


def _reserved(size: int) -> int:
    """Return how much room is kept for the list that follows one of so many bytes."""
    return max(LEAST_RESERVE, size * 3 // 2)


def _same(one: Policy, other: Policy) -> bool:
    """Say whether two lists are the same: a database that was restored may use a position again."""
    return (one.position, one.incarnation, one.digest) == (other.position, other.incarnation, other.digest)


def _covers(grant: Grant, item: Item) -> bool:
    return grant.covers(
        grant.requester.facility, item.document_class, item.service_day, item.confidentiality, item.labels
    )


def _boundaries(policy: Policy) -> Iterator[tuple[str, int]]:
    for patient, events in policy.patients.items():
        for event in events:
            for provision in event.provisions:
                yield patient, provision.starts_at
                yield patient, provision.ends_at


def _next_boundary(policy: Policy, now: int) -> int:
    return min((moment for _, moment in _boundaries(policy) if moment > now), default=2**63)


def _read(content: bytes | None, facility: FacilityCode) -> Kept | None:
    """Read a kept list; one that cannot be read or is another facility's is as if there were none."""
    if content is None:
        return None
    head, _, body = content.partition(b"\n")
    try:
        kept = Kept(read_policy(body), int(json.loads(head)["received_at"]))
    except (Invalid, ValueError, LookupError, TypeError):
        _log.warning("a kept consent list cannot be read")
        return None
    return kept if kept.policy.facility == facility else None
