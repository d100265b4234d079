"""What an opened document shows of its sensitive labels, and what its own doctors may change."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.ports.labels import Mark
from hie.exchange.records.marking import BY_HAND, MARKING
from hie.record.entry import DocumentEntry, Label
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from viewer.locale import Words


class Wish(NamedTuple):
    """That a label be taken off: its bit, its name, and whether it is the reader's own wish."""

    label: int
    sentence: str
    own: bool


class Labels(NamedTuple):
    """The labels of one document, ready to be drawn."""

    names: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]
    """Sentences that a professional must not overlook."""
    address: str
    """Where a change is sent; empty for who may not change any."""
    choices: tuple[tuple[int, str], ...]
    """Labels that can be put on."""
    wishes: tuple[Wish, ...]

    @property
    def asked(self) -> frozenset[int]:
        """Bits somebody wants taken off."""
        return frozenset(wish.label for wish in self.wishes)


def labels_of(
    entry: DocumentEntry, mark: Mark, requester: Requester, patient: PatientId, words: Words
) -> Labels:
    """Draw the labels of an entry for `requester`."""
    bits = entry.facts.labels
    may_change = requester.role in MARKING and entry.custodian == requester.facility
    warnings = [words("labels.untold")] if bits & Label.NOT_TOLD else []
    if bits & Label.STAFF and entry.custodian == requester.facility:
        warnings.append(words("labels.staff"))
    return Labels(
        tuple((int(one), words(f"labels.{int(one)}")) for one in Label if bits & one),
        tuple(warnings),
        f"/patients/{patient}/entries/{entry.id}/labels" if may_change else "",
        tuple((int(one), words(f"labels.{int(one)}")) for one in BY_HAND if not bits & one),
        tuple(_wish(label, by == requester.user, words) for label, by in mark.asked if may_change),
    )


def _wish(label: int, own: bool, words: Words) -> Wish:  # noqa: FBT001  one fact of a wish
    key = "labels.asked.own" if own else "labels.asked"
    return Wish(label, words(key, label=words(f"labels.{label}")), own)
