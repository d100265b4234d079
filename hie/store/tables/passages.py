"""The table of words: what documents are searched by."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table

from hie.store.tables.columns import a_blob, a_number, a_small, a_text, an_integer, metadata

passage = Table(
    "passage",
    metadata,
    an_integer("local_patient"),
    an_integer("service_day"),
    a_number("entry"),
    a_small("class_code"),
    a_small("confidentiality"),
    a_small("labels"),
    a_small("status"),
    a_text("data_kind"),
    a_text("title"),
    a_text("author"),
    a_text("folded"),
    a_blob("written"),
    PrimaryKeyConstraint("local_patient", "service_day", "entry", name="pk_passage"),
    sqlite_with_rowid=False,
)
"""The gate's columns repeat the entry's. `title` and `author` are what a list says; `folded` is searched and
empty where a document has no words; `written` is the same text as it was written, compressed."""
