"""Labels that a person puts on a document by hand, and their history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from consent.grant import Grant
from hie.exchange.ports.registry import Filing
from hie.record.entry import DocumentEntry, EntryKey
from hie.record.imaging import ImagingInstance


class Named(NamedTuple):
    """A document whatever its version: what its key says without the last part."""

    care_date: str
    data_kind: str
    order_number: str


def named(key: EntryKey) -> Named:
    """Name the document of which `key` is one version."""
    return Named(*key[:3])


class MarkEvent(NamedTuple):
    """One line of the log of labels put on by hand. `sequence` is 0 before it is recorded."""

    sequence: int
    local_patient: int
    document: Named
    kind: str
    """`marked`, `asked` (that it be taken off), `kept` (it was not), `unmarked`."""
    label: int
    """One bit of `Label`."""
    recorded_by: str
    recorded_at: int


class Mark(NamedTuple):
    """What the log of one document says now: bits put on, bits taken off, and who asked to take off which."""

    on: int = 0
    off: int = 0
    asked: tuple[tuple[int, str], ...] = ()
    """Bits that somebody asked to take off, with who did: another person must agree."""

    def applied(self, labels: int) -> int:
        """Return the labels a document bears that the rules gave `labels`."""
        return (labels | self.on) & ~self.off


NO_MARK = Mark()


def folded(events: Sequence[MarkEvent]) -> Mark:
    """Fold the events of one document, oldest first."""
    on = off = 0
    asked: dict[int, str] = {}
    for event in events:
        if event.kind == "asked":
            asked[event.label] = event.recorded_by
            continue
        asked.pop(event.label, None)
        if event.kind == "marked":
            on, off = on | event.label, off & ~event.label
        elif event.kind == "unmarked":
            on, off = on & ~event.label, off | event.label
    return Mark(on, off, tuple(sorted(asked.items())))


def marked(filings: Sequence[Filing], marks: Mapping[Named, Mark]) -> list[Filing]:
    """Return filings with the labels their documents bear by hand."""
    return [
        one._replace(facts=one.facts._replace(labels=mark.applied(one.facts.labels)))
        if (mark := marks.get(named(one.facts.key)))
        else one
        for one in filings
    ]


def marked_image(instance: ImagingInstance, marks: Mapping[Named, Mark]) -> ImagingInstance:
    """Return an image with the labels its study bears by hand: a study that grows shows none of it."""
    for document, mark in marks.items():
        if document.order_number == instance.study_instance_uid:
            instance = instance._replace(labels=mark.applied(instance.labels))
    return instance


class LabelMarks(Protocol):
    """The append-only log of labels put on by hand; it outlives every version of a document."""

    def record(self, event: MarkEvent) -> None:
        """Append."""

    def of(self, local_patient: int) -> Mapping[Named, Mark]:
        """Return what the log says now of a local patient's documents; only those it names."""

    def hold(self, local_patient: int) -> None:
        """Wait for who files or marks documents of this local patient; let others wait until the commit."""

    def apply(self, grant: Grant, entry: DocumentEntry, mark: Mark) -> None:
        """Put `mark` on every version of a document of the requester's own facility, with its findings.

        Only the bits that the mark names change, whatever a version bore before.
        """

    def without(self, entries: Collection[int], labels: int) -> frozenset[int]:
        """Return those of some entries whose document bears none of `labels` now, whoever it is linked to.

        No version of it does, nor does the log say so; an entry that is not there is not returned.
        """
