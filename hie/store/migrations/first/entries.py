"""Makes the tables of evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make each table and its indexes."""
    _concept()
    _counter()
    _entry()
    _imaging_instance()
    _medication()
    _movement()
    _observation()
    _small_document()


def _concept() -> None:
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("reference_range", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_concept"),
        sa.UniqueConstraint(
            "code",
            "text",
            "system",
            "unit",
            "reference_range",
            name="uq_concept_code_text_system_unit_reference_range",
        ),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("data_kind", TEXT, nullable=False),
        sa.Column("care_date", TEXT, nullable=False),
        sa.Column("order_number", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("abnormal_count", sa.Integer(), nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.Column("format", sa.SmallInteger(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("registered_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint(
            "local_patient",
            "service_day",
            "id",
            name="pk_entry",
            postgresql_include=[
                "class_code",
                "data_kind",
                "department",
                "status",
                "confidentiality",
                "labels",
                "item_count",
                "abnormal_count",
                "link",
            ],
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_id", "entry", ["id"], unique=True)
    large = sa.text("size >= 65536")
    op.create_index("ix_entry_large", "entry", ["content_hash"], sqlite_where=large, postgresql_where=large)


def _imaging_instance() -> None:
    op.create_table(
        "imaging_instance",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("study_instance_uid", TEXT, nullable=False),
        sa.Column("series_instance_uid", TEXT, nullable=False),
        sa.Column("sop_instance_uid", TEXT, nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("sop_class_uid", TEXT, nullable=False),
        sa.Column("transfer_syntax_uid", TEXT, nullable=False),
        sa.Column("patient_id", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("given", TEXT, nullable=False),
        sa.Column("kana_family", TEXT, nullable=False),
        sa.Column("kana_given", TEXT, nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=False),
        sa.Column("study_time", TEXT, nullable=False),
        sa.Column("accession_number", TEXT, nullable=False),
        sa.Column("modality", TEXT, nullable=False),
        sa.Column("study_description", TEXT, nullable=False),
        sa.Column("series_description", TEXT, nullable=False),
        sa.Column("series_number", NUMBER, nullable=False),
        sa.Column("instance_number", NUMBER, nullable=False),
        sa.Column("body_part", TEXT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "local_patient",
            "study_instance_uid",
            "series_instance_uid",
            "sop_instance_uid",
            name="pk_imaging_instance",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_imaging_instance_content_hash", "imaging_instance", ["content_hash"], unique=False)


def _medication() -> None:
    op.create_table(
        "medication",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("concept", sa.Integer(), nullable=False),
        sa.Column("usage", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("cancelled", sa.SmallInteger(), nullable=False),
        sa.Column("dose", TEXT, nullable=False),
        sa.Column("quantity", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("local_patient", "service_day", "entry", "sequence", name="pk_medication"),
        sqlite_with_rowid=False,
    )


def _movement() -> None:
    op.create_table(
        "movement",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("data_kind", TEXT, nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("moment", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("ward", TEXT, nullable=False),
        sa.Column("expected", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("local_patient", "service_day", "entry", name="pk_movement"),
        sqlite_with_rowid=False,
    )


def _observation() -> None:
    op.create_table(
        "observation",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("moment", NUMBER, nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("precision", sa.SmallInteger(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("concept", sa.Integer(), nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("value_text", TEXT, nullable=False),
        sa.Column("flag", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("local_patient", "moment", "entry", "sequence", name="pk_observation"),
        sqlite_with_rowid=False,
    )


def _small_document() -> None:
    op.create_table(
        "small_document",
        sa.Column("entry", NUMBER, autoincrement=False, nullable=False),
        sa.Column("dictionary", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_small_document"),
    )
