"""After a restore: nothing that was closed since the copy was taken comes open again.

A restored database knows nothing of what was decided after its copy. So nobody takes part in it until
the copy of the audit trail, which is kept elsewhere, has said what was taken back, doubted or stopped
since. Its rows name persons, numbers and accounts, not the terms of a form: what was narrowed is closed
altogether, and is entered again from the paper. What was opened since stays closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from consent.model import EVERYTHING, ConsentEvent, EventKind, Restriction
from hie.exchange.consents import consenting
from hie.exchange.feeds import edges
from hie.exchange.linking import linking
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    MembershipEvent,
    MembershipKind,
    Outcome,
    RegistrationState,
    Store,
    UnitOfWork,
)
from hie.exchange.ports.audit import COLUMNS, ChainRow
from hie.exchange.ports.links import LinkKind
from hie.exchange.ports.registrations import OPEN_STATES
from hie.exchange.roster import people
from hie.exchange.trail.auditing import linked
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester

MOST_CASES = 100_000
RESTORED = "restored"
"""Evidence of what a restore closes."""


class Told(NamedTuple):
    """One row of the copy, as far as a restore looks at it."""

    sequence: int
    action: str
    outcome: str
    patient: PatientId
    account: str
    """Who did it."""
    detail: str
    kind: str
    custodian: FacilityCode


class Replayed(NamedTuple):
    """What a replay did."""

    rows: int
    """Rows behind the copy's last one."""
    last: int
    """Number of the last one."""
    last_hash: bytes
    closed: Mapping[str, int]
    """How many of each action were closed again."""
    to_enter: tuple[PatientId, ...]
    """Persons of whom something was given, lifted or linked since: it must be entered again."""


def close(store: Store, clock: Clock, requester: Requester) -> None:
    """End whatever waited or was open when the copy was taken, for it may have been decided since.

    Emergencies end, no hospital does emergency duty, and registrations, proposed links and invitations are
    taken back: what is still wanted is entered again. Edges state again all that they have.
    """
    with store.work() as work:
        now = clock.now()
        for reviewed in work.emergencies.among(live_at=now):
            work.emergencies.end(reviewed.session.id, now)
        for facility in sorted(work.duties.on_duty()):
            work.duties.set(facility, requester.user, now, on=False)
        _take_back(work, now, requester)
        work.audit.append([_written_down(now, requester, "region-closed", "")])
    edges.restored(store, clock, requester)


def _take_back(work: UnitOfWork, now: int, requester: Requester) -> None:
    """Take back what waited for a second person."""
    while waiting := work.registrations.lines(OPEN_STATES):
        for one in waiting:
            cancelled = one._replace(
                state=RegistrationState.CANCELLED,
                version=one.version + 1,
                decided_at=now,
                decided_by=requester.user,
                reason=RESTORED,
            )
            work.registrations.replace(cancelled, one.version)
    for case in work.link_cases.all("", MOST_CASES):
        if case.kind is LinkKind.PROPOSED:
            work.link_cases.close(case.surrogate)
    for letter in work.invitations.since(now):
        if letter.outcome is Outcome.OPEN:
            work.invitations.keep(letter._replace(outcome=Outcome.WITHDRAWN, decided_at=now))


def opened(store: Store, clock: Clock, requester: Requester) -> None:
    """Write down who opened the region again: whoever asks answers for it."""
    with store.work() as work:
        work.audit.append([_written_down(clock.now(), requester, "region-reopened", "")])


def following(rows: Iterable[ChainRow], sequence: int, last: bytes) -> Iterator[ChainRow]:
    """Give the rows behind row `sequence`, whose hash is `last`, each proved to follow the one before.

    A row may come twice. Raise `Invalid` where one is missing, or is not the one that was written.
    """
    for row in rows:
        if row.sequence <= sequence:
            continue
        if row.sequence != sequence + 1 or linked(last, row.sequence, row.fields) != row.hash:
            raise Invalid(f"the copy does not go on behind row {sequence}")
        sequence, last = row.sequence, row.hash
        yield row


def replay(
    store: Store, clock: Clock, requester: Requester, rows: Iterable[ChainRow], from_hash: bytes
) -> Replayed:
    """Close again what rows behind a restored trail say was closed; in one transaction."""
    closed: Counter[str] = Counter()
    to_enter: dict[PatientId, None] = {}
    count, last, last_hash = 0, 0, from_hash
    with store.work() as work:
        now = clock.now()
        for row in rows:
            count += 1
            last, last_hash = row.sequence, row.hash
            told = _told(row)
            if told.outcome not in _DONE:
                continue
            if told.action in _OPENED and told.patient:
                to_enter[told.patient] = None
            closing = _CLOSING.get(told.action)
            if closing is not None and closing(work, now, requester, told):
                closed[told.action] += 1
        work.audit.append([_written_down(now, requester, "region-replayed", f"{count} rows to {last}")])
    return Replayed(count, last, last_hash, closed, tuple(to_enter))


def _told(row: ChainRow) -> Told:
    said = dict(zip(COLUMNS, row.fields, strict=True))
    text = {name: str(said[name]) for name in ("action", "outcome", "account", "detail", "kind")}
    return Told(
        row.sequence,
        text["action"],
        text["outcome"],
        PatientId(str(said["patient"])),
        text["account"],
        text["detail"],
        text["kind"],
        FacilityCode(str(said["custodian"])),
    )


def _withdraw(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    """Take back everything: the row does not say between whom."""
    if told.patient not in work.patients.files([told.patient]):
        return False
    evidence = f"{RESTORED}: audit {told.sequence}"
    event = ConsentEvent(
        0, told.patient, EventKind.WITHDRAWN, now, requester.user, evidence, withdrawal=EVERYTHING
    )
    consenting.enter(work, now, requester, [event])
    return True


def _hold(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    """Hold back everything of a person, also from who wrote it: the row does not say what was refused."""
    if told.patient not in work.patients.files([told.patient]):
        return False
    everybody = frozenset(facility.code for facility in work.directory.all())
    evidence = f"{RESTORED}: audit {told.sequence}"
    event = ConsentEvent(
        *(0, told.patient, EventKind.RESTRICTED, now, requester.user, evidence),
        restriction=Restriction(everybody, by_discloser=True),
    )
    consenting.enter(work, now, requester, [event])
    return True


def _doubt(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    facility, _, surrogate = told.detail.partition(" ")
    number = work.links.number(int(surrogate)) if surrogate.isdecimal() else None
    if number is None or number.local.facility != facility or number.patient != told.patient:
        return False
    linking.close_contested(work, now, requester, number, RESTORED)
    return True


def _rest(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    return _rest_account(work, now, requester, told.detail.partition(" ")[0])


def _rest_own(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    """Let an account rest that changed what proves it: the copy has what was lost or given up."""
    return _rest_account(work, now, requester, told.account)


def _rest_account(work: UnitOfWork, now: int, requester: Requester, account: str) -> bool:
    person = work.roster.known([account]).get(account)
    if person is None or not person.account.may_act(now):
        return False
    people.rest(work, now, requester, person.account, RESTORED)
    return True


def _stop_device(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    del requester
    device = work.devices.get(told.detail.removeprefix("device ").partition(",")[0])
    if device is None or device.stopped_at:
        return False
    work.devices.keep(device._replace(stopped_at=now))
    return True


def _suspend(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    """Let a facility rest or leave, as it did; the log of who joined is put back before this line."""
    code = FacilityCode(told.detail.partition(" ")[0])
    if code not in {facility.code for facility in work.directory.all()}:
        return False
    evidence = f"{RESTORED}: audit {told.sequence}"
    kind = MembershipKind.LEFT if told.action == "facility-left" else MembershipKind.SUSPENDED
    work.memberships.record(MembershipEvent(0, code, kind, now, now, requester.user, evidence))
    return True


def _revoke(work: UnitOfWork, now: int, requester: Requester, told: Told) -> bool:
    del requester
    return work.edges.revoke(FacilityCode(told.detail.partition(" ")[0]), now)


Closing = Callable[[UnitOfWork, int, Requester, Told], bool]
_DONE = frozenset({"done", "granted"})
_CLOSING: dict[str, Closing] = {
    "consent-withdrawn": _withdraw,
    "consent-restricted": _hold,
    "consent-care-ended": _withdraw,
    "consent-deceased": _hold,
    "label-marked": _hold,
    "unlink": _doubt,
    "link-contested": _doubt,
    "account-stopped": _rest,
    "account-suspended": _rest,
    "post-ended": _rest,
    "second-factor-reset": _rest,
    "password-changed": _rest_own,
    "second-factor-removed": _rest_own,
    "device-stopped": _stop_device,
    "facility-left": _suspend,
    "facility-suspended": _suspend,
    "edge-revoked": _revoke,
}
"""What closes something, by the action of its audit record."""
_OPENED = frozenset(
    {"consent-given", "consent-lifted", "consent-withdrawn", "consent-restricted", "consent-deceased", "link"}
)


def _written_down(now: int, requester: Requester, action: str, detail: str) -> AuditEvent:
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, detail)
