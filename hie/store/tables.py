"""All tables: one schema for SQLite and PostgreSQL, read in one sitting.

Three rules. No column that the gate asks is ever null; in fact none is. What is read per patient
is clustered by local patient: on SQLite the primary key is the table, on PostgreSQL its index
carries what the calendar shows. A local patient's number is a small surrogate that never
changes: who that is says `local_patient.patient`, so a new link rewrites no clinical row.
An entry's custodian is the facility of its local patient, kept once, there.

Words stand as numbers where rows are many (`hie.store.codes`). Times are milliseconds since
1970, days are YYYYMMDD, `moment` is YYYYMMDDHHMMSS.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Text = String().with_variant(String(collation="C"), "postgresql")
"""Text in byte order on both, so that ranges and orders agree."""

Number = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; on SQLite an `INTEGER PRIMARY KEY` is the row's own number."""


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _small(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False)


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Number, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


# --- Evidence: entries, findings, small documents, images --------------------------------------

counter = Table("counter", metadata, Column("name", Text, primary_key=True), _number("value"))
"""The last number given of each kind; updating it orders those who write."""

_LARGE = text("size >= 65536")
"""Documents in the object store; the same number as in `hie.store.documents`."""
_CALENDAR = ["class_code", "data_kind", "department", "status", "confidentiality", "labels"]
_CELL = ["item_count", "abnormal_count", "link"]

entry = Table(
    "entry",
    metadata,
    _integer("local_patient"),
    _integer("service_day"),
    _number("id"),
    _small("class_code"),
    _text("data_kind"),
    _text("care_date"),
    _text("order_number"),
    _text("version"),
    _text("department"),
    _small("status"),
    _small("confidentiality"),
    _small("labels"),
    _integer("item_count"),
    _integer("abnormal_count"),
    _text("link"),
    _small("format"),
    _bytes("content_hash"),
    _number("size"),
    _number("registered_at"),
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
    _integer("local_patient"),
    _integer("service_day"),
    _number("entry"),
    _text("data_kind"),
    _small("class_code"),
    _small("confidentiality"),
    _small("labels"),
    _small("status"),
    _text("version"),
    _text("moment"),
    _text("department"),
    _text("ward"),
    _text("expected"),
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
    _text("code"),
    _text("text"),
    _text("system"),
    _text("unit"),
    _text("reference_range"),
    UniqueConstraint("code", "text", "system", "unit", "reference_range"),
)
"""What an observation or a drug is called, with its unit and range: said once, not per row."""

observation = Table(
    "observation",
    metadata,
    _integer("local_patient"),
    _number("moment"),
    _number("entry"),
    _small("sequence"),
    _small("precision"),
    _integer("service_day"),
    _small("class_code"),
    _small("confidentiality"),
    _small("labels"),
    _small("status"),
    _integer("concept"),
    _text("value"),
    _text("value_text"),
    _text("flag"),
    PrimaryKeyConstraint("local_patient", "moment", "entry", "sequence", name="pk_observation"),
    sqlite_with_rowid=False,
)
"""`precision` is how many digits of `moment` the source gave; 0 where it is the service day.
`value_text` is empty where it is the value. The gate's columns repeat the entry's."""

medication = Table(
    "medication",
    metadata,
    _integer("local_patient"),
    _integer("service_day"),
    _number("entry"),
    _small("sequence"),
    _small("class_code"),
    _small("confidentiality"),
    _small("labels"),
    _small("status"),
    _integer("concept"),
    PrimaryKeyConstraint("local_patient", "service_day", "entry", "sequence", name="pk_medication"),
    sqlite_with_rowid=False,
)

small_document = Table(
    "small_document",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    _small("dictionary"),
    _bytes("body"),
)

imaging_instance = Table(
    "imaging_instance",
    metadata,
    _integer("local_patient"),
    _text("study_instance_uid"),
    _text("series_instance_uid"),
    _text("sop_instance_uid"),
    _integer("service_day"),
    _small("class_code"),
    _small("confidentiality"),
    _small("labels"),
    _text("sop_class_uid"),
    _text("transfer_syntax_uid"),
    _text("patient_id"),
    _text("family"),
    _text("given"),
    _text("kana_family"),
    _text("kana_given"),
    _integer("birth_day"),
    _text("study_time"),
    _text("accession_number"),
    _text("modality"),
    _text("study_description"),
    _text("series_description"),
    _number("series_number"),
    _number("instance_number"),
    _text("body_part"),
    _integer("rows"),
    _integer("columns"),
    _integer("frames"),
    _bytes("content_hash"),
    _number("size"),
    _small("status"),
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

# --- Decisions: people, links, consents, audit, accounts ---------------------------------------

facility = Table(
    "facility",
    metadata,
    Column("code", Text, primary_key=True),
    _text("name"),
    _text("kind"),
    _text("short_name"),
    _small("mark"),
)

membership_event = Table(
    "membership_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    _text("facility"),
    _text("kind"),
    _number("at"),
    _number("recorded_at"),
    _text("recorded_by"),
    _text("evidence"),
    Index("ix_membership_event_facility", "facility", "sequence"),
)
"""Who takes part since when; numbered together with `consent_event`. The counter `region` counts changes."""

invitation = Table(
    "invitation",
    metadata,
    Column("id", Text, primary_key=True),
    _bytes("secret"),
    _text("name"),
    _text("facility"),
    _text("role"),
    _text("number"),
    _text("handed"),
    _text("patient"),
    _text("replaces"),
    _text("invited_by"),
    _number("invited_at"),
    _number("expires_at"),
    _integer("attempts"),
    _text("account"),
    _number("accepted_at"),
    _text("terms"),
    _text("outcome"),
    _text("decided_by"),
    _number("decided_at"),
    Index("ix_invitation_secret", "secret"),
    Index("ix_invitation_outcome", "outcome", "invited_at"),
)
"""`secret` is the hash of the code on the letter, empty where there is no letter."""

patient = Table(
    "patient",
    metadata,
    Column("id", Text, primary_key=True),
    _text("family"),
    _text("given"),
    _text("kana_family"),
    _text("kana_given"),
    _integer("birth_day"),
    _text("sex"),
    _text("kana_key"),
)

patient_key = Table(
    "patient_key",
    metadata,
    _text("key"),
    _text("patient"),
    PrimaryKeyConstraint("key", "patient", name="pk_patient_key"),
    Index("ix_patient_key_patient", "patient"),
    sqlite_with_rowid=False,
)
"""Folded names and birth digits, matched at the front (`hie.store.search_keys`)."""

local_patient = Table(
    "local_patient",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("facility"),
    _text("value"),
    _text("value_key"),
    _text("patient"),
    UniqueConstraint("facility", "value"),
    Index("ix_local_patient_patient", "patient", "facility"),
    Index("ix_local_patient_value_key", "facility", "value_key"),
)
"""`patient` is empty where the link has ended."""

link_event = Table(
    "link_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    _integer("local_patient"),
    _text("patient"),
    _text("kind"),
    _text("recorded_by"),
    _number("recorded_at"),
    _text("reason"),
    _text("agreement"),
    Index("ix_link_event_local_patient_sequence", "local_patient", "sequence"),
    Index("ix_link_event_patient", "patient", "sequence"),
)
"""Numbered together with `consent_event`: the counter `consent` counts decisions."""

link_case = Table(
    "link_case",
    metadata,
    Column("local_patient", Integer, primary_key=True, autoincrement=False),
    _text("patient"),
    _text("kind"),
    _text("opened_by"),
    _number("opened_at"),
    _small("score"),
    _text("agreement"),
    _text("reason"),
    _small("held"),
)
"""What somebody must decide about a number; what was decided stands in `link_event`."""

local_statement = Table(
    "local_statement",
    metadata,
    _integer("local_patient"),
    _bytes("digest"),
    _text("source"),
    _number("stated_at"),
    _text("family"),
    _text("given"),
    _text("kana_family"),
    _text("kana_given"),
    _integer("birth_day"),
    _text("sex"),
    _text("phone"),
    _text("former_family"),
    _text("former_given"),
    _text("former_kana_family"),
    _text("former_kana_given"),
    PrimaryKeyConstraint("local_patient", "digest", name="pk_local_statement"),
    sqlite_with_rowid=False,
)
"""What each facility said of the patient behind its number, each different saying once."""

statement_key = Table(
    "statement_key",
    metadata,
    _text("key"),
    _integer("local_patient"),
    PrimaryKeyConstraint("key", "local_patient", name="pk_statement_key"),
    sqlite_with_rowid=False,
)
"""By what those are found whom a statement resembles (`hie.exchange.likeness`)."""

consent_event = Table(
    "consent_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    _text("patient"),
    _text("kind"),
    _number("recorded_at"),
    _text("recorded_by"),
    _text("evidence"),
    _text("body"),
    _number("valid_from"),
    _text("paper"),
    Index("ix_consent_event_patient", "patient", "sequence"),
)

label_event = Table(
    "label_event",
    metadata,
    Column("sequence", Number, primary_key=True),
    _integer("local_patient"),
    _text("care_date"),
    _text("data_kind"),
    _text("order_number"),
    _text("kind"),
    _integer("label"),
    _text("recorded_by"),
    _number("recorded_at"),
    Index("ix_label_event_local_patient", "local_patient", "sequence"),
)
"""Labels put on documents by hand; they outlive every version."""

consent_reach = Table(
    "consent_reach",
    metadata,
    _text("recipient"),
    _text("patient"),
    _number("starts_at"),
    _number("ends_at"),
    PrimaryKeyConstraint("recipient", "patient", "starts_at", "ends_at", name="pk_consent_reach"),
    Index("ix_consent_reach_patient", "patient"),
    sqlite_with_rowid=False,
)
"""Who is named by a patient's consents, or treats the patient; made again from the log."""

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    _bytes("hash"),
    _number("recorded_at"),
    _text("account"),
    _text("name"),
    _text("facility"),
    _text("role"),
    _text("purpose"),
    _text("action"),
    _text("outcome"),
    _text("patient"),
    _number("entry"),
    _text("reasons"),
    _number("consent_position"),
    _text("detail"),
    _text("kind"),
    _text("custodian"),
    _small("labels"),
    _text("request"),
    _text("device"),
    _text("address"),
    _small("assurance"),
    Index("ix_audit_event_patient", "patient", "sequence"),
    Index("ix_audit_event_recorded_at", "recorded_at"),
)
"""`hash` chains each row to the one before it (`hie.exchange.auditing`); the sequence has no gap."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    _number("sequence"),
    _bytes("hash"),
)
"""The one row on which who writes audit rows queues, at the commit."""

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    _number("sequence"),
    _bytes("hash"),
    _number("sealed_at"),
    _bytes("key"),
    _bytes("signature"),
)
"""Signed heads of the chain; copies go to where the hub cannot change them."""

audit_complaint = Table(
    "audit_complaint",
    metadata,
    Column("id", Text, primary_key=True),
    _number("row"),
    _text("patient"),
    _text("facility"),
    _number("filed_at"),
    _text("filed_by"),
    _number("answered_at"),
    _text("answered_by"),
    _text("answer"),
    UniqueConstraint("patient", "row"),
    Index("ix_audit_complaint_facility", "facility", "answered_at"),
)
"""What a patient finds wrong in who looked, and what the privacy officer says to it."""

account = Table(
    "account",
    metadata,
    Column("login", Text, primary_key=True),
    _text("id"),
    _text("name"),
    _text("facility"),
    _text("role"),
    _text("password_hash"),
    _text("state"),
    _number("expires_at"),
    _number("attested_at"),
    _text("patient"),
    UniqueConstraint("id"),
)

post = Table(
    "post",
    metadata,
    _text("account"),
    _text("facility"),
    _text("role"),
    _number("starts_at"),
    _number("ends_at"),
    PrimaryKeyConstraint("account", "facility", "role", "starts_at", name="pk_post"),
    Index("ix_post_facility", "facility", "ends_at"),
    sqlite_with_rowid=False,
)
"""Where people act and have acted: ended, never removed."""

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _text("account"),
    _text("facility"),
    _text("role"),
    _text("device"),
    _text("csrf_token"),
    _number("opened_at"),
    _number("seen_at"),
    _number("expires_at"),
    _number("confirmed_at"),
    _small("assurance"),
    _number("idle"),
    Index("ix_session_account", "account"),
    Index("ix_session_device", "device"),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    _bytes("token_hash"),
    _text("name"),
    _number("registered_at"),
    _number("seen_at"),
    _number("stopped_at"),
    _small("shared"),
    UniqueConstraint("token_hash"),
    Index("ix_device_seen_at", "seen_at"),
)
"""Browsers in which somebody has signed in."""

familiar = Table(
    "familiar",
    metadata,
    _text("device"),
    _text("account"),
    _bytes("mark"),
    _number("first_at"),
    _number("seen_at"),
    _small("remembered"),
    PrimaryKeyConstraint("device", "account", name="pk_familiar"),
    Index("ix_familiar_account", "account"),
    sqlite_with_rowid=False,
)
"""Who has signed in with all factors in which browser."""

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    _text("account"),
    _text("name"),
    _bytes("public_key"),
    _number("sign_count"),
    _text("transports"),
    _text("device"),
    _number("added_at"),
    _number("used_at"),
    Index("ix_passkey_account", "account"),
)

one_time_secret = Table(
    "one_time_secret",
    metadata,
    Column("account", Text, primary_key=True),
    _text("secret"),
    _number("added_at"),
    _number("confirmed_at"),
    _number("last_step"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    _text("account"),
    _bytes("code_hash"),
    _number("expires_at"),
    _text("issued_by"),
    PrimaryKeyConstraint("account", "code_hash", name="pk_recovery_code"),
    sqlite_with_rowid=False,
)
"""Codes that stand in for a second factor once, as hashes."""

used_challenge = Table(
    "used_challenge",
    metadata,
    Column("nonce", LargeBinary, primary_key=True),
    _number("expires_at"),
    Index("ix_used_challenge_expires_at", "expires_at"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("sequence", Number, primary_key=True),
    _bytes("guesser"),
    _number("failed_at"),
    Index("ix_sign_in_failure_guesser", "guesser", "failed_at"),
)
"""`guesser` is a hash: what was typed as a login may be a password."""

# --- Emergencies: break-glass, its reviews, who is told ------------------------------------------

emergency_session = Table(
    "emergency_session",
    metadata,
    Column("id", Text, primary_key=True),
    _text("account"),
    _text("name"),
    _text("facility"),
    _text("role"),
    _text("patient"),
    _text("reason"),
    _text("reason_text"),
    _text("disclosers"),
    _number("opened_at"),
    _number("ends_at"),
    _number("ended_at"),
    Index("ix_emergency_session_account", "account", "ends_at"),
    Index("ix_emergency_session_patient", "patient", "opened_at"),
)
"""`reason_text` stands here only; `disclosers` are facility codes with commas between."""

emergency_review = Table(
    "emergency_review",
    metadata,
    Column("session", Text, primary_key=True),
    _number("due_at"),
    _text("state"),
    _text("reviewer"),
    _text("outcome"),
    _text("outcome_text"),
    _number("reviewed_at"),
    Index("ix_emergency_review_state", "state", "due_at"),
)
"""One for each session, written with it."""

emergency_duty = Table(
    "emergency_duty",
    metadata,
    Column("sequence", Number, primary_key=True),
    _text("facility"),
    _small("on_duty"),
    _text("recorded_by"),
    _number("recorded_at"),
    Index("ix_emergency_duty_facility", "facility", "sequence"),
)
"""Append-only: the last word about a hospital counts."""

notice = Table(
    "notice",
    metadata,
    Column("id", Text, primary_key=True),
    _text("to_facility"),
    _text("to_role"),
    _text("to_patient"),
    _text("kind"),
    _text("patient"),
    _text("subject"),
    _number("written_at"),
    _number("read_at"),
    Index("ix_notice_to", "to_facility", "to_role", "to_patient", "written_at"),
    Index("ix_notice_subject", "subject"),
)
"""Whom to tell of what: an outbox that needs no mail."""

exact_search = Table(
    "exact_search",
    metadata,
    Column("sequence", Number, primary_key=True),
    _text("account"),
    _number("searched_at"),
    Index("ix_exact_search_account", "account", "searched_at"),
)
"""How often somebody asked for a person of the whole region; not for whom."""

registration = Table(
    "registration",
    metadata,
    Column("id", Text, primary_key=True),
    _text("state"),
    _text("facility"),
    _text("patient"),
    _text("facilities"),
    _integer("version"),
    _text("writers"),
    _text("written_by"),
    _number("proposed_at"),
    _number("decided_at"),
    _text("decided_by"),
    _text("decider"),
    _text("reason"),
    _number("position"),
    _text("batch"),
    _text("content"),
    Index("ix_registration_state", "state", "proposed_at"),
    Index("ix_registration_patient", "patient"),
    Index("ix_registration_batch", "batch"),
)
"""What a desk proposes; counts for nothing before a second person has verified it."""

evidence = Table(
    "evidence",
    metadata,
    Column("digest", Text, primary_key=True),
    _text("media_type"),
    _number("size"),
    _integer("pages"),
    _number("stored_at"),
    _text("stored_by"),
    _text("facility"),
    _bytes("content"),
)
"""Scans of signed forms, compressed: they lie with the decisions, so that one backup holds both."""

evidence_page = Table(
    "evidence_page",
    metadata,
    _text("registration"),
    _text("digest"),
    _integer("page"),
    _text("facility"),
    _number("filed_at"),
    _text("filed_by"),
    PrimaryKeyConstraint("registration", "digest", "page", name="pk_evidence_page"),
    Index("ix_evidence_page_digest", "digest"),
)
"""`registration` is empty in the tray of pages that nobody could place yet."""

# --- Feeds ---------------------------------------------------------------------------------------

quarantined = Table(
    "quarantined",
    metadata,
    _text("facility"),
    _text("locator"),
    _text("reason"),
    _text("message"),
    _number("seen_at"),
    PrimaryKeyConstraint("facility", "locator", name="pk_quarantined"),
)

own_key = Table(
    "own_key", metadata, Column("name", Text, primary_key=True), Column("value", LargeBinary, nullable=False)
)
"""Random keys made with the database, told to nobody."""

feed_run = Table(
    "feed_run",
    metadata,
    Column("sequence", Number, primary_key=True),
    _text("facility"),
    _number("started_at"),
    _number("finished_at"),
    _number("seen"),
    _number("indexed"),
    _number("unchanged"),
    _number("withheld"),
    _number("quarantined"),
    Index("ix_feed_run_facility", "facility", "sequence"),
    Index("ix_feed_run_started", "facility", "started_at"),
)

# --- Edges -----------------------------------------------------------------------------------------

edge = Table(
    "edge",
    metadata,
    Column("facility", Text, primary_key=True),
    _integer("epoch"),
    _number("number"),
    _number("enrolled_at"),
    _number("revoked_at"),
    _number("contacted_at"),
    _text("status"),
    _number("reported_at"),
    _text("run"),
    _number("run_at"),
    _text("former_runs"),
    _number("twice_at"),
)

edge_certificate = Table(
    "edge_certificate",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    _text("facility"),
    _integer("epoch"),
    _number("issued_at"),
    _number("expires_at"),
)

edge_secret = Table(
    "edge_secret",
    metadata,
    Column("secret", LargeBinary, primary_key=True),
    _text("facility"),
    _number("expires_at"),
)
"""Hashes of one-time secrets that nobody has used yet."""

edge_task = Table(
    "edge_task",
    metadata,
    Column("sequence", Number, primary_key=True),
    _text("id"),
    _text("facility"),
    _text("kind"),
    _text("body"),
    _number("asked_at"),
    _text("asked_by"),
    _number("finished_at"),
    _text("outcome"),
    _text("detail"),
    UniqueConstraint("id"),
    Index("ix_edge_task_facility", "facility", "sequence"),
)
