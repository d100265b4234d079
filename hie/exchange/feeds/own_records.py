"""What every deed with a facility's own records needs: who may, of whom, as which version, written down."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.feeds.seeing_uploads import opens
from hie.exchange.gate.access import Asked, admit
from hie.exchange.gate.publish import publishable
from hie.exchange.ports import AuditEvent, PatientFile, UnitOfWork
from hie.exchange.ports.uploads import Upload, UploadState
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role
from hie.record.times import JST, Day, day_at

UPLOADERS = frozenset(
    {Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST, Role.THERAPIST}
)
"""Who treats and so adds to a record; others read."""


class Standing(NamedTuple):
    """Whether a facility may add to a patient's record."""

    number: str = ""
    """Its own number of the patient."""
    why_not: str = ""
    """`no-number`, `view-only`, or empty where it may."""


class File(NamedTuple):
    """One file as it came."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        """Show the size only."""
        return f"File({len(self.content)} bytes)"


class Entered(NamedTuple):
    """Who asked may see something of this person."""

    file: PatientFile
    grant: Grant


def enter(
    work: UnitOfWork, now: int, requester: Requester, patient: PatientId, action: str, detail: str = ""
) -> Entered:
    """Decide and write down; raise `NotFound` where the gate shows nothing or the role adds nothing."""
    answer = admit(work, now, [Asked(requester, patient, action, detail=detail)])[0]
    if answer.grant is None or answer.file is None or requester.role not in UPLOADERS:
        work.commit()
        raise NotFound("no such record, or not for the asker")
    return Entered(answer.file, answer.grant)


def standing_of(
    work: UnitOfWork, now: int, requester: Requester, file: PatientFile, number: str = ""
) -> Standing:
    """Say whether the facility may file for a patient, under `number` or any it has."""
    own = sorted(one.value for one in file.numbers if one.facility == requester.facility)
    if not own:
        return Standing(why_not="no-number")
    under = number or own[0]
    allowed = publishable(work, requester.facility, [under], now)
    if under not in own or (under in allowed and allowed[under].grant.patient != file.patient.id):
        return Standing(under, "number")
    return Standing(under, "" if under in allowed else "view-only")


def must_stand(standing: Standing) -> None:
    """Raise `Invalid` with the code of why a facility may not file."""
    if standing.why_not:
        raise Invalid("this facility adds nothing to this record", code=standing.why_not)


def own_upload(
    work: UnitOfWork, entered: Entered, requester: Requester, patient: PatientId, number: str
) -> Upload:
    """Return an upload of the asker's facility for a person; raise `NotFound` where it may not be seen."""
    found = work.uploads.find(requester.facility, number)
    if found is None or found.patient != patient or not opens(entered.grant, found):
        work.commit()
        raise NotFound("no such upload")
    return found


def is_interrupted(upload: Upload) -> bool:
    """Say whether a filing began and nobody knows its end: it may be filed again, and nothing doubles."""
    return upload.state is UploadState.FILED and not upload.count


def today(now: int) -> Day:
    """Return the Japanese day of a moment."""
    return day_at(now)


def may_undo(upload: Upload, now: int) -> bool:
    """Say whether it was filed today, by the facility's own people, and its filing has ended."""
    filed = upload.state is UploadState.FILED and not is_interrupted(upload)
    return filed and today(upload.decided_at) == today(now)


def next_version(work: UnitOfWork, requester: Requester, now: int) -> str:
    """Return the 17 digits of a moment, later than every version the facility's uploads have."""
    moment = datetime.fromtimestamp(now / 1000, JST)
    said = f"{moment:%Y%m%d%H%M%S}{now % 1000:03d}"
    newest = work.uploads.newest_version(requester.facility)
    return max(said, f"{int(newest) + 1:017d}") if newest else said


def written(now: int, requester: Requester, action: str, detail: str) -> AuditEvent:
    """Write down what somebody did with a table of many patients."""
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, detail, custodian=requester.facility)
