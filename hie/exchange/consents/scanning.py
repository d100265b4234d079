"""Scans of signed forms: examined in a limited process, kept whole, and filed page by page.

The QR code of a form holds an opaque id and its checksum, no data of a person. A page whose code is
read is filed with its registration; any other lies in the tray until somebody files it by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.consents import registering
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS, may_see
from hie.exchange.ports import (
    LARGEST_SCAN,
    AuditEvent,
    Clock,
    Registration,
    RegistrationState,
    Scan,
    ScanPage,
    Store,
    UnitOfWork,
)
from hie.exchange.ports.papers import Examined, ScanReader
from hie.record.errors import Invalid, NotFound, Unavailable
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester, Role

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
BEGINNINGS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
MOST_FILES = 50
"""Files of one upload."""
DISCARDED = "discarded"
"""Where a page lies that is no form: kept, and shown to nobody."""
_PREFIX = "HIE1"
_ID, _CHECK = 32, 8
_CLOSED = frozenset({RegistrationState.VERIFIED, RegistrationState.CANCELLED})


class Upload(NamedTuple):
    """One file as it came."""

    name: str
    content: bytes


class Received(NamedTuple):
    """What became of a file: the registrations its pages were filed with, and how many lie in the tray."""

    name: str
    problem: str = ""
    """`type`, `size`, `unreadable`, `later`, or empty."""
    filed: tuple[str, ...] = ()
    in_tray: int = 0
    digest: str = ""


def code_of(registration: str) -> str:
    """Return what the QR code of a form says: an opaque id and its checksum."""
    number = registration.upper()
    return f"{_PREFIX}:{number}:{_checksum(number)}"


def registration_of(code: str) -> str:
    """Read an id from a QR code, or return nothing where the code is not one of ours."""
    prefix, _, rest = code.strip().partition(":")
    number, _, check = rest.partition(":")
    whole = prefix == _PREFIX and len(number) == _ID and number.isascii() and number.isalnum()
    return number.lower() if whole and check == _checksum(number) else ""


def media_type_of(content: bytes) -> str:
    """Tell from how it begins what a file is, or return nothing for what is no scan."""
    return next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), "")


def receive(
    store: Store,
    clock: Clock,
    reader: ScanReader,
    requester: Requester,
    uploads: Sequence[Upload],
    registration: str = "",
) -> list[Received]:
    """Keep files and file their pages; with a registration named, all of them there.

    Raise `Invalid` for a role that scans nothing or too many files, `NotFound` where the registration
    is not the asker's business or is decided. A file that is no scan does not stop the others, and what was
    looked into is filed though the rest must come again `later`.
    """
    if requester.role not in PROPOSERS | VERIFIERS:
        raise Invalid("this role scans nothing")
    if len(uploads) > MOST_FILES:
        raise Invalid(f"at most {MOST_FILES} files at once")
    examined = [_examined(reader, requester, one) for one in uploads]
    with store.work() as work:
        if registration:
            _open_registration(work, requester, registration)
        now = clock.now()
        return [
            _kept(work, now, requester, upload, found, registration)
            for upload, found in zip(uploads, examined, strict=True)
        ]


def file_by_hand(
    store: Store, clock: Clock, requester: Requester, digest: str, page: int, registration: str
) -> None:
    """File a page of the tray with a registration; `NotFound` where either is not the asker's business."""
    with store.work() as work:
        found = _open_registration(work, requester, registration)
        lying = next(
            (one for one in work.evidence.tray(_tray(requester)) if one[1:3] == (digest, page)), None
        )
        if lying is None:
            raise NotFound("no such page in the tray")
        now = clock.now()
        filed = lying._replace(registration=found.id, filed_at=now, filed_by=requester.user)
        work.evidence.file(filed, instead_of="")
        work.audit.append([_written_down(now, requester, "scan-filed", found, f"{digest} {page}")])


def take_out(
    store: Store, clock: Clock, requester: Requester, digest: str, page: int, registration: str
) -> None:
    """Lay a page of an undecided registration back into the tray; `NotFound` where it is not there."""
    with store.work() as work:
        found = _open_registration(work, requester, registration)
        lying = next((one for one in work.evidence.pages(found.id) if one[1:3] == (digest, page)), None)
        if lying is None:
            raise NotFound("no such page")
        now = clock.now()
        work.evidence.file(
            lying._replace(registration="", filed_at=now, filed_by=requester.user), instead_of=found.id
        )
        work.audit.append([_written_down(now, requester, "scan-filed", found, f"{digest} {page} tray")])


def discard(store: Store, clock: Clock, requester: Requester, digest: str, page: int) -> None:
    """Take a page that is no form out of the tray; scanned again it lies there again.

    Raise `NotFound` where it is not in the asker's tray.
    """
    with store.work() as work:
        lying = next((one for one in tray_in(work, requester) if one[1:3] == (digest, page)), None)
        if lying is None:
            raise NotFound("no such page in the tray")
        now = clock.now()
        away = lying._replace(registration=DISCARDED, filed_at=now, filed_by=requester.user)
        work.evidence.file(away, instead_of="")
        work.audit.append([_written_down(now, requester, "scan-discarded", None, f"{digest} {page}")])


def tray(store: Store, requester: Requester) -> Sequence[ScanPage]:
    """Return the pages that nobody could place yet: of the asker's facility, or all for the secretariat."""
    if requester.role not in PROPOSERS | VERIFIERS:
        raise NotFound("no tray for the asker")
    with store.look() as work:
        return work.evidence.tray(_tray(requester))


def page_of(
    store: Store, clock: Clock, requester: Requester, registration: str, digest: str, page: int
) -> tuple[Scan, bytes]:
    """Return the file of a page that lies with a registration, or in the tray where that is empty.

    Written down before it is shown; `NotFound` for strangers.
    """
    with store.work() as work:
        about = None
        if registration:
            about = registering.find(work, requester, registration)
            lying = work.evidence.pages(registration)
        else:
            lying = tray_in(work, requester)
        scan = work.evidence.scan(digest)
        if scan is None or not any(one.digest == digest and page in {0, one.page} for one in lying):
            raise NotFound("no such page")
        work.audit.append(
            [_written_down(clock.now(), requester, "scan-read", about, f"{registration} {digest} {page}")]
        )
        return scan, work.evidence.content(digest)


def tray_in(work: UnitOfWork, requester: Requester) -> Sequence[ScanPage]:
    """Return the asker's tray in the caller's transaction; nothing for a role that has none."""
    return work.evidence.tray(_tray(requester)) if requester.role in PROPOSERS | VERIFIERS else []


def _examined(reader: ScanReader, requester: Requester, upload: Upload) -> Examined | str:
    """Look into a file, or say what is wrong with it."""
    if len(upload.content) > LARGEST_SCAN:
        return "size"
    if not media_type_of(upload.content):
        return "type"
    try:
        return reader.examine(upload.content, requester.user)
    except Invalid:
        return "unreadable"
    except Unavailable:
        return "later"


def _kept(
    work: UnitOfWork,
    now: int,
    requester: Requester,
    upload: Upload,
    found: Examined | str,
    registration: str,
) -> Received:
    if isinstance(found, str):
        return Received(upload.name, found)
    digest = hashlib.sha256(upload.content).hexdigest()
    kind = media_type_of(upload.content)
    scan = Scan(digest, kind, len(upload.content), found.pages, now, requester.user, requester.facility)
    work.evidence.keep(scan, upload.content)
    filed: list[str] = []
    for page, code in enumerate(found.codes, 1):
        whose = registration or _by_code(work, requester, code)
        work.evidence.file(ScanPage(whose, digest, page, requester.facility, now, requester.user))
        if whose:
            filed.append(whose)
    detail = f"{digest} {found.pages} pages {len(filed)} filed"
    work.audit.append([_written_down(now, requester, "scan-kept", None, detail)])
    return Received(upload.name, "", tuple(dict.fromkeys(filed)), found.pages - len(filed), digest)


def _by_code(work: UnitOfWork, requester: Requester, code: str) -> str:
    number = registration_of(code)
    found = work.registrations.find(number) if number else None
    ours = found is not None and may_see(requester, found) and found.state not in _CLOSED
    return number if ours else ""


def _open_registration(work: UnitOfWork, requester: Requester, number: str) -> Registration:
    found = registering.find(work, requester, number)
    if found.state in _CLOSED:
        raise NotFound("this registration is decided")
    return found


def _tray(requester: Requester) -> FacilityCode | None:
    return None if requester.role is Role.SECRETARIAT else requester.facility


def _written_down(
    now: int, requester: Requester, action: str, about: Registration | None, detail: str
) -> AuditEvent:
    patient = about.proposal.patient if about else ""
    return AuditEvent(now, requester, action, "done", patient, 0, (), 0, detail)


def _checksum(number: str) -> str:
    return hashlib.sha256(f"form {number}".encode()).hexdigest()[:_CHECK].upper()
