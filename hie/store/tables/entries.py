"""Tables of evidence: entries, findings, small documents, images."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint, text

from hie.store.tables.columns import Number, Text, a_blob, a_number, a_small, a_text, an_integer, metadata

counter = Table("counter", metadata, Column("name", Text, primary_key=True), a_number("value"))
"""The last number given of each kind; updating it orders those who write."""

_LARGE = text("size >= 65536")
"""Documents in the object store; the same number as in `hie.store.documents`."""
_CALENDAR = ["class_code", "data_kind", "department", "status", "confidentiality", "labels"]
_CELL = ["item_count", "abnormal_count", "link"]

entry = Table(
    "entry",
    metadata,
    an_integer("local_patient"),
    an_integer("service_day"),
    a_number("id"),
    a_small("class_code"),
    a_text("data_kind"),
    a_text("care_date"),
    a_text("order_number"),
    a_text("version"),
    a_text("department"),
    a_small("status"),
    a_small("confidentiality"),
    a_small("labels"),
    an_integer("item_count"),
    an_integer("abnormal_count"),
    a_text("link"),
    a_small("format"),
    a_blob("content_hash"),
    a_number("size"),
    a_number("registered_at"),
    PrimaryKeyConstraint(
        "local_patient", "service_day", "id", name="pk_entry", postgresql_include=[*_CALENDAR, *_CELL]
    ),
    Index("ix_entry_id", "id", unique=True),
    Index("ix_entry_large", "content_hash", sqlite_where=_LARGE, postgresql_where=_LARGE),
    sqlite_with_rowid=False,
)

movement = Table(
    "movement",
    metadata,
    an_integer("local_patient"),
    an_integer("service_day"),
    a_number("entry"),
    a_text("data_kind"),
    a_small("class_code"),
    a_small("confidentiality"),
    a_small("labels"),
    a_small("status"),
    a_text("version"),
    a_text("moment"),
    a_text("department"),
    a_text("ward"),
    a_text("expected"),
    PrimaryKeyConstraint("local_patient", "service_day", "entry", name="pk_movement"),
    sqlite_with_rowid=False,
)
"""In-patient events apart, so that the stays of a long life are a handful of rows to read.

Superseded and withdrawn files stand here too: what happened twice in a day has one key (fact sheet §1.5).
"""

concept = Table(
    "concept",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    a_text("code"),
    a_text("text"),
    a_text("system"),
    a_text("unit"),
    a_text("reference_range"),
    UniqueConstraint("code", "text", "system", "unit", "reference_range"),
)
"""What an observation or a drug is called, with its unit and range: said once, not per row."""

observation = Table(
    "observation",
    metadata,
    an_integer("local_patient"),
    a_number("moment"),
    a_number("entry"),
    a_small("sequence"),
    a_small("precision"),
    an_integer("service_day"),
    a_small("class_code"),
    a_small("confidentiality"),
    a_small("labels"),
    a_small("status"),
    an_integer("concept"),
    a_text("value"),
    a_text("value_text"),
    a_text("flag"),
    PrimaryKeyConstraint("local_patient", "moment", "entry", "sequence", name="pk_observation"),
    sqlite_with_rowid=False,
)
"""`precision` is how many digits of `moment` the source gave; 0 where it is the service day.
`value_text` is empty where it is the value. The gate's columns repeat the entry's."""

medication = Table(
    "medication",
    metadata,
    an_integer("local_patient"),
    an_integer("service_day"),
    a_number("entry"),
    a_small("sequence"),
    a_small("class_code"),
    a_small("confidentiality"),
    a_small("labels"),
    a_small("status"),
    an_integer("concept"),
    an_integer("usage"),
    an_integer("start"),
    a_small("days"),
    a_small("kind"),
    a_small("cancelled"),
    a_text("dose"),
    a_text("quantity"),
    PrimaryKeyConstraint("local_patient", "service_day", "entry", "sequence", name="pk_medication"),
    sqlite_with_rowid=False,
)
"""What `hie.record.supply` keeps of a line; `usage` is a concept too, and 0 where the source says none."""

small_document = Table(
    "small_document",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    a_small("dictionary"),
    a_blob("body"),
)

imaging_instance = Table(
    "imaging_instance",
    metadata,
    an_integer("local_patient"),
    a_text("study_instance_uid"),
    a_text("series_instance_uid"),
    a_text("sop_instance_uid"),
    an_integer("service_day"),
    a_small("class_code"),
    a_small("confidentiality"),
    a_small("labels"),
    a_text("sop_class_uid"),
    a_text("transfer_syntax_uid"),
    a_text("patient_id"),
    a_text("family"),
    a_text("given"),
    a_text("kana_family"),
    a_text("kana_given"),
    an_integer("birth_day"),
    a_text("study_time"),
    a_text("accession_number"),
    a_text("modality"),
    a_text("study_description"),
    a_text("series_description"),
    a_number("series_number"),
    a_number("instance_number"),
    a_text("body_part"),
    an_integer("rows"),
    an_integer("columns"),
    an_integer("frames"),
    a_blob("content_hash"),
    a_number("size"),
    a_small("status"),
    PrimaryKeyConstraint(
        "local_patient",
        "study_instance_uid",
        "series_instance_uid",
        "sop_instance_uid",
        name="pk_imaging_instance",
    ),
    Index("ix_imaging_instance_content_hash", "content_hash"),
    sqlite_with_rowid=False,
)
