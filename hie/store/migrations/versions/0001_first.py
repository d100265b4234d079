"""The first schema: registry, findings, documents, images, people, consents, audit, feeds.

There is no earlier release. It creates empty tables and the database's own keys, in one transaction.
"""

from __future__ import annotations

from secrets import randbits, token_bytes

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915  a table each
    """Go one revision forward."""
    _account()
    _audit_event()
    _audit_head()
    _audit_seal()
    _audit_complaint()
    _concept()
    _consent_event()
    _consent_reach()
    _counter()
    _device()
    _edge()
    _edge_certificate()
    _edge_secret()
    _edge_task()
    _emergency_duty()
    _emergency_review()
    _emergency_session()
    _entry()
    _evidence()
    _evidence_page()
    _exact_search()
    _facility()
    _familiar()
    _feed_run()
    _imaging_instance()
    _label_event()
    _link_case()
    _invitation()
    _link_event()
    _local_patient()
    _local_statement()
    _medication()
    _membership_event()
    _movement()
    _notice()
    _observation()
    _one_time_secret()
    _own_key()
    _passkey()
    _patient()
    _patient_key()
    _post()
    _quarantined()
    _recovery_code()
    _registration()
    _session()
    _sign_in_failure()
    _small_document()
    _statement_key()
    _used_challenge()
    op.execute("insert into counter (name, value) values ('entry', 0), ('concept', 0), ('consent', 0)")
    op.execute("insert into counter (name, value) values ('region', 0)")
    head = sa.table("audit_head", sa.column("id"), sa.column("sequence"), sa.column("hash", sa.LargeBinary))
    op.execute(head.insert().values(id=1, sequence=0, hash=bytes(32)))
    op.execute(f"insert into counter (name, value) values ('incarnation', {randbits(62)})")  # noqa: S608  a number


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("login", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.Column("attested_at", NUMBER, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_account"),
        sa.UniqueConstraint("id", name="uq_account_id"),
    )


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
    op.create_index("ix_audit_event_recorded_at", "audit_event", ["recorded_at"], unique=False)


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
    op.create_index("ix_audit_complaint_facility", "audit_complaint", ["facility", "answered_at"], unique=False)


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


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("registered_at", NUMBER, nullable=False),
        sa.Column("seen_at", NUMBER, nullable=False),
        sa.Column("stopped_at", NUMBER, nullable=False),
        sa.Column("shared", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
    )
    op.create_index("ix_device_seen_at", "device", ["seen_at"], unique=False)


def _edge() -> None:
    op.create_table(
        "edge",
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("enrolled_at", NUMBER, nullable=False),
        sa.Column("revoked_at", NUMBER, nullable=False),
        sa.Column("contacted_at", NUMBER, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reported_at", NUMBER, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("run_at", NUMBER, nullable=False),
        sa.Column("former_runs", TEXT, nullable=False),
        sa.Column("twice_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("facility", name="pk_edge"),
    )


def _edge_certificate() -> None:
    op.create_table(
        "edge_certificate",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("issued_at", NUMBER, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_edge_certificate"),
    )


def _edge_secret() -> None:
    op.create_table(
        "edge_secret",
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("secret", name="pk_edge_secret"),
    )


def _edge_task() -> None:
    op.create_table(
        "edge_task",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("asked_at", NUMBER, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("finished_at", NUMBER, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_edge_task"),
        sa.UniqueConstraint("id", name="uq_edge_task_id"),
    )
    op.create_index("ix_edge_task_facility", "edge_task", ["facility", "sequence"], unique=False)


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


def _facility() -> None:
    op.create_table(
        "facility",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("short_name", TEXT, nullable=False),
        sa.Column("mark", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_facility"),
    )


def _familiar() -> None:
    op.create_table(
        "familiar",
        sa.Column("device", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", NUMBER, nullable=False),
        sa.Column("seen_at", NUMBER, nullable=False),
        sa.Column("remembered", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "account", name="pk_familiar"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_familiar_account", "familiar", ["account"], unique=False)


def _feed_run() -> None:
    op.create_table(
        "feed_run",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("started_at", NUMBER, nullable=False),
        sa.Column("finished_at", NUMBER, nullable=False),
        sa.Column("seen", NUMBER, nullable=False),
        sa.Column("indexed", NUMBER, nullable=False),
        sa.Column("unchanged", NUMBER, nullable=False),
        sa.Column("withheld", NUMBER, nullable=False),
        sa.Column("quarantined", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_feed_run"),
    )
    op.create_index("ix_feed_run_facility", "feed_run", ["facility", "sequence"], unique=False)
    op.create_index("ix_feed_run_started", "feed_run", ["facility", "started_at"], unique=False)


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
        "ix_label_event_local_patient_sequence", "label_event", ["local_patient", "sequence"], unique=False
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
        sa.PrimaryKeyConstraint("local_patient", "service_day", "entry", "sequence", name="pk_medication"),
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


def _one_time_secret() -> None:
    op.create_table(
        "one_time_secret",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("added_at", NUMBER, nullable=False),
        sa.Column("confirmed_at", NUMBER, nullable=False),
        sa.Column("last_step", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_one_time_secret"),
    )


def _own_key() -> None:
    made = op.create_table(
        "own_key",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_own_key"),
    )
    op.bulk_insert(made, [{"name": name, "value": token_bytes(32)} for name in ("challenges", "locators")])


def _passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", NUMBER, nullable=False),
        sa.Column("transports", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("added_at", NUMBER, nullable=False),
        sa.Column("used_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_account", "passkey", ["account"], unique=False)


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


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("starts_at", NUMBER, nullable=False),
        sa.Column("ends_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("account", "facility", "role", "starts_at", name="pk_post"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_post_facility", "post", ["facility", "ends_at"], unique=False)


def _quarantined() -> None:
    op.create_table(
        "quarantined",
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("locator", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("seen_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("facility", "locator", name="pk_quarantined"),
    )


def _recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.Column("issued_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("account", "code_hash", name="pk_recovery_code"),
        sqlite_with_rowid=False,
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("csrf_token", TEXT, nullable=False),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("seen_at", NUMBER, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.Column("confirmed_at", NUMBER, nullable=False),
        sa.Column("assurance", sa.SmallInteger(), nullable=False),
        sa.Column("idle", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_account", "session", ["account"], unique=False)
    op.create_index("ix_session_device", "session", ["device"], unique=False)


def _sign_in_failure() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("guesser", sa.LargeBinary(), nullable=False),
        sa.Column("failed_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_guesser", "sign_in_failure", ["guesser", "failed_at"], unique=False)


def _small_document() -> None:
    op.create_table(
        "small_document",
        sa.Column("entry", NUMBER, autoincrement=False, nullable=False),
        sa.Column("dictionary", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_small_document"),
    )


def _statement_key() -> None:
    op.create_table(
        "statement_key",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "local_patient", name="pk_statement_key"),
        sqlite_with_rowid=False,
    )


def _used_challenge() -> None:
    op.create_table(
        "used_challenge",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_used_challenge"),
    )
    op.create_index("ix_used_challenge_expires_at", "used_challenge", ["expires_at"], unique=False)
