"""DICOM into the hub: instances to the object store, headers to the imaging index, studies as entries.

Per study one document entry stands in the registry. Its document is a manifest that lists the
instances and their hashes (the idea of XDS-I's key object selection); it is replaced when the
study grows. The same instance UID with other bytes is a conflict and is quarantined.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.feeds.filing import (
    BYTES_PER_COMMIT,
    Committed,
    Manner,
    Outcome,
    Said,
    Tally,
    labels_always,
    pack,
)
from hie.exchange.feeds.forgetting import discard
from hie.exchange.feeds.ingest import DEFECTS
from hie.exchange.feeds.sources import PatientSource
from hie.exchange.feeds.wording import wording_of_study
from hie.exchange.gate.publish import Publishable, publishable, written_down
from hie.exchange.labels.labelling import labels_of_image
from hie.exchange.ports import Clock, Filing, Known, Packed, Quarantined, Store, UnitOfWork
from hie.readers.dicom import read_instance
from hie.record.entry import (
    Confidentiality,
    DocumentClass,
    EntryFacts,
    EntryKey,
    EntryStatus,
    Format,
)
from hie.record.errors import NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import ContentHash, FacilityCode, content_hash
from hie.record.imaging import FiledInstance, ImagingInstance
from hie.record.submission import Submission

DATA_KIND = "DICOM"
INSTANCES_PER_COMMIT = 64


class Arrived(NamedTuple):
    """One instance of the source, read."""

    locator: str
    instance: ImagingInstance
    content: bytes
    digest: ContentHash


class ImagingIngest:
    """Feeds the DICOM instances of one facility to the hub, patient by patient."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        facility: FacilityCode,
        manner: Manner = Manner(),  # noqa: B008  immutable
    ) -> None:
        """Feed for `facility`."""
        self._store = store
        self._clock = clock
        self._facility = facility
        self._manner = manner
        with store.look() as work:
            self._standing = {item.locator: item.reason for item in work.feeds.quarantined(facility)}
            self._always = labels_always(work, facility, manner)
        self.tally: Tally = Counter()

    def feed(self, sources: Sequence[PatientSource]) -> None:
        """Take the turn of each of these patients; nothing stays open."""
        for source in sources:
            with self._store.look() as work:
                allowed = publishable(work, self._facility, [source.patient], self._clock.now())
            granted = allowed.get(source.patient)
            if granted is None:
                self._withheld(source)
            elif self._manner.piecewise:
                self._pieces(source, granted)
            else:
                self._patient(source, granted)

    def _withheld(self, source: PatientSource) -> None:
        """Count a patient's files; what stood in quarantine of them is forgotten, for it has names."""
        submissions = source.submissions()
        self.tally[Outcome.WITHHELD] += len(submissions)
        self._acknowledge((), Tally(), [Said(one.locator, Outcome.WITHHELD) for one in submissions])
        self._release([one.locator for one in submissions])

    def flush(self) -> None:
        """Do nothing: every study is committed when it was read."""

    def _pieces(self, source: PatientSource, granted: Publishable) -> None:
        """File what a source that names hashes has and the hub has not; a study grows by it."""
        submissions = source.submissions()
        digests = [one.digest for one in submissions if one.digest is not None]
        with self._store.look() as work:
            standing = work.imaging.standing(granted.local_patient, digests)
        alike = [one for one in submissions if one.digest in standing]
        said = [Said(one.locator, Outcome.UNCHANGED) for one in alike]
        self.tally[Outcome.UNCHANGED] += len(alike)
        self._acknowledge((), Tally(), said)
        self._release([one.locator for one in alike])
        waiting = [one for one in submissions if one.digest not in standing]
        self._file_waiting(source, granted, waiting, [])

    def _release(self, locators: Sequence[str]) -> None:
        """Let go of what stood in quarantine and is filed."""
        if held := [one for one in locators if self._standing.pop(one, None)]:
            with self._manner.turn, self._store.work() as work:
                self._manner.fence(work)
                work.feeds.release(self._facility, held)

    def _acknowledge(self, names: Sequence[str], tally: Tally, said: Sequence[Said]) -> None:
        if self._manner.acknowledge and (names or tally or (said and self._manner.piecewise)):
            told = tuple(said) if self._manner.piecewise else ()
            self._manner.acknowledge(Committed(tuple(names), tally, told))

    def _patient(self, source: PatientSource, granted: Publishable) -> None:
        """Compare by header and hash first; only studies that are not filed as they are, are read again."""
        refused: list[Quarantined] = []
        by_study: dict[str, list[tuple[Submission, FiledInstance]]] = {}
        for submission in source.submissions():
            if arrived := self._read(source, submission, refused):
                one = FiledInstance(
                    granted.local_patient,
                    self._facility,
                    arrived.instance,
                    arrived.digest,
                    len(arrived.content),
                )
                by_study.setdefault(one.instance.study_instance_uid, []).append((submission, one))
        with self._store.look() as work:
            known = work.registry.known(granted.local_patient)
        waiting: list[Submission] = []
        for uid, members in by_study.items():
            filed = {one.instance.sop_instance_uid: one for _, one in members}
            held = _held(known, uid)
            digest = content_hash(manifest(uid, list(filed.values())))
            alike = all(one.content_hash == filed[_by_uid(one)].content_hash for _, one in members)
            if alike and digest in {one.content_hash for one in held}:
                self.tally[Outcome.UNCHANGED] += len(members)
            else:
                waiting.extend(submission for submission, _ in members)
        self._file_waiting(source, granted, waiting, refused)

    def _file_waiting(
        self,
        source: PatientSource,
        granted: Publishable,
        waiting: Sequence[Submission],
        refused: list[Quarantined],
    ) -> None:
        by_study: dict[str, list[Arrived]] = {}
        size = count = 0
        most = min(INSTANCES_PER_COMMIT, self._manner.commit_every)
        for submission in waiting:
            if arrived := self._read(source, submission, refused):
                by_study.setdefault(arrived.instance.study_instance_uid, []).append(arrived)
                size += len(arrived.content)
                count += 1
            if size >= BYTES_PER_COMMIT or count >= most:
                self._file(source.patient, granted, by_study, refused)
                by_study, refused, size, count = {}, [], 0, 0
        self._file(source.patient, granted, by_study, refused)

    def _read(
        self, source: PatientSource, submission: Submission, refused: list[Quarantined]
    ) -> Arrived | None:
        try:
            content = source.read(submission)
            instance = read_instance(content)
            instance = instance._replace(labels=labels_of_image(instance) | self._always)
        except NotFound:
            self._acknowledge((), Tally(), [Said(submission.locator, None)])
            return None
        except Unavailable:
            refused.append(self._quarantined(submission.locator, _NOT_OPENED))
            return None
        except Unreadable as error:
            refused.append(self._quarantined(submission.locator, error.finding))
            return None
        except DEFECTS as error:
            finding = _READER._replace(message=f"The reader failed: {type(error).__name__}.")
            refused.append(self._quarantined(submission.locator, finding))
            return None
        if instance.patient_id != source.patient:
            refused.append(self._quarantined(submission.locator, _OTHER_PATIENT))
            return None
        digest = submission.digest or content_hash(content)
        return Arrived(submission.locator, instance, content, digest)

    def _file(
        self,
        patient: str,
        granted: Publishable,
        by_study: Mapping[str, Sequence[Arrived]],
        refused: list[Quarantined],
    ) -> None:
        """File what was read of a patient in one short transaction; the bytes are on disk before it."""
        if not by_study and not refused:
            return
        filer = _Filer(self._store, self._facility, self._quarantined)
        with self._store.look() as work:
            plans = [filer.plan(work, granted, arrived) for arrived in by_study.values()]
        for plan in plans:
            filer.put(plan)
        filer.quarantined.extend(refused)
        said = [Said(one.locator, Outcome.QUARANTINED, one.reason, one.message) for one in refused]
        with self._manner.turn, self._store.work() as work:
            self._manner.fence(work)
            still = publishable(work, self._facility, [patient], self._clock.now()).get(patient)
            moved = still is None or still.grant.patient != granted.grant.patient
            if still is None or moved or still.local_patient != granted.local_patient:
                filer.tally[Outcome.WITHHELD] += sum(map(len, by_study.values())) + len(refused)
                locators = [one.locator for arrived in by_study.values() for one in arrived]
                locators += [one.locator for one in refused]
                said = [Said(locator, Outcome.WITHHELD) for locator in locators]
            else:
                for arrived in by_study.values():
                    filer.study(work, still, filer.plan(work, still, arrived))
                self._write_down(work, still.grant, filer)
        if filer.tally[Outcome.WITHHELD]:
            discard(self._store, filer.put_names)
        self.tally.update(filer.tally)
        self._acknowledge(filer.locators, filer.tally, [*said, *filer.said])

    def _write_down(self, work: UnitOfWork, grant: Grant, filer: _Filer) -> None:
        filer.tally.update({Outcome.QUARANTINED: len(filer.quarantined)} if filer.quarantined else {})
        new = [item for item in filer.quarantined if self._standing.get(item.locator) != item.reason]
        if new:
            work.feeds.quarantine(new)
        if filed := [locator for locator in filer.locators if locator in self._standing]:
            work.feeds.release(self._facility, filed)
        if filer.looked or new:
            detail = f"filed {len(filer.locators)} instances, quarantined {len(new)}"
            work.audit.append([written_down(grant, self._clock.now(), detail)])

    def _quarantined(self, locator: str, finding: Finding) -> Quarantined:
        return Quarantined(self._facility, locator, finding.code, finding.message, self._clock.now())


class _Plan(NamedTuple):
    """What became known of one study's instances when they were compared with what is filed."""

    new: tuple[Arrived, ...]
    alike: tuple[Arrived, ...]
    """Filed as they are."""
    conflicting: tuple[Arrived, ...]
    uncovered: tuple[Arrived, ...]
    filed: tuple[FiledInstance, ...]
    """All there will be, the new ones last."""


class _Filer:
    """Files studies in one transaction and counts what became of the instances.

    A study is planned twice: before the transaction, so that its bytes are on disk by then, and in
    it, where the plan counts.
    """

    def __init__(
        self, store: Store, facility: FacilityCode, quarantined: Callable[[str, Finding], Quarantined]
    ) -> None:
        self._store = store
        self._facility = facility
        self._quarantined = quarantined
        self._packed: dict[bytes, Packed] = {}
        self._put: set[ContentHash] = set()
        self.tally: Tally = Counter()
        self.quarantined: list[Quarantined] = []
        self.locators: list[str] = []
        self.said: list[Said] = []
        self.looked = False

    def plan(self, work: UnitOfWork, granted: Publishable, arrived: Sequence[Arrived]) -> _Plan:
        """Compare one study's instances with what is filed."""
        instances = work.imaging.instances(granted.grant, arrived[0].instance.study_instance_uid)
        filed = {_by_uid(one): one for one in instances if one.local_patient == granted.local_patient}
        new: list[Arrived] = []
        conflicting: list[Arrived] = []
        alike: list[Arrived] = []
        uncovered: list[Arrived] = []
        for one in arrived:
            uid = one.instance.sop_instance_uid
            if not _covered(granted.grant, one.instance):
                uncovered.append(one)
            elif uid not in filed:
                new.append(one)
                size = len(one.content)
                filed[uid] = FiledInstance(
                    granted.local_patient, self._facility, one.instance, one.digest, size
                )
            elif filed[uid].content_hash == one.digest:
                alike.append(one)
            else:
                conflicting.append(one)
        return _Plan(tuple(new), tuple(alike), tuple(conflicting), tuple(uncovered), tuple(filed.values()))

    def put(self, plan: _Plan) -> None:
        """Put on disk what the plan wants filed and is not there yet."""
        for one in plan.new:
            if one.digest not in self._put:
                self._put.add(self._store.objects.put(one.content))
        if plan.filed:
            self._pack(_manifest_of(plan))

    def study(self, work: UnitOfWork, granted: Publishable, plan: _Plan) -> None:
        """File one study's instances, and its entry if it has grown."""
        self.looked = True
        self.put(plan)
        for outcome, those in (
            (Outcome.INDEXED, plan.new),
            (Outcome.UNCHANGED, plan.alike),
            (Outcome.WITHHELD, plan.uncovered),
        ):
            self.tally[outcome] += len(those)
            self.said.extend(Said(one.locator, outcome) for one in those)
        conflict = (Outcome.QUARANTINED, _CONFLICT.code, _CONFLICT.message)
        self.said.extend(Said(one.locator, *conflict) for one in plan.conflicting)
        self.quarantined.extend(self._quarantined(one.locator, _CONFLICT) for one in plan.conflicting)
        self.locators.extend(one.locator for one in plan.new)
        if plan.new:
            new = [(one.instance, one.digest, len(one.content)) for one in plan.new]
            work.imaging.register(granted.grant, granted.local_patient, new)
        if not plan.filed:
            return
        document = _manifest_of(plan)
        known = _known(work.registry.known(granted.local_patient), plan.filed[0].instance.study_instance_uid)
        held = [one for one in known if one.status is EntryStatus.APPROVED]
        digest = content_hash(document)
        if [one.content_hash for one in held] != [digest]:
            amended = {one.id: EntryStatus.DEPRECATED for one in held}
            before = next((one for one in known if one.content_hash == digest), None)
            if before:  # it was taken back, and may stand again
                amended[before.id] = EntryStatus.APPROVED
            work.registry.amend(granted.grant, amended)
            if not before:
                filing = self._filing(document, plan.filed)
                work.registry.register(granted.grant, granted.local_patient, [filing])

    @property
    def put_names(self) -> set[ContentHash]:
        """Name all that was put into the object store."""
        return self._put | {
            content_hash(document) for document, packed in self._packed.items() if not packed.body
        }

    def _pack(self, document: bytes) -> Packed:
        if document not in self._packed:
            self._packed[document] = pack(self._store, DATA_KIND, document)
        return self._packed[document]

    def _filing(self, document: bytes, filed: Sequence[FiledInstance]) -> Filing:
        # Any instance could speak for its study; the least does, so that the order of files says nothing.
        first = min(filed, key=_by_uid).instance
        instances = [one.instance for one in filed]
        body, dictionary = self._pack(document)
        return Filing(
            _facts(_key(first), instances),
            Format.DICOM,
            content_hash(document),
            len(document),
            body,
            dictionary,
            (),
            (),
            text=wording_of_study(instances),
        )


def manifest(study_instance_uid: str, filed: Sequence[FiledInstance]) -> bytes:
    """Write the document of a study's entry: series and instances by UID, with their hashes.

    The same instances give the same bytes in whatever order they came.
    """
    series: dict[str, list[FiledInstance]] = {}
    for one in filed:
        series.setdefault(one.instance.series_instance_uid, []).append(one)
    return json.dumps(
        {
            "study_instance_uid": study_instance_uid,
            "series": [
                {
                    "series_instance_uid": uid,
                    "modality": members[0].instance.modality,
                    "instances": [
                        {
                            "sop_instance_uid": one.instance.sop_instance_uid,
                            "sop_class_uid": one.instance.sop_class_uid,
                            "sha256": one.content_hash.hex(),
                            "size": one.size,
                        }
                        for one in sorted(members, key=_by_uid)
                    ],
                }
                for uid, members in sorted(series.items())
            ],
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def _manifest_of(plan: _Plan) -> bytes:
    return manifest(plan.filed[0].instance.study_instance_uid, plan.filed)


def _by_uid(one: FiledInstance) -> str:
    return one.instance.sop_instance_uid


def _key(first: ImagingInstance) -> EntryKey:
    return EntryKey(str(first.study_day), DATA_KIND, first.study_instance_uid, "")


def _known(known: Mapping[EntryKey, Sequence[Known]], study_instance_uid: str) -> list[Known]:
    """Return all entries of a study, whatever day its first instances said."""
    return [
        one
        for key, held in known.items()
        if key.data_kind == DATA_KIND and key.order_number == study_instance_uid
        for one in held
    ]


def _held(known: Mapping[EntryKey, Sequence[Known]], study_instance_uid: str) -> list[Known]:
    """Return the current entries of a study."""
    return [one for one in _known(known, study_instance_uid) if one.status is EntryStatus.APPROVED]


def _facts(key: EntryKey, instances: Sequence[ImagingInstance]) -> EntryFacts:
    """Describe a study by its first instance; it bears the labels of every one."""
    first = instances[0]
    return EntryFacts(
        key=key,
        document_class=DocumentClass.IMAGE,
        service_day=first.study_day,
        department="",
        status=EntryStatus.APPROVED,
        confidentiality=Confidentiality.NORMAL,
        item_count=len(instances),
        abnormal_count=0,
        link=first.accession_number,
        labels=reduce(or_, (one.labels for one in instances)),
    )


def _covered(grant: Grant, first: ImagingInstance) -> bool:
    custodian = grant.requester.facility
    return grant.covers(custodian, DocumentClass.IMAGE, first.study_day, Confidentiality.NORMAL, first.labels)


def _finding(code: str, message: str) -> Finding:
    return Finding(code, Severity.ERROR, "file", message)


_NOT_OPENED = _finding("READ-01", "The file could not be opened.")
_READER = _finding("READ-04", "The reader failed.")
_OTHER_PATIENT = _finding("ID-01", "The header's patient changed while the file was read.")
_CONFLICT = _finding("DCM-CONFLICT", "The instance is filed already, with other bytes.")
