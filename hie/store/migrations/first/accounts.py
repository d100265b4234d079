"""Makes the tables of who signs in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make each table and its indexes."""
    _account()
    _device()
    _familiar()
    _one_time_secret()
    _passkey()
    _post()
    _preference()
    _look()
    _recovery_code()
    _session()
    _sign_in_failure()
    _used_challenge()


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


def _preference() -> None:
    op.create_table(
        "preference",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name="pk_preference"),
        sqlite_with_rowid=False,
    )


def _look() -> None:
    op.create_table(
        "look",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("patient", TEXT, nullable=False),
        sa.Column("seen", NUMBER, nullable=False),
        sa.Column("shown", NUMBER, nullable=False),
        sa.Column("looked_at", NUMBER, nullable=False),
        sa.Column("quiet_until", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("account", "patient", name="pk_look"),
        sqlite_with_rowid=False,
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


def _used_challenge() -> None:
    op.create_table(
        "used_challenge",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_used_challenge"),
    )
    op.create_index("ix_used_challenge_expires_at", "used_challenge", ["expires_at"], unique=False)
