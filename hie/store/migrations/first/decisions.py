"""Makes the tables of decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make each table and its indexes."""
    _audit_event()
    _audit_head()
    _audit_seal()
    _audit_complaint()
    _consent_event()
    _consent_reach()
    _facility()
    _label_event()
    _link_case()
    _invitation()
    _link_event()
    _local_patient()
    _local_statement()
    _membership_event()
    _patient()
    _patient_key()
    _statement_key()


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("reasons", TEXT, nullable=False),
        sa.Column("consent_position", NUMBER, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("custodian", TEXT, nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("assurance", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_patient", "audit_event", ["patient", "sequence"], unique=False)
    op.create_index("ix_audit_event_account", "audit_event", ["account", "sequence"], unique=False)
    op.create_index("ix_audit_event_custodian", "audit_event", ["custodian", "sequence"], unique=False)
    op.create_index("ix_audit_event_recorded_at", "audit_event", ["recorded_at", "sequence"], unique=False)


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def _audit_seal() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_seal"),
    )


def _audit_complaint() -> None:
    op.create_table(
        "audit_complaint",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("row", NUMBER, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("filed_at", NUMBER, nullable=False),
        sa.Column("filed_by", TEXT, nullable=False),
        sa.Column("answered_at", NUMBER, nullable=False),
        sa.Column("answered_by", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_complaint"),
        sa.UniqueConstraint("patient", "row", name="uq_audit_complaint_patient_row"),
    )
    op.create_index(
        "ix_audit_complaint_facility", "audit_complaint", ["facility", "answered_at"], unique=False
    )


def _consent_event() -> None:
    op.create_table(
        "consent_event",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("valid_from", NUMBER, nullable=False),
        sa.Column("paper", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_consent_event"),
    )
    op.create_index("ix_consent_event_patient", "consent_event", ["patient", "sequence"], unique=False)


def _consent_reach() -> None:
    op.create_table(
        "consent_reach",
        sa.Column("recipient", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("starts_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "patient", "starts_at", "ends_at", name="pk_consent_reach"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consent_reach_patient", "consent_reach", ["patient"], unique=False)


def _facility() -> None:
    op.create_table(
        "facility",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("short_name", TEXT, nullable=False),
        sa.Column("mark", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_facility"),
    )


def _label_event() -> None:
    op.create_table(
        "label_event",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("care_date", TEXT, nullable=False),
        sa.Column("data_kind", TEXT, nullable=False),
        sa.Column("order_number", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_label_event"),
    )
    op.create_index(
        "ix_label_event_local_patient", "label_event", ["local_patient", "sequence"], unique=False
    )


def _link_case() -> None:
    op.create_table(
        "link_case",
        sa.Column("local_patient", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("agreement", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("held", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("local_patient", name="pk_link_case"),
    )


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("handed", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("replaces", TEXT, nullable=False),
        sa.Column("invited_by", TEXT, nullable=False),
        sa.Column("invited_at", NUMBER, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("accepted_at", NUMBER, nullable=False),
        sa.Column("terms", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("decided_at", NUMBER, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
    )
    op.create_index("ix_invitation_secret", "invitation", ["secret"], unique=False)
    op.create_index("ix_invitation_outcome", "invitation", ["outcome", "invited_at"], unique=False)


def _link_event() -> None:
    op.create_table(
        "link_event",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("agreement", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_link_event"),
    )
    op.create_index(
        "ix_link_event_local_patient_sequence", "link_event", ["local_patient", "sequence"], unique=False
    )
    op.create_index("ix_link_event_patient", "link_event", ["patient", "sequence"], unique=False)


def _local_patient() -> None:
    op.create_table(
        "local_patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("value_key", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_local_patient"),
        sa.UniqueConstraint("facility", "value", name="uq_local_patient_facility_value"),
    )
    op.create_index("ix_local_patient_patient", "local_patient", ["patient", "facility"], unique=False)
    op.create_index("ix_local_patient_value_key", "local_patient", ["facility", "value_key"], unique=False)


def _local_statement() -> None:
    op.create_table(
        "local_statement",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("stated_at", NUMBER, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("given", TEXT, nullable=False),
        sa.Column("kana_family", TEXT, nullable=False),
        sa.Column("kana_given", TEXT, nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=False),
        sa.Column("sex", TEXT, nullable=False),
        sa.Column("phone", TEXT, nullable=False),
        sa.Column("former_family", TEXT, nullable=False),
        sa.Column("former_given", TEXT, nullable=False),
        sa.Column("former_kana_family", TEXT, nullable=False),
        sa.Column("former_kana_given", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("local_patient", "digest", name="pk_local_statement"),
        sqlite_with_rowid=False,
    )


def _membership_event() -> None:
    op.create_table(
        "membership_event",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_membership_event"),
    )
    op.create_index(
        "ix_membership_event_facility", "membership_event", ["facility", "sequence"], unique=False
    )


def _patient() -> None:
    op.create_table(
        "patient",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("given", TEXT, nullable=False),
        sa.Column("kana_family", TEXT, nullable=False),
        sa.Column("kana_given", TEXT, nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=False),
        sa.Column("sex", TEXT, nullable=False),
        sa.Column("kana_key", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
    )


def _patient_key() -> None:
    op.create_table(
        "patient_key",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", "patient", name="pk_patient_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patient_key_patient", "patient_key", ["patient"], unique=False)


def _statement_key() -> None:
    op.create_table(
        "statement_key",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "local_patient", name="pk_statement_key"),
        sqlite_with_rowid=False,
    )
