"""Whom the consents of a patient reach: an index for "my patients", made again from the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from consent.model import Decisions, Facilities, GivenConsent, Provision, Withdrawn, named
from hie.record.identifiers import FacilityCode

EVERYBODY = "*"


class Reach(NamedTuple):
    """From `starts_at` until before `ends_at`, `recipient` (or all `other_than` these) is shown something."""

    recipient: str
    starts_at: int
    ends_at: int
    other_than: str
    """Codes between commas, `,1310000001,1310000002,`; empty for none."""


def reaches(decisions: Decisions) -> frozenset[Reach]:
    """Fold given consents and later withdrawals into whom they still reach."""
    return frozenset(
        reach
        for consent in decisions.given
        for provision in consent.provisions
        if provision.shows_something
        for reach in _reaches(provision, _later(consent, decisions.withdrawn))
    )


def _later(consent: GivenConsent, withdrawn: tuple[Withdrawn, ...]) -> tuple[Withdrawn, ...]:
    return tuple(taken_back for taken_back in withdrawn if taken_back.sequence > consent.sequence)


def _reaches(provision: Provision, later: tuple[Withdrawn, ...]) -> Iterator[Reach]:
    start, end = provision.starts_at, provision.ends_at
    if provision.recipients is not None:
        for recipient in provision.recipients:
            if _shows_something(provision.disclosers, recipient, later):
                yield Reach(recipient, start, end, "")
        return
    for_all = tuple(taken_back for taken_back in later if taken_back.withdrawal.recipients is None)
    if not _shows_something(provision.disclosers, None, for_all):
        return
    singled_out = {code for one in later for code in one.withdrawal.recipients or ()}
    lost = sorted(code for code in singled_out if not _shows_something(provision.disclosers, code, later))
    yield Reach(EVERYBODY, start, end, f",{','.join(lost)}," if lost else "")


def _shows_something(
    disclosers: Facilities, recipient: FacilityCode | None, later: tuple[Withdrawn, ...]
) -> bool:
    """Say whether a discloser is left; `recipient` is `None` where only withdrawals from all are given."""
    taken_back: set[FacilityCode] = set()
    for _, withdrawal in later:
        if recipient is None or named(withdrawal.recipients, recipient):
            if withdrawal.disclosers is None:
                return False
            taken_back |= withdrawal.disclosers
    return disclosers is None or bool(disclosers - taken_back)
