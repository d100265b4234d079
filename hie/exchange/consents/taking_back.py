"""What closes at once at any desk: a withdrawal, a refusal, a hold; each with what proves it.

Closing needs no second person: it can only take away. Ending a refusal, and a death, are proposed and
verified as a registration is (`registering`).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from consent.model import ConsentEvent, EventKind, Paper, Restriction, Withdrawal
from hie.exchange.consents import consenting
from hie.exchange.consents.forms import beginning
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS
from hie.exchange.consents.scanning import media_type_of
from hie.exchange.consents.standing import OF_THE_PERSON, may_keep, may_know, shelf
from hie.exchange.moments import decided_at
from hie.exchange.ports import LARGEST_SCAN, AuditEvent, Clock, Scan, ScanPage, Store, UnitOfWork
from hie.exchange.ports.papers import ScanReader
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY, Day, day_at

OWN_WORD = "own account"
"""Evidence of what somebody decided signed in as themselves."""
LONGEST_EVIDENCE = 100


class Proof(NamedTuple):
    """What proves a decision: the number of the paper, and its scan where it was scanned."""

    paper: str = ""
    scan: bytes = b""
    signed_on: Day = UNKNOWN_DAY
    """The day that stands on the paper: what counts for the gate is when it is recorded."""


def take_back(  # noqa: PLR0913, PLR0917  who, about whom, what, and what proves it
    store: Store,
    clock: Clock,
    reader: ScanReader,
    requester: Requester,
    patient: PatientId,
    closing: Withdrawal | Restriction,
    proof: Proof,
) -> ConsentEvent:
    """Record a withdrawal, a refusal or a hold; it counts from its commit.

    Any desk takes a withdrawal, a refusal or a hold the desk of a facility that has a number of the person.
    Raise `NotFound` for who may not, `Invalid` where nothing is named or nothing proves it.
    """
    own = requester.role in OF_THE_PERSON
    if not own and requester.role not in PROPOSERS | VERIFIERS:
        raise NotFound("no desk for the asker")
    if own and isinstance(closing, Restriction) and closing.by_discloser:
        raise Invalid("a hold is the facility's own", code="hold")
    pages = _examined(reader, requester, proof.scan)
    with store.work() as work:
        now = decided_at(work, clock)
        file = work.patients.files([patient]).get(patient)
        may = may_keep if isinstance(closing, Withdrawal) else may_know
        if file is None or not may(requester, file):
            raise NotFound("no such person, or not for the asker")
        event = _event(patient, requester.user, now, closing, OWN_WORD if own else _evidence(proof))
        event = _dated(event, proof.signed_on)
        (recorded,) = consenting.enter(work, now, requester, [event])
        if pages:
            _keep(work, now, requester, recorded.sequence, proof.scan, pages)
    return recorded


def lift_hold(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, sequence: int, paper: str
) -> ConsentEvent:
    """End the hold of the asker's own facility; anything else that is closed ends by a registration alone."""
    with store.work() as work:
        now = decided_at(work, clock)
        file = work.patients.files([patient]).get(patient)
        if file is None or requester.role not in VERIFIERS:
            raise NotFound("no such person, or not for the asker")
        live = consenting.live_restrictions(work.consents.events([patient])[patient])
        if sequence not in live or not live[sequence].by_discloser:
            raise Invalid("there is no such restriction in force")
        if live[sequence].disclosers != frozenset({requester.facility}):
            raise Invalid("a hold is the facility's own", code="hold")
        event = ConsentEvent(
            0, patient, EventKind.LIFTED, now, requester.user, paper[:LONGEST_EVIDENCE], lifts=sequence
        )
        return consenting.enter(work, now, requester, [event])[0]


def _event(
    patient: PatientId, user: str, now: int, closing: Withdrawal | Restriction, evidence: str
) -> ConsentEvent:
    if isinstance(closing, Withdrawal):
        return ConsentEvent(0, patient, EventKind.WITHDRAWN, now, user, evidence, (), closing)
    return ConsentEvent(0, patient, EventKind.RESTRICTED, now, user, evidence, restriction=closing)


def _dated(event: ConsentEvent, signed_on: Day) -> ConsentEvent:
    """Say since when it was true in the world; raise `Invalid` for a day that has not come."""
    if signed_on == UNKNOWN_DAY:
        return event
    if signed_on > day_at(event.recorded_at):
        raise Invalid("a form is signed on a day that has come", code="signed-on")
    since = min(event.recorded_at, beginning(signed_on))
    return event._replace(valid_from=since, paper=Paper(signed_on))


def _evidence(proof: Proof) -> str:
    digest = hashlib.sha256(proof.scan).hexdigest() if proof.scan else ""
    return f"{proof.paper.strip()[:LONGEST_EVIDENCE]} {digest}".strip()


def _examined(reader: ScanReader, requester: Requester, scan: bytes) -> int:
    """Return how many pages a scan has; raise `Invalid` where it is none."""
    if not scan:
        return 0
    if len(scan) > LARGEST_SCAN or not media_type_of(scan):
        raise Invalid("a scan is a PDF, a PNG or a JPEG of at most 10 MB", code="no-scan")
    return reader.examine(scan, requester.user).pages


def _keep(
    work: UnitOfWork, now: int, requester: Requester, sequence: int, content: bytes, pages: int
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    kind = media_type_of(content)
    work.evidence.keep(
        Scan(digest, kind, len(content), pages, now, requester.user, requester.facility), content
    )
    for page in range(1, pages + 1):
        work.evidence.file(ScanPage(shelf(sequence), digest, page, requester.facility, now, requester.user))


def scan_of(
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    sequence: int,
    digest: str,
) -> bytes:
    """Return the scan that proves a decision, written down before it is shown; `NotFound` for strangers."""
    with store.work() as work:
        file = work.patients.files([patient]).get(patient)
        found = [one for one in work.consents.events([patient])[patient] if one.sequence == sequence]
        lying = found and any(one.digest == digest for one in work.evidence.pages(shelf(sequence)))
        if file is None or not lying or not may_keep(requester, file):
            raise NotFound("no such scan, or not for the asker")
        if not may_know(requester, file) and found[0].recorded_by != requester.user:
            raise NotFound("no such scan, or not for the asker")
        detail = f"{shelf(sequence)} {digest}"
        work.audit.append(
            [AuditEvent(clock.now(), requester, "scan-read", "done", patient, 0, (), sequence, detail)]
        )
        return work.evidence.content(digest)
