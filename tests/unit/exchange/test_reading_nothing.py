"""A current message that says nothing because it is broken is put aside, not filed."""

import pytest

from hie.exchange.feeds.reading import read_document
from hie.record.entry import Format
from hie.record.errors import Unreadable
from tests import storages

BROKEN_AT = 300
"""Bytes of a prescription that hold no drug."""


def test_a_message_cut_before_its_content_is_refused_with_what_is_wrong() -> None:
    whole = storages.prescription("0000000001", 1)
    torn = whole.content[:BROKEN_AT] + bytes(range(0x80, 0xA0))
    with pytest.raises(Unreadable, match="JIS-03"):
        read_document(whole.name, torn, storages.HOSPITAL, Format.SSMIX2)


def test_a_superseded_or_deleted_message_may_say_nothing() -> None:
    whole = storages.prescription("0000000001", 1)
    torn = whole.content[:BROKEN_AT]
    for flag in "02":
        reading = read_document(whole.name._replace(flag=flag), torn, storages.HOSPITAL, Format.SSMIX2)
        assert reading.records == ()


def test_a_message_that_still_says_something_is_read_with_its_findings() -> None:
    whole = storages.prescription("0000000001", 1)
    reading = read_document(whole.name, whole.content + b"\xff\xfe", storages.HOSPITAL, Format.SSMIX2)
    assert reading.records
    assert reading.findings
