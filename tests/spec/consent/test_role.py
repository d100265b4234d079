"""Which roles open records, line by line."""

from __future__ import annotations

import pytest

from hie.record.requester import Role
from tests.spec.consent.tables import Row, answer

LAB = "A laboratory-result"
YES = "open: consent-in-force"
NO = "closed: role"

TABLE = (
    Row("given * → *", "B doctor views", LAB, YES, "Treats."),
    Row("given * → *", "B nurse views", LAB, YES, "Treats."),
    Row("given * → *", "B pharmacist views", LAB, YES, "Treats."),
    Row("given * → *", "B liaison views", LAB, YES, "Arranges treatment between facilities."),
    Row("given * → *", "B care-manager views", LAB, NO, "Sees the conversation, not the record."),
    Row("given * → *", "B clerk views", LAB, NO, "Registers people, reads nothing."),
    Row("given * → *", "B secretariat views", LAB, NO, "Runs the network, reads nothing."),
    Row("given * → *", "B feed-operator views", LAB, NO, "Watches a hospital's feed, reads nothing."),
    Row("given * → *", "B patient views", LAB, NO, "Sees one's own record elsewhere."),
    Row("given * → *", "B system views", LAB, NO, "A part of the system reads nothing."),
    Row("given * → *; withdrawn * → *", "B clerk views", LAB, "closed: role, withdrawn", "Both say no."),
    Row("", "B clerk views", LAB, NO, "No consent, and no role for it."),
    Row("given * → *", "B clerk views for administration", LAB, NO, "The role alone is enough."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.asks + row.decided)
def test_only_roles_that_treat_open_records(row: Row) -> None:
    assert answer(row) == row.answer


def test_every_role_has_its_row() -> None:
    assert {row.asks.split()[1] for row in TABLE} == set(Role)
