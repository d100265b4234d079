"""Makes the tables of the desks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make each table and its indexes."""
    _emergency_duty()
    _emergency_review()
    _emergency_session()
    _evidence()
    _evidence_page()
    _registration()
    _exact_search()
    _notice()
    _upload()


def _emergency_duty() -> None:
    op.create_table(
        "emergency_duty",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("on_duty", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_emergency_duty"),
    )
    op.create_index("ix_emergency_duty_facility", "emergency_duty", ["facility", "sequence"], unique=False)


def _emergency_review() -> None:
    op.create_table(
        "emergency_review",
        sa.Column("session", TEXT, nullable=False),
        sa.Column("due_at", NUMBER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reviewer", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("outcome_text", TEXT, nullable=False),
        sa.Column("reviewed_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_emergency_review"),
    )
    op.create_index("ix_emergency_review_state", "emergency_review", ["state", "due_at"], unique=False)


def _emergency_session() -> None:
    op.create_table(
        "emergency_session",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("reason_text", TEXT, nullable=False),
        sa.Column("disclosers", TEXT, nullable=False),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.Column("ended_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_session"),
    )
    op.create_index("ix_emergency_session_account", "emergency_session", ["account", "ends_at"], unique=False)
    op.create_index(
        "ix_emergency_session_patient", "emergency_session", ["patient", "opened_at"], unique=False
    )
    op.create_index("ix_emergency_session_ends_at", "emergency_session", ["ends_at"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("stored_at", NUMBER, nullable=False),
        sa.Column("stored_by", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_evidence"),
    )


def _evidence_page() -> None:
    op.create_table(
        "evidence_page",
        sa.Column("registration", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("filed_at", NUMBER, nullable=False),
        sa.Column("filed_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("registration", "digest", "page", name="pk_evidence_page"),
    )
    op.create_index("ix_evidence_page_digest", "evidence_page", ["digest"], unique=False)


def _registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("state", "facility", "patient", "facilities")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("writers", TEXT, nullable=False),
        sa.Column("written_by", TEXT, nullable=False),
        sa.Column("proposed_at", NUMBER, nullable=False),
        sa.Column("decided_at", NUMBER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("decided_by", "decider", "reason")),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("batch", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
    )
    op.create_index("ix_registration_state", "registration", ["state", "proposed_at"], unique=False)
    op.create_index("ix_registration_patient", "registration", ["patient"], unique=False)
    op.create_index("ix_registration_batch", "registration", ["batch"], unique=False)


def _exact_search() -> None:
    op.create_table(
        "exact_search",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("searched_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_exact_search"),
    )
    op.create_index("ix_exact_search_account", "exact_search", ["account", "searched_at"], unique=False)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("to_facility", TEXT, nullable=False),
        sa.Column("to_role", TEXT, nullable=False),
        sa.Column("to_patient", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("written_at", NUMBER, nullable=False),
        sa.Column("read_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index(
        "ix_notice_to", "notice", ["to_facility", "to_role", "to_patient", "written_at"], unique=False
    )
    op.create_index("ix_notice_subject", "notice", ["subject"], unique=False)


def _upload() -> None:
    before = ("facility", "patient", "number", "kind", "state", "reason", "file_name", "title")
    op.create_table(
        "upload",
        sa.Column("id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in (*before, "document_kind", "day", "version")),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("digest", "told")),
        sa.Column("received_at", NUMBER, nullable=False),
        sa.Column("received_by", TEXT, nullable=False),
        sa.Column("decided_at", NUMBER, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    op.create_index("ix_upload_facility", "upload", ["facility", "patient", "received_at"], unique=False)
    op.create_table(
        "upload_content",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload_content"),
    )
