"""From a source's patient folders to entries: gate, read, compare, file.

Idempotent by (facility, logical key, version, content hash): what the registry holds is not filed
again, so ingest may be killed at any point and run again. Patients without a consent in force are
withheld: none of their files is opened and nothing but their number is kept.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from hie.exchange.feeds.filing import Batch, Draft, Manner, Outcome, Part, Tally, labels_always, seen
from hie.exchange.feeds.reading import read_document
from hie.exchange.feeds.sources import PatientSource
from hie.exchange.feeds.wording import wording_of
from hie.exchange.gate.publish import Publishable, publishable
from hie.exchange.linking.hearing import ADT_00, Heard, said_in
from hie.exchange.ports import Clock, FeedRun, Known, Quarantined, Store
from hie.record.clinical import Encounter, MedicationRequest, Observation, Record
from hie.record.entry import EntryFacts, EntryKey, EntryStatus, Format
from hie.record.errors import NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.submission import Reading, Submission
from ssmix2.layout import FileName, parse_name
from ssmix2.storage import moment, padded, states
from ssmix2.tables import UNOBTAINABLE_RESULT

DEFECTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What a reader may raise on bytes nobody thought of; such a file is quarantined, the rest goes on."""

_new = tuple.__new__
KnownEntries = Mapping[EntryKey, Sequence[Known]]


class Version(NamedTuple):
    """One file of a patient, its key, and the status its name and its siblings' names give it."""

    submission: Submission
    name: FileName
    key: EntryKey
    status: EntryStatus


class Ingest:
    """Feeds the SS-MIX2 documents of one facility to the hub, patient by patient."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        facility: FacilityCode,
        manner: Manner = Manner(),  # noqa: B008  immutable
        how: Format = Format.SSMIX2,
    ) -> None:
        """Feed documents of one format for `facility`."""
        self._store = store
        self._clock = clock
        self._facility = facility
        self._format = how
        self._batch = Batch(store, clock, facility, manner)
        self._piecewise = manner.piecewise
        with store.look() as work:
            self._nameless = partial(nameless, key=work.feeds.key())
            self._standing = {item.locator: item.reason for item in work.feeds.quarantined(facility)}
            self._always = labels_always(work, facility, manner)
        self._standing_below = _by_folder(self._standing)
        self.tally: Tally = Counter()
        """What became of the files so far; only what is on disk counts as indexed."""

    def feed(self, sources: Sequence[PatientSource]) -> None:
        """Take the turn of each of these patients; the last batch stays open until `flush`."""
        with self._store.look() as work:
            values = list({source.patient for source in sources})
            allowed = publishable(work, self._facility, values, self._clock.now())
            known = {
                source.patient: work.registry.known(allowed[source.patient].local_patient)
                for source in sources
                if source.patient in allowed
            }
        for source in sources:
            if granted := allowed.get(source.patient):
                self._patient(source, granted, known[source.patient])
            else:
                self._withheld(source)

    def flush(self) -> None:
        """Commit what is still open."""
        self.tally.update(self._batch.commit())

    def _withheld(self, source: PatientSource) -> None:
        """Count a patient's files; what stood in quarantine of them is forgotten, for it has names."""
        self.tally[Outcome.WITHHELD] += counted(source)
        if self._piecewise:
            self._batch.refuse(submission.locator for submission in source.submissions())
        if held := self._standing_below.pop(source.locator, None):
            self._batch.forget(held)
            for locator in held:
                self._standing.pop(locator, None)

    def _patient(self, source: PatientSource, granted: Publishable, known: KnownEntries) -> None:
        part = self._batch.begin(source.patient, granted)
        try:
            submissions = source.submissions()
        except Unavailable:
            self._quarantine(part, source.locator, _NOT_LISTED)
            return
        if not self._piecewise:
            self._release(part, source.locator)
            self._release_gone(part, source, submissions)
        else:
            self._release_replaced(part, source, submissions)
        versions = _beside_filed(part, self._versions(part, source, submissions), known)
        newest = part.demographics = _demographics(versions, known)
        logical_key: object = None
        for version in versions:
            # Versions of one thing stand in one transaction, so that it never has two current ones.
            if self._batch.full and version.key[:3] != logical_key:
                self.flush()
                part = self._batch.begin(source.patient, granted)
                part.demographics = newest
            logical_key = version.key[:3]
            self._version(part, source, version, known.get(version.key, ()))

    def _versions(
        self, part: Part, source: PatientSource, submissions: Sequence[Submission]
    ) -> list[Version]:
        """Put each well-named file beside its key and status; quarantine the others."""
        named: dict[EntryKey, tuple[Submission, FileName]] = {}
        patient = source.patient
        for submission in submissions:
            name = parse_name(submission.name)
            if name is None:
                self._quarantine(part, submission.locator, _UNGRAMMATICAL)
            elif name.patient_id != patient:
                self._quarantine(part, submission.locator, _OTHER_FOLDER, kept_as=self._nameless)
            else:
                key = _new(EntryKey, name[1:5])
                if key in named and not _prevails(name, named[key][1]):
                    self._quarantine(part, submission.locator, _TWICE)
                    continue
                if key in named:
                    self._quarantine(part, named[key][0].locator, _TWICE)
                named[key] = (submission, name)
        if len({key[:3] for key in named}) == len(named):
            return [
                _new(Version, (submission, name, key, _BY_FLAG[name.flag]))
                for key, (submission, name) in named.items()
            ]
        status = _statuses([name for _, name in named.values()])
        return [Version(submission, name, key, status[key]) for key, (submission, name) in named.items()]

    def _version(self, part: Part, source: PatientSource, version: Version, held: Sequence[Known]) -> None:
        submission = version.submission
        digest = submission.digest
        if digest is not None and (same := _same(held, digest, version)):
            self._unchanged(part, submission, same, version.status, held)
            return
        content = self._content(part, source, submission)
        if content is None:
            return
        if digest is None:
            digest = ContentHash(sha256(content).digest())
            if held and (same := _same(held, digest, version)):
                self._unchanged(part, submission, same, version.status, held)
                return
        reading = self._read(part, version, content)
        if reading is None:
            return
        same = next((one for one in held if one.content_hash == digest), None) if held else None
        if same:
            status = _status(reading, version)
            if status is EntryStatus.APPROVED and not self._covered(part, reading.facts):
                self._unchanged(part, submission, same, same.status, held)
                part.say(submission.locator, Outcome.WITHHELD)
                return
            self._unchanged(part, submission, same, status, held)
        else:
            self._changed(part, version, reading, (digest, content), held)

    def _content(self, part: Part, source: PatientSource, submission: Submission) -> bytes | None:
        """Fetch a document's bytes; quarantine what cannot be had, for now or for ever."""
        try:
            return source.read(submission)
        except NotFound:
            part.say(submission.locator, None)
        except Unavailable:
            self._quarantine(part, submission.locator, _NOT_OPENED)
        except Unreadable as error:
            self._quarantine(part, submission.locator, error.finding)
        return None

    def _read(self, part: Part, version: Version, content: bytes) -> Reading | None:
        """Read a document and check whose it is; quarantine it otherwise."""
        locator, name = version.submission.locator, version.name
        try:
            reading = read_document(name, content, self._facility, self._format, self._always)
        except Unreadable as error:
            self._quarantine(part, locator, error.finding)
            return None
        except DEFECTS as error:
            self._quarantine(
                part, locator, _READER._replace(message=f"The reader failed: {type(error).__name__}.")
            )
            return None
        who = reading.patient
        if who is None or who.source.value != name.patient_id:
            self._quarantine(part, locator, _NOBODY if who is None else _OTHER_PATIENT)
            return None
        return reading

    def _unchanged(
        self, part: Part, submission: Submission, same: Known, status: EntryStatus, held: Sequence[Known]
    ) -> None:
        part.tally[Outcome.UNCHANGED] += 1
        part.say(submission.locator, Outcome.UNCHANGED)
        self._release(part, submission.locator)
        amendments = _deprecated(held, other_than=same.id)
        if same.status is not status:
            amendments[same.id] = status
        if amendments:
            part.amendments |= amendments
            part.tally[Outcome.AMENDED] += 1

    def _changed(
        self,
        part: Part,
        version: Version,
        reading: Reading,
        document: tuple[ContentHash, bytes],
        held: Sequence[Known],
    ) -> None:
        facts = reading.facts
        status = _status(reading, version)
        if facts.status is not status:
            facts = facts._replace(status=status)
        locator = version.submission.locator
        if not self._covered(part, facts):
            part.tally[Outcome.WITHHELD] += 1
            part.say(locator, Outcome.WITHHELD)
            return
        text = wording_of(facts, reading.records)
        draft = _new(Draft, (facts, self._format, *document, *_findings(reading.records), text))
        self._batch.file(part, draft, locator)
        if version.key.data_kind == ADT_00:
            part.heard = _heard(part, version, reading, status)
        if held:
            part.amendments |= _deprecated(held)
        part.tally[Outcome.INDEXED] += 1
        part.say(locator, Outcome.INDEXED)
        self._release(part, locator)

    def _covered(self, part: Part, facts: EntryFacts) -> bool:
        return part.grant.covers(
            self._facility, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
        )

    def _quarantine(
        self, part: Part, locator: str, finding: Finding, kept_as: Callable[[str], str] = str
    ) -> None:
        part.tally[Outcome.QUARANTINED] += 1
        part.say(locator, Outcome.QUARANTINED, finding)
        locator = kept_as(locator)
        if self._standing.get(locator) != finding.code:
            part.quarantined.append(
                Quarantined(self._facility, locator, finding.code, finding.message, self._clock.now())
            )

    def _release(self, part: Part, locator: str) -> None:
        if locator in self._standing:
            part.released.append(locator)

    def _release_gone(self, part: Part, source: PatientSource, submissions: Sequence[Submission]) -> None:
        """Let go of quarantined files that are no longer at the source under that name."""
        if source.locator in self._standing_below:
            present = {submission.locator for submission in submissions}
            present |= {self._nameless(submission.locator) for submission in submissions}
            part.released.extend(
                locator
                for locator in self._standing_below.get(source.locator, ())
                if locator != source.locator and locator not in present
            )

    def _release_replaced(self, part: Part, source: PatientSource, submissions: Sequence[Submission]) -> None:
        """Let go of quarantined versions of what is named here that are no longer at the source."""
        if below := self._standing_below.get(source.locator):
            present = {submission.locator for submission in submissions}
            named = {name.logical_key for one in submissions if (name := parse_name(one.name))}
            part.released.extend(
                locator
                for locator in below
                if locator not in present
                and (name := parse_name(locator.rpartition("/")[2]))
                and name.logical_key in named
            )


def _by_folder(locators: Iterable[str]) -> dict[str, list[str]]:
    """Put locators below each folder they lie in, and under themselves."""
    below: dict[str, list[str]] = {}
    for locator in locators:
        folder = locator
        while folder:
            below.setdefault(folder, []).append(locator)
            folder = folder.rpartition("/")[0]
    return below


def nameless(locator: str, key: bytes) -> str:
    """Keep a file's folder and a digest of its name, which may hold the number of a withheld patient.

    Numbers are few enough to be tried one by one: without `key` nobody can.
    """
    folder, _, name = locator.rpartition("/")
    return f"{folder}/{hmac.digest(key, name.encode('utf-8', 'surrogatepass'), 'sha256').hex()[:32]}"


def counted(source: PatientSource) -> int:
    """Count the files of a patient who is withheld; a folder that cannot be listed counts as one."""
    try:
        return len(source.submissions())
    except Unavailable:
        return 1


def record_run(store: Store, clock: Clock, facility: FacilityCode, started_at: int, tally: Tally) -> FeedRun:
    """Record a run that ended now; return the record."""
    run = FeedRun(
        facility,
        started_at,
        clock.now(),
        seen(tally),
        tally[Outcome.INDEXED],
        tally[Outcome.UNCHANGED],
        tally[Outcome.WITHHELD],
        tally[Outcome.QUARANTINED],
    )
    with store.work() as work:
        work.feeds.finished(run)
    return run


def _statuses(names: Sequence[FileName]) -> dict[EntryKey, EntryStatus]:
    """Tell from all names of a patient which version of each thing counts (fact sheet §1.5)."""
    given: dict[EntryKey, EntryStatus] = {}
    for state in states(names):
        _, care_date, data_kind, order_number = state.key
        for version in state.superseded:
            given[EntryKey(care_date, data_kind, order_number, version.timestamp)] = EntryStatus.DEPRECATED
        for version in state.deleted:
            given[EntryKey(care_date, data_kind, order_number, version.timestamp)] = EntryStatus.WITHDRAWN
        if state.current:
            key = EntryKey(care_date, data_kind, order_number, state.current.timestamp)
            given[key] = EntryStatus.APPROVED
    return given


def _findings(
    records: Sequence[Record],
) -> tuple[list[Observation], list[MedicationRequest], Encounter | None]:
    """Take out what the findings index and the stays keep."""
    kinds = set(map(type, records))
    return (
        [record for record in records if type(record) is Observation and record.status != UNOBTAINABLE_RESULT]
        if Observation in kinds
        else [],
        [record for record in records if type(record) is MedicationRequest]
        if MedicationRequest in kinds
        else [],
        next((record for record in records if type(record) is Encounter), None)
        if Encounter in kinds
        else None,
    )


def _status(reading: Reading, version: Version) -> EntryStatus:
    """Take the name's word, but believe a current file that says it cancels."""
    return reading.facts.status if version.status is EntryStatus.APPROVED else version.status


_BY_FLAG = {"1": EntryStatus.APPROVED, "2": EntryStatus.DEPRECATED, "0": EntryStatus.WITHDRAWN}
"""Where no two files speak of one thing, the flag alone tells."""


def _prevails(name: FileName, other: FileName) -> bool:
    """Say which of two files of one version is taken: the later state, else the greater name."""
    rank = {"1": 0, "2": 1, "0": 2}
    return (rank[name.flag], name) > (rank[other.flag], other)


def _same(held: Sequence[Known], digest: ContentHash, version: Version) -> Known | None:
    """Return what is filed with these bytes, if the name alone says that nothing else about it changed."""
    for one in held:
        if one.content_hash == digest and (
            one.status is version.status or version.status is not EntryStatus.APPROVED
        ):
            return one
    return None


def _demographics(versions: Sequence[Version], known: KnownEntries) -> str:
    """Return the time stamp of the newest ADT-00 that is current at the source or filed; empty if none is."""
    there = [(one.key, one.status) for one in versions if one.key.data_kind == ADT_00]
    there += [(key, one.status) for key, held in known.items() if key.data_kind == ADT_00 for one in held]
    return max((padded(key.version) for key, status in there if status is EntryStatus.APPROVED), default="")


def _heard(part: Part, version: Version, reading: Reading, status: EntryStatus) -> Heard | None:
    """Return what the current ADT-00 says; that the record was taken back, where nothing newer stands."""
    if status is EntryStatus.APPROVED and (facts := said_in(reading)):
        return Heard(part.local_patient, facts)
    if status is EntryStatus.WITHDRAWN and padded(version.key.version) >= part.demographics:
        return Heard(part.local_patient, None)
    return part.heard


def _deprecated(held: Sequence[Known], other_than: EntryId | None = None) -> dict[EntryId, EntryStatus]:
    return {
        one.id: EntryStatus.DEPRECATED
        for one in held
        if one.status is EntryStatus.APPROVED and one.id != other_than
    }


def _beside_filed(part: Part, versions: list[Version], known: KnownEntries) -> list[Version]:
    """Compare with filed versions that the source does not name; return the versions as they then stand.

    One that is older than what the source has of its thing gives way. Beside one that is newer and
    current or deleted nothing older becomes current: another source of the facility told of it.
    """
    if not known:
        return versions
    present = {version.key for version in versions}
    newest: dict[tuple[str, ...], str] = {}
    for version in versions:
        if version.status is not EntryStatus.DEPRECATED:
            thing = version.key[:3]
            newest[thing] = max(newest.get(thing, ""), moment(version.name))
    outdone = set()
    for key, held in known.items():
        if key in present or (named := newest.get(key[:3])) is None:
            continue
        if padded(key.version) <= named:
            part.amendments |= _deprecated(held)
        elif any(one.status is not EntryStatus.DEPRECATED for one in held):
            outdone.add(key[:3])
    return (
        [
            version._replace(status=EntryStatus.DEPRECATED)
            if version.status is EntryStatus.APPROVED and version.key[:3] in outdone
            else version
            for version in versions
        ]
        if outdone
        else versions
    )


def _finding(code: str, message: str) -> Finding:
    return Finding(code, Severity.ERROR, "path", message)


_UNGRAMMATICAL = _finding("PATH-02", "The name does not follow the grammar.")
_OTHER_FOLDER = _finding("PATH-01", "The name's patient is not the one of its folder.")
_TWICE = _finding("KEY-01", "Another file has the same key and the same time stamp.")
_NOT_LISTED = _finding("READ-03", "The patient's folder could not be listed.")
_NOT_OPENED = _finding("READ-01", "The file could not be opened.")
_READER = _finding("READ-04", "The reader failed.")
_NOBODY = _finding("REQ-PID-3", "The message names no patient.")
_OTHER_PATIENT = _finding("ID-01", "The patient is not the one of the file's name.")
