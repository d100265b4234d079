"""Whom the decisions about a patient reach: an index for "my patients", made again from the log.

It names everybody who could be shown something besides those with a link: who a form names, and who
said that they treat the patient. That somebody is named here opens nothing; the gate is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from consent.model import Decisions
from hie.record.identifiers import FacilityCode


class Reach(NamedTuple):
    """From `starts_at` until before `ends_at`, `recipient` may be shown something."""

    recipient: FacilityCode
    starts_at: int
    ends_at: int


def reaches(decisions: Decisions) -> frozenset[Reach]:
    """Fold a patient's decisions into who is named by a consent that nobody took back, or treats."""
    return frozenset((*_named(decisions), *(Reach(one.facility, 0, one.ends_at) for one in decisions.care)))


def _named(decisions: Decisions) -> Iterator[Reach]:
    for consent in decisions.given:
        recipients = frozenset(
            recipient for provision in consent.provisions for recipient in provision.recipients or ()
        )
        for later in decisions.withdrawn:
            if later.sequence > consent.sequence and later.withdrawal.disclosers is None:
                gone = later.withdrawal.recipients
                recipients = frozenset() if gone is None else recipients - gone
        for provision in consent.provisions:
            for recipient in (provision.recipients or frozenset()) & recipients:
                yield Reach(recipient, provision.starts_at, provision.ends_at)
