"""Tables of the desks: emergencies and their reviews, notices, registrations, scans."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from hie.store.tables.columns import Number, Text, a_blob, a_number, a_small, a_text, an_integer, metadata

emergency_session = Table(
    "emergency_session",
    metadata,
    Column("id", Text, primary_key=True),
    a_text("account"),
    a_text("name"),
    a_text("facility"),
    a_text("role"),
    a_text("patient"),
    a_text("reason"),
    a_text("reason_text"),
    a_text("disclosers"),
    a_number("opened_at"),
    a_number("ends_at"),
    a_number("ended_at"),
    Index("ix_emergency_session_account", "account", "ends_at"),
    Index("ix_emergency_session_patient", "patient", "opened_at"),
    Index("ix_emergency_session_ends_at", "ends_at"),
)
"""`reason_text` stands here only; `disclosers` are facility codes with commas between."""

emergency_review = Table(
    "emergency_review",
    metadata,
    Column("session", Text, primary_key=True),
    a_number("due_at"),
    a_text("state"),
    a_text("reviewer"),
    a_text("outcome"),
    a_text("outcome_text"),
    a_number("reviewed_at"),
    Index("ix_emergency_review_state", "state", "due_at"),
)
"""One for each session, written with it."""

emergency_duty = Table(
    "emergency_duty",
    metadata,
    Column("sequence", Number, primary_key=True),
    a_text("facility"),
    a_small("on_duty"),
    a_text("recorded_by"),
    a_number("recorded_at"),
    Index("ix_emergency_duty_facility", "facility", "sequence"),
)
"""Append-only: the last word about a hospital counts."""

notice = Table(
    "notice",
    metadata,
    Column("id", Text, primary_key=True),
    a_text("to_facility"),
    a_text("to_role"),
    a_text("to_patient"),
    a_text("kind"),
    a_text("patient"),
    a_text("subject"),
    a_number("written_at"),
    a_number("read_at"),
    Index("ix_notice_to", "to_facility", "to_role", "to_patient", "written_at"),
    Index("ix_notice_subject", "subject"),
)
"""Whom to tell of what: an outbox that needs no mail."""

exact_search = Table(
    "exact_search",
    metadata,
    Column("sequence", Number, primary_key=True),
    a_text("account"),
    a_number("searched_at"),
    Index("ix_exact_search_account", "account", "searched_at"),
)
"""How often somebody asked for a person of the whole region; not for whom."""

registration = Table(
    "registration",
    metadata,
    Column("id", Text, primary_key=True),
    a_text("state"),
    a_text("facility"),
    a_text("patient"),
    a_text("facilities"),
    an_integer("version"),
    a_text("writers"),
    a_text("written_by"),
    a_number("proposed_at"),
    a_number("decided_at"),
    a_text("decided_by"),
    a_text("decider"),
    a_text("reason"),
    a_number("position"),
    a_text("batch"),
    a_text("content"),
    Index("ix_registration_state", "state", "proposed_at"),
    Index("ix_registration_patient", "patient"),
    Index("ix_registration_batch", "batch"),
)
"""What a desk proposes; counts for nothing before a second person has verified it."""

evidence = Table(
    "evidence",
    metadata,
    Column("digest", Text, primary_key=True),
    a_text("media_type"),
    a_number("size"),
    an_integer("pages"),
    a_number("stored_at"),
    a_text("stored_by"),
    a_text("facility"),
    a_blob("content"),
)
"""Scans of signed forms, compressed: they lie with the decisions, so that one backup holds both."""

evidence_page = Table(
    "evidence_page",
    metadata,
    a_text("registration"),
    a_text("digest"),
    an_integer("page"),
    a_text("facility"),
    a_number("filed_at"),
    a_text("filed_by"),
    PrimaryKeyConstraint("registration", "digest", "page", name="pk_evidence_page"),
    Index("ix_evidence_page_digest", "digest"),
)
"""`registration` is empty in the tray of pages that nobody could place yet."""

upload = Table(
    "upload",
    metadata,
    Column("id", Text, primary_key=True),
    *(a_text(name) for name in ("facility", "patient", "number", "kind", "state", "reason")),
    *(a_text(name) for name in ("file_name", "title", "document_kind", "day", "version")),
    an_integer("count"),
    a_number("size"),
    *(a_text(name) for name in ("digest", "told")),
    a_number("received_at"),
    a_text("received_by"),
    a_number("decided_at"),
    a_text("decided_by"),
    Index("ix_upload_facility", "facility", "patient", "received_at"),
)
"""What a facility's own people handed in; `patient` is empty for a table of many."""

upload_content = Table(
    "upload_content",
    metadata,
    Column("id", Text, primary_key=True),
    a_blob("content"),
)
"""The bytes of an upload until it is decided, compressed."""
