"""By which number of a facility a patient's account is bound to a person, and whether it still is.

The card that a patient or a relative came in by bears a facility's own number. When that number turns out
to be another person's, or nobody knows whose, the account must not go on opening the former record.
"""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Account, Invitation, Outcome, UnitOfWork
from hie.exchange.roster.keepers import PERSONS
from hie.record.identifiers import LocalPatientId, PatientId


def still_names(work: UnitOfWork, letter: Invitation) -> bool:
    """Say whether the number of a letter is still the person's for whom it was written."""
    if letter.role not in PERSONS:
        return True
    return person_of(work, letter) == letter.patient


def person_of(work: UnitOfWork, letter: Invitation) -> PatientId | None:
    """Return whose the number on a letter is now; none of nobody."""
    found = work.patients.resolve(letter.facility, [letter.number]).get(letter.number)
    return found[1] if found else None


def is_bound(work: UnitOfWork, account: Account) -> bool:
    """Say whether the number by which an account came in still names its person; yes where none did."""
    letters = [one for one in work.invitations.since(0) if one.account == account.id and _binds(one)]
    return all(still_names(work, one) for one in letters)


def bound_by(work: UnitOfWork, local: LocalPatientId) -> Sequence[str]:
    """Return the accounts that came in by a number."""
    letters = work.invitations.since(0, local.facility)
    return [one.account for one in letters if one.number == local.value and one.account and _binds(one)]


def _binds(letter: Invitation) -> bool:
    return letter.role in PERSONS and letter.outcome is Outcome.APPROVED
