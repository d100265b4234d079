"""Tables of who signs in: accounts, posts, sessions, devices, factors."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from hie.store.tables.columns import Number, Text, a_blob, a_number, a_small, a_text, metadata

account = Table(
    "account",
    metadata,
    Column("login", Text, primary_key=True),
    a_text("id"),
    a_text("name"),
    a_text("facility"),
    a_text("role"),
    a_text("password_hash"),
    a_text("state"),
    a_number("expires_at"),
    a_number("attested_at"),
    a_text("patient"),
    UniqueConstraint("id"),
)

post = Table(
    "post",
    metadata,
    a_text("account"),
    a_text("facility"),
    a_text("role"),
    a_number("starts_at"),
    a_number("ends_at"),
    PrimaryKeyConstraint("account", "facility", "role", "starts_at", name="pk_post"),
    Index("ix_post_facility", "facility", "ends_at"),
    sqlite_with_rowid=False,
)
"""Where people act and have acted: ended, never removed."""

preference = Table(
    "preference",
    metadata,
    a_text("account"),
    a_text("name"),
    a_text("value"),
    PrimaryKeyConstraint("account", "name", name="pk_preference"),
    sqlite_with_rowid=False,
)
"""How each person wants the screen."""

look = Table(
    "look",
    metadata,
    a_text("account"),
    a_text("patient"),
    a_number("seen"),
    a_number("shown"),
    a_number("looked_at"),
    a_number("quiet_until"),
    PrimaryKeyConstraint("account", "patient", name="pk_look"),
    sqlite_with_rowid=False,
)
"""How far each person has seen each record: marks for the eye, in numbers of entries."""

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    a_text("account"),
    a_text("facility"),
    a_text("role"),
    a_text("device"),
    a_text("csrf_token"),
    a_number("opened_at"),
    a_number("seen_at"),
    a_number("expires_at"),
    a_number("confirmed_at"),
    a_small("assurance"),
    a_number("idle"),
    Index("ix_session_account", "account"),
    Index("ix_session_device", "device"),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    a_blob("token_hash"),
    a_text("name"),
    a_number("registered_at"),
    a_number("seen_at"),
    a_number("stopped_at"),
    a_small("shared"),
    UniqueConstraint("token_hash"),
    Index("ix_device_seen_at", "seen_at"),
)
"""Browsers in which somebody has signed in."""

familiar = Table(
    "familiar",
    metadata,
    a_text("device"),
    a_text("account"),
    a_blob("mark"),
    a_number("first_at"),
    a_number("seen_at"),
    a_small("remembered"),
    PrimaryKeyConstraint("device", "account", name="pk_familiar"),
    Index("ix_familiar_account", "account"),
    sqlite_with_rowid=False,
)
"""Who has signed in with all factors in which browser."""

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    a_text("account"),
    a_text("name"),
    a_blob("public_key"),
    a_number("sign_count"),
    a_text("transports"),
    a_text("device"),
    a_number("added_at"),
    a_number("used_at"),
    Index("ix_passkey_account", "account"),
)

one_time_secret = Table(
    "one_time_secret",
    metadata,
    Column("account", Text, primary_key=True),
    a_text("secret"),
    a_number("added_at"),
    a_number("confirmed_at"),
    a_number("last_step"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    a_text("account"),
    a_blob("code_hash"),
    a_number("expires_at"),
    a_text("issued_by"),
    PrimaryKeyConstraint("account", "code_hash", name="pk_recovery_code"),
    sqlite_with_rowid=False,
)
"""Codes that stand in for a second factor once, as hashes."""

used_challenge = Table(
    "used_challenge",
    metadata,
    Column("nonce", LargeBinary, primary_key=True),
    a_number("expires_at"),
    Index("ix_used_challenge_expires_at", "expires_at"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("sequence", Number, primary_key=True),
    a_blob("guesser"),
    a_number("failed_at"),
    Index("ix_sign_in_failure_guesser", "guesser", "failed_at"),
)
"""`guesser` is a hash: what was typed as a login may be a password."""
