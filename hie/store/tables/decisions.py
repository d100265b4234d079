"""Tables of decisions: facilities, people of the region, links, consents, labels by hand, audit."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table, UniqueConstraint

from hie.store.tables.columns import Number, Text, a_blob, a_number, a_small, a_text, an_integer, metadata

facility = Table(
    "facility",
    metadata,
    Column("code", Text, primary_key=True),
    a_text("name"),
    a_text("kind"),
    a_text("short_name"),
    a_small("mark"),
    a_small("labels"),
)

membership_event = Table(
    "membership_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    a_text("facility"),
    a_text("kind"),
    a_number("at"),
    a_number("recorded_at"),
    a_text("recorded_by"),
    a_text("evidence"),
    Index("ix_membership_event_facility", "facility", "sequence"),
)
"""Who takes part since when; numbered together with `consent_event`. The counter `region` counts changes."""

invitation = Table(
    "invitation",
    metadata,
    Column("id", Text, primary_key=True),
    a_blob("secret"),
    a_text("name"),
    a_text("facility"),
    a_text("role"),
    a_text("number"),
    a_text("handed"),
    a_text("patient"),
    a_text("replaces"),
    a_text("invited_by"),
    a_number("invited_at"),
    a_number("expires_at"),
    an_integer("attempts"),
    a_text("account"),
    a_number("accepted_at"),
    a_text("terms"),
    a_text("outcome"),
    a_text("decided_by"),
    a_number("decided_at"),
    a_text("relation"),
    a_number("ends_at"),
    Index("ix_invitation_secret", "secret"),
    Index("ix_invitation_outcome", "outcome", "invited_at"),
)
"""`secret` is the hash of the code on the letter, empty where there is no letter."""

patient = Table(
    "patient",
    metadata,
    Column("id", Text, primary_key=True),
    a_text("family"),
    a_text("given"),
    a_text("kana_family"),
    a_text("kana_given"),
    an_integer("birth_day"),
    a_text("sex"),
    a_text("kana_key"),
)

patient_key = Table(
    "patient_key",
    metadata,
    a_text("key"),
    a_text("patient"),
    PrimaryKeyConstraint("key", "patient", name="pk_patient_key"),
    Index("ix_patient_key_patient", "patient"),
    sqlite_with_rowid=False,
)
"""Folded names and birth digits, matched at the front (`hie.store.search_keys`)."""

local_patient = Table(
    "local_patient",
    metadata,
    Column("id", Integer, primary_key=True),
    a_text("facility"),
    a_text("value"),
    a_text("value_key"),
    a_text("patient"),
    UniqueConstraint("facility", "value"),
    Index("ix_local_patient_patient", "patient", "facility"),
    Index("ix_local_patient_value_key", "facility", "value_key"),
)
"""`patient` is empty where the link has ended."""

link_event = Table(
    "link_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    an_integer("local_patient"),
    a_text("patient"),
    a_text("kind"),
    a_text("recorded_by"),
    a_number("recorded_at"),
    a_text("reason"),
    a_text("agreement"),
    Index("ix_link_event_local_patient_sequence", "local_patient", "sequence"),
    Index("ix_link_event_patient", "patient", "sequence"),
)
"""Numbered together with `consent_event`: the counter `consent` counts decisions."""

link_case = Table(
    "link_case",
    metadata,
    Column("local_patient", Integer, primary_key=True, autoincrement=False),
    a_text("patient"),
    a_text("kind"),
    a_text("opened_by"),
    a_number("opened_at"),
    a_small("score"),
    a_text("agreement"),
    a_text("reason"),
    a_small("held"),
)
"""What somebody must decide about a number; what was decided stands in `link_event`."""

local_statement = Table(
    "local_statement",
    metadata,
    an_integer("local_patient"),
    a_blob("digest"),
    a_text("source"),
    a_number("stated_at"),
    a_text("family"),
    a_text("given"),
    a_text("kana_family"),
    a_text("kana_given"),
    an_integer("birth_day"),
    a_text("sex"),
    a_text("phone"),
    a_text("former_family"),
    a_text("former_given"),
    a_text("former_kana_family"),
    a_text("former_kana_given"),
    PrimaryKeyConstraint("local_patient", "digest", name="pk_local_statement"),
    sqlite_with_rowid=False,
)
"""What each facility said of the patient behind its number, each different saying once."""

statement_key = Table(
    "statement_key",
    metadata,
    a_text("key"),
    an_integer("local_patient"),
    PrimaryKeyConstraint("key", "local_patient", name="pk_statement_key"),
    sqlite_with_rowid=False,
)
"""By what those are found whom a statement resembles (`hie.exchange.linking.likeness`)."""

consent_event = Table(
    "consent_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    a_text("patient"),
    a_text("kind"),
    a_number("recorded_at"),
    a_text("recorded_by"),
    a_text("evidence"),
    a_text("body"),
    a_number("valid_from"),
    a_text("paper"),
    Index("ix_consent_event_patient", "patient", "sequence"),
)

label_event = Table(
    "label_event",
    metadata,
    Column("sequence", Number, primary_key=True),
    an_integer("local_patient"),
    a_text("care_date"),
    a_text("data_kind"),
    a_text("order_number"),
    a_text("kind"),
    an_integer("label"),
    a_text("recorded_by"),
    a_number("recorded_at"),
    Index("ix_label_event_local_patient", "local_patient", "sequence"),
)
"""Labels put on documents by hand; they outlive every version."""

consent_reach = Table(
    "consent_reach",
    metadata,
    a_text("recipient"),
    a_text("patient"),
    a_number("starts_at"),
    a_number("ends_at"),
    PrimaryKeyConstraint("recipient", "patient", "starts_at", "ends_at", name="pk_consent_reach"),
    Index("ix_consent_reach_patient", "patient"),
    sqlite_with_rowid=False,
)
"""Who is named by a patient's consents, or treats the patient; made again from the log."""

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=False),
    a_blob("hash"),
    a_number("recorded_at"),
    a_text("account"),
    a_text("name"),
    a_text("facility"),
    a_text("role"),
    a_text("purpose"),
    a_text("action"),
    a_text("outcome"),
    a_text("patient"),
    a_number("entry"),
    a_text("reasons"),
    a_number("consent_position"),
    a_text("detail"),
    a_text("kind"),
    a_text("custodian"),
    a_small("labels"),
    a_text("request"),
    a_text("device"),
    a_text("address"),
    a_small("assurance"),
    Index("ix_audit_event_patient", "patient", "sequence"),
    Index("ix_audit_event_recorded_at", "recorded_at", "sequence"),
    Index("ix_audit_event_account", "account", "sequence"),
    Index("ix_audit_event_custodian", "custodian", "sequence"),
)
"""`hash` chains each row to the one before it (`hie.exchange.trail.auditing`); the sequence has no gap."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    a_number("sequence"),
    a_blob("hash"),
)
"""The one row on which who writes audit rows queues, at the commit."""

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    a_number("sequence"),
    a_blob("hash"),
    a_number("sealed_at"),
    a_blob("key"),
    a_blob("signature"),
)
"""Signed heads of the chain; copies go to where the hub cannot change them."""

audit_complaint = Table(
    "audit_complaint",
    metadata,
    Column("id", Text, primary_key=True),
    a_number("row"),
    a_text("patient"),
    a_text("facility"),
    a_number("filed_at"),
    a_text("filed_by"),
    a_number("answered_at"),
    a_text("answered_by"),
    a_text("answer"),
    UniqueConstraint("patient", "row"),
    Index("ix_audit_complaint_facility", "facility", "answered_at"),
)
"""What a patient finds wrong in who looked, and what the privacy officer says to it."""
