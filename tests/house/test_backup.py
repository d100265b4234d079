"""Every table of the schema is in a copy, or is left out on purpose."""

from hie.store.backup import DECISIONS, EVIDENCE, LEFT_OUT, MEMBERS
from hie.store.tables import metadata


def test_every_table_is_copied_or_left_out_on_purpose() -> None:
    named = (*DECISIONS, MEMBERS, *EVIDENCE, *LEFT_OUT)
    assert len(named) == len(set(named))
    assert set(named) == set(metadata.tables)
