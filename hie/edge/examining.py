"""Reading what may be read: documents of patients with consent become publishable, held, or unreadable.

The reader is the one the hub uses, and the identity in the bytes is compared as the hub compares
it. A document that no reader can open changes nothing for the others.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from consent.grant import Grant
from hie.edge.keeping import Memory
from hie.edge.policy import PolicyCache
from hie.edge.sources import Origins
from hie.edge.waiting import Hung
from hie.exchange.feeds.ingest import DEFECTS
from hie.exchange.feeds.reading import read_document
from hie.exchange.labels.labelling import labels_of_image
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Examined, Item, ItemState
from hie.record.entry import NO_LABELS, Confidentiality, DocumentClass, Format, Label
from hie.record.errors import Conflict, HieError, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import ContentHash, FacilityCode, content_hash
from hie.record.times import UNKNOWN_DAY, Day
from ssmix2.layout import parse_name

ITEMS_AT_ONCE = 1_000
_OPENED_AT_ONCE = 100
MOST_PASSED = 20_000
"""Documents that wait for a file or a source, after which a look ends: the next one goes on."""
MOST_TRIES = 3
"""Looks in which a document could not be opened before it goes into quarantine."""
NOT_OPENED = "READ-01"
"""Reason in quarantine of what the file system refused: it is tried again with every sweep."""

_log = logging.getLogger(__name__)


class Facts(NamedTuple):
    """What a reader says of a document, as far as the gate asks."""

    document_class: DocumentClass
    service_day: Day
    confidentiality: Confidentiality
    labels: int


class Examiner:
    """Reads SEEN documents of one edge; for one thread at a time."""

    def __init__(  # noqa: PLR0913, PLR0917  what it works between
        self,
        memory: Memory,
        policy: PolicyCache,
        clock: Clock,
        origins: Origins,
        formats: Mapping[str, Format],
        most_bytes: int,
        labels: Mapping[str, int],
    ) -> None:
        """Read documents of `origins` up to `most_bytes`; `labels` are what all of a source bear."""
        self._labels = labels
        self._memory = memory
        self._policy = policy
        self._clock = clock
        self._origins = origins
        self._formats = formats
        self._most_bytes = most_bytes
        self._tries: Counter[tuple[int, int]] = Counter()
        """How often an item of a revision could not be opened."""

    def examine(
        self,
        away: Collection[str] = (),
        stopping: Callable[[], bool] = lambda: False,
        some: Callable[[], object] = lambda: None,
    ) -> int:
        """Read all that may be read, but of sources that are away; return how many got another state.

        `some` hears each time that the states of a part of them are on disk: they can be sent meanwhile.
        """
        patients = self._policy.patients()
        if not patients:
            return 0
        passed: set[tuple[int, int]] = set()
        done = 0
        while len(passed) < MOST_PASSED and not stopping():
            found = self._waiting(patients, ITEMS_AT_ONCE + len(passed), away)
            items = [item for item in found if (item.id, item.revision) not in passed]
            if not items:
                break
            results: list[Examined] = []
            for item, answer in self._opened(items):
                passed.add((item.id, item.revision))
                if answer is not None and (result := self._examined(item, answer)):
                    results.append(result)
                    passed.discard((item.id, item.revision))
                if stopping():
                    break
            if results:
                self._memory.examined(results, self._clock.now())
                done += len(results)
                some()
        self._tries = Counter({key: count for key, count in self._tries.items() if key in passed})
        return done

    def _waiting(self, patients: list[str], limit: int, away: Collection[str]) -> Sequence[Item]:
        """Return what waits to be read; who has no grant leaves `patients`.

        So the gate is asked only about those of whom something waits.
        """
        while True:
            there = [name for name, origin in self._origins.items() if name not in away and not origin.hangs]
            found = self._memory.to_examine(patients, limit, there)
            closed = {item.found.patient for item in found if not self._policy.grant(item.found.patient)}
            if not closed:
                return found
            patients[:] = [who for who in patients if who not in closed]

    def _opened(self, items: Sequence[Item]) -> Iterator[tuple[Item, bytes | HieError | None]]:
        """Yield documents with their bytes or why there are none; nothing of those not to be read now."""
        for source, of_source in groupby(sorted(items, key=_source), key=_source):
            origin = self._origins.get(source)
            while some := list(islice(of_source, _OPENED_AT_ONCE)):
                readable = [one for one in some if origin and self._policy.grant(one.found.patient)]
                if origin is None or len(readable) < len(some):  # consent ended just now
                    yield from ((one, None) for one in some if one not in readable)
                if origin:
                    answers = origin.opened([one.found for one in readable], self._most_bytes)
                    yield from zip(readable, answers, strict=True)

    def _examined(self, item: Item, answer: bytes | HieError) -> Examined | None:
        """Read one document; none if it is to be tried again in another look."""
        if isinstance(answer, Conflict | Hung):
            return None  # somebody is writing, or its source is passed over until it answers
        if isinstance(answer, Unreadable):
            return _refused(item, answer.finding)
        if isinstance(answer, HieError):
            return self._not_opened(item)
        grant = self._policy.grant(item.found.patient)
        return self._read(item, answer, grant) if grant else None

    def _not_opened(self, item: Item) -> Examined | None:
        """Wait for a file that cannot be opened, but not for ever."""
        key = (item.id, item.revision)
        self._tries[key] += 1
        return _refused(item, _UNOPENED) if self._tries[key] >= MOST_TRIES else None

    def _read(self, item: Item, content: bytes, grant: Grant) -> Examined:
        digest = content_hash(content)
        how = self._formats[item.source]
        try:
            facts = (
                dicom_facts(item, content)
                if how is Format.DICOM
                else document_facts(item, content, grant.requester.facility, how)
            )
        except Unreadable as error:
            return _refused(item, error.finding, digest)
        except DEFECTS as error:
            _log.warning("a reader failed", exc_info=error)
            failed = _FAILED._replace(message=f"The reader failed: {type(error).__name__}.")
            return _refused(item, failed, digest)
        facts = facts._replace(labels=facts.labels | self._labels.get(item.source, NO_LABELS))
        covered = grant.covers(grant.requester.facility, *facts)
        state = ItemState.PUBLISHABLE if covered else ItemState.HELD
        return Examined(item.id, item.revision, state, digest, *facts)


def document_facts(item: Item, content: bytes, facility: FacilityCode, how: Format) -> Facts:
    """Read a document of an SS-MIX2 storage; raises `Unreadable`, also if it is another patient's."""
    name = parse_name(item.found.name)
    if name is None:
        raise Unreadable(_UNGRAMMATICAL)
    if name.patient_id != item.found.patient:
        raise Unreadable(_OTHER_FOLDER)
    reading = read_document(name, content, facility, how)
    if reading.patient is None:
        raise Unreadable(_NOBODY)
    if reading.patient.source.value != name.patient_id:
        raise Unreadable(_OTHER_PATIENT)
    facts = reading.facts
    return Facts(facts.document_class, facts.service_day, facts.confidentiality, facts.labels)


def dicom_facts(item: Item, content: bytes) -> Facts:
    """Read the header of an instance; raises `Unreadable`, also if it is another patient's."""
    from hie.readers.dicom import read_instance  # noqa: PLC0415  half a second, for edges with images alone

    instance = read_instance(content)
    if instance.patient_id != item.found.patient:
        raise Unreadable(_OTHER_PATIENT)
    return Facts(DocumentClass.IMAGE, instance.study_day, Confidentiality.NORMAL, labels_of_image(instance))


def _refused(item: Item, finding: Finding, digest: ContentHash = ContentHash(b"")) -> Examined:  # noqa: B008  immutable
    return Examined(
        item.id,
        item.revision,
        ItemState.UNREADABLE,
        digest,
        DocumentClass.UNKNOWN,
        UNKNOWN_DAY,
        Confidentiality.UNKNOWN,
        int(Label.UNKNOWN),
        finding.code,
        finding.message,
    )


def _source(item: Item) -> str:
    return item.source


def waiting(items: Sequence[Item]) -> dict[str, list[str]]:
    """Return what was put into quarantine because it could not be opened: locators by source."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.reason == NOT_OPENED:
            found.setdefault(item.source, []).append(item.found.locator)
    return found


def _finding(code: str, message: str) -> Finding:
    return Finding(code, Severity.ERROR, "file", message)


_UNGRAMMATICAL = _finding("PATH-02", "The name does not follow the grammar.")
_OTHER_FOLDER = _finding("PATH-01", "The name's patient is not the one of its folder.")
_NOBODY = _finding("REQ-PID-3", "The message names no patient.")
_OTHER_PATIENT = _finding("ID-01", "The patient is not the one of the file's name.")
_UNOPENED = _finding(NOT_OPENED, "The file could not be opened.")
_FAILED = _finding("READ-04", "The reader failed.")
