"""The imaging index in SQL. An instance passes the gate as an image of its study day."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.labels import marked_image
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.errors import Refused
from hie.record.identifiers import ContentHash, EntryId
from hie.record.imaging import FiledInstance, ImagingInstance, ImagingStudy
from hie.record.people import HumanName
from hie.record.times import Day, Period
from hie.store.asking import must_allow
from hie.store.bulk import insert_statement
from hie.store.codes import APPROVED, CLASS_CODES
from hie.store.labels import marks_of
from hie.store.lines import Row
from hie.store.maintenance import STUDY_KIND, show_images
from hie.store.scope_sql import predicate
from hie.store.storable import storable
from hie.store.tables import imaging_instance
from hie.store.transaction import Transaction

_OWN = "select 1 from local_patient where id = ? and facility = ? and patient = ?"
_INSERT = insert_statement(imaging_instance) + " on conflict do nothing"
_STUDIES = (
    "select e.local_patient, l.facility, e.study_instance_uid, e.service_day, max(e.accession_number),"
    " max(e.study_description), count(distinct e.series_instance_uid), count(*)"
    " from local_patient l join imaging_instance e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and e.service_day between ? and ? and "
)
_BY_STUDY = (
    " group by e.local_patient, l.facility, e.study_instance_uid, e.service_day"
    " order by e.service_day desc, l.facility, e.study_instance_uid"
)
_MODALITIES = (
    "select distinct modality from imaging_instance where local_patient = ? and study_instance_uid = ?"
    " and service_day = ? order by modality"
)
_INSTANCES = (
    "select e.local_patient, l.facility, e.content_hash, e.size, e.study_instance_uid, e.series_instance_uid,"
    " e.sop_instance_uid, e.sop_class_uid, e.transfer_syntax_uid, e.patient_id, e.family, e.given,"
    " e.kana_family, e.kana_given, e.birth_day, e.service_day, e.study_time, e.accession_number, e.modality,"
    " e.study_description, e.series_description, e.series_number, e.instance_number, e.body_part, e.rows,"
    " e.columns, e.frames, e.labels"
    " from local_patient l join imaging_instance e on e.local_patient = l.id"
    " where l.patient = ? and e.study_instance_uid = ? and "
)
_STANDING = f"e.status = {APPROVED} and "
"""A publisher compares with what it took back too."""
_ENTRY = (
    "select max(id) from entry where local_patient = ? and service_day = ? and data_kind = ?"
    " and order_number = ?"
)
_AT_ONCE = 500
_KNOWN = (
    f"select content_hash from imaging_instance where local_patient = ? and status = {APPROVED}"
    " and content_hash in "
)
_IN_ORDER = " order by e.series_number, e.series_instance_uid, e.instance_number, e.sop_instance_uid"


class SqlImagingIndex:
    """Keeps `ImagingIndex` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def register(
        self, grant: Grant, local_patient: int, instances: Sequence[tuple[ImagingInstance, ContentHash, int]]
    ) -> int:
        """Keep header facts under a PUBLISH grant; return how many were new."""
        must_allow(grant, Action.PUBLISH)
        facility = grant.requester.facility
        # Held until the commit: who marks a document meanwhile waits, and finds what is filed here.
        own = f"{_OWN}{self._transaction.held}"
        if self._transaction.read(own, (local_patient, facility, grant.patient)).fetchone() is None:
            raise Refused(("no-consent",))
        for instance, _, _ in instances:
            if not grant.covers(
                facility, DocumentClass.IMAGE, instance.study_day, Confidentiality.NORMAL, instance.labels
            ):
                raise Refused(("no-consent",))
        marks = marks_of(self._transaction, local_patient)
        new = sum(
            self._transaction.execute(
                _INSERT, _row(local_patient, marked_image(instance, marks), name, size)
            ).rowcount
            for instance, name, size in instances
        )
        if new:  # the study stands again, with what was hidden of it
            studies = {storable(instance.study_instance_uid) for instance, _, _ in instances}
            show_images(self._transaction, local_patient, sorted(studies))
        return new

    def studies(self, grant: Grant, period: Period) -> Sequence[ImagingStudy]:
        """Return covered studies, newest first."""
        must_allow(grant, Action.VIEW)
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _STUDIES + gate.text + _BY_STUDY, (grant.patient, period.start, period.end, *gate.parameters)
        ).fetchall()
        return [
            ImagingStudy(
                local, facility, uid, day, accession, description, self._modalities(local, uid, day), *counts
            )
            for local, facility, uid, day, accession, description, *counts in rows
        ]

    def instances(self, grant: Grant, study_instance_uid: str) -> Sequence[FiledInstance]:
        """Return covered instances by series and instance number; a publisher compares with its own."""
        must_allow(grant, Action.VIEW, Action.PUBLISH)
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _INSTANCES + (_STANDING if grant.action is Action.VIEW else "") + gate.text + _IN_ORDER,
            (grant.patient, study_instance_uid, *gate.parameters),
        ).fetchall()
        return [_filed(row) for row in rows]

    def study_entry(self, grant: Grant, image: FiledInstance) -> EntryId:
        """Return the newest entry of an image's study, 0 where there is none."""
        must_allow(grant, Action.VIEW)
        place = (image.local_patient, image.instance.study_day, STUDY_KIND, image.instance.study_instance_uid)
        row = self._transaction.read(_ENTRY, place).fetchone()
        return EntryId(row[0] or 0) if row else EntryId(0)

    def standing(self, local_patient: int, hashes: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those of `hashes` that are images of a local patient and not taken back."""
        found: set[ContentHash] = set()
        for start in range(0, len(hashes), _AT_ONCE):
            some = hashes[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._transaction.read(f"{_KNOWN}({marks})", (local_patient, *some)).fetchall()
            found.update(ContentHash(bytes(name)) for (name,) in rows)
        return found

    def _modalities(self, local_patient: int, study: str, day: Day) -> tuple[str, ...]:
        rows = self._transaction.read(_MODALITIES, (local_patient, study, day)).fetchall()
        return tuple(modality for (modality,) in rows)


def _row(local_patient: int, instance: ImagingInstance, name: ContentHash, size: int) -> Row:
    return (
        local_patient,
        storable(instance.study_instance_uid),
        storable(instance.series_instance_uid),
        storable(instance.sop_instance_uid),
        instance.study_day,
        CLASS_CODES[DocumentClass.IMAGE],
        int(Confidentiality.NORMAL),
        instance.labels,
        storable(instance.sop_class_uid),
        storable(instance.transfer_syntax_uid),
        storable(instance.patient_id),
        *(storable(part) for part in instance.patient_name),
        instance.birth_day,
        storable(instance.study_time),
        storable(instance.accession_number),
        storable(instance.modality),
        storable(instance.study_description),
        storable(instance.series_description),
        instance.series_number,
        instance.instance_number,
        storable(instance.body_part),
        instance.rows,
        instance.columns,
        instance.frames,
        name,
        size,
        APPROVED,
    )


def _filed(row: Row) -> FiledInstance:
    local_patient, facility, name, size, *header = row
    uids, name_parts, rest = header[:6], header[6:10], header[10:]
    instance = ImagingInstance._make((*uids, HumanName._make(name_parts), *rest))
    return FiledInstance(local_patient, facility, instance, ContentHash(name), size)
