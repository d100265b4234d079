"""The promises of `Passages`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

from consent.model import Action
from hie.exchange.ports import Store, UnitOfWork
from hie.exchange.ports.labels import Mark
from hie.exchange.ports.passages import Heading
from hie.record.entry import DocumentClass, EntryFacts, EntryStatus, Label
from hie.record.errors import Refused
from hie.record.identifiers import EntryId
from hie.record.times import ALWAYS, Day, Period
from hie.record.wording import asked_words, worded
from tests import filed as our

_numbers = count(1)
NONE = EntryId(0)


def _a_note(day: int = 20250402) -> EntryFacts:
    return our.facts(day, "99MED-01", DocumentClass.NOTE, order=f"{next(_numbers):015}")


def _file(store: Store, work: UnitOfWork, *pieces: str, facts: EntryFacts | None = None) -> None:
    filing = our.a_filing(store, facts or _a_note())._replace(text=worded(pieces))
    work.registry.register(our.to_publish(work), our.linked(work), [filing])


def _found(work: UnitOfWork, asked: str, period: Period = ALWAYS) -> list[str]:
    """Return the first piece of each document found, in order."""
    grant = our.to_view(work)
    hits = work.passages.search(grant, asked_words(asked), period)
    texts = work.passages.texts(grant, [hit.entry for hit in hits])
    return [texts[hit.entry].partition("\f")[0] for hit in hits]


@pytest.mark.parametrize(
    "asked",
    [
        "糖尿",
        "尿病",
        "とうにょう",
        "ﾄｳﾆｮｳ",
        "HBA1C",
        "ｈｂａ１ｃ",
        "教育入院",
        "糖尿病 教育",
        "トウニョウ　入院",
        "ガーゼ",
        "ｶﾞｰｾﾞ",
    ],
)
def test_a_word_is_found_however_it_is_typed(store: Store, asked: str) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, "退院サマリ", "2型糖尿病(トウニョウビョウ)。HbA1c 7.2 %、教育\n入院。ｶﾞｰｾﾞ交換")
        assert _found(work, asked) == ["退院サマリ"]


@pytest.mark.parametrize("asked", ["尿糖", "胃癌", "糖尿病 胃瘻", "%", "_", "糖_病", "癌 胃"])
def test_what_nobody_wrote_is_not_found(store: Store, asked: str) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, "糖尿病", "胃", "癌なし" if "癌" not in asked else "なし")
        assert _found(work, asked) == []


def test_newest_day_first_and_only_of_the_period(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        for day in (20250401, 20250403, 20250402):
            _file(store, work, f"{day}", "肺炎", facts=_a_note(day))
        assert _found(work, "肺炎") == ["20250403", "20250402", "20250401"]
        assert _found(work, "肺炎", Period(Day(20250402), Day(20250402))) == ["20250402"]


def test_a_document_without_words_is_not_found(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work)
        _file(store, work, "  ", "\f")
        assert work.passages.search(our.to_view(work), (), ALWAYS) == []


def test_what_is_superseded_or_taken_back_is_not_found_and_may_stand_again(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, "古い版", "肺炎")
        (line,) = work.registry.find(our.to_view(work), ALWAYS)
        for status in (EntryStatus.DEPRECATED, EntryStatus.WITHDRAWN):
            work.registry.amend(our.to_publish(work), {line.id: status})
            assert _found(work, "肺炎") == []
            assert work.passages.texts(our.to_view(work), [line.id]) == {}
        work.registry.amend(our.to_publish(work), {line.id: EntryStatus.APPROVED})
        assert _found(work, "肺炎") == ["古い版"]


def test_a_label_that_is_put_on_later_hides_the_words_at_once(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, "経過", "肺炎")
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        own = our.granted(work, Action.VIEW, our.HOSPITAL)
        work.labels.apply(own, work.registry.get(own, line.id), Mark(on=int(Label.PSYCHIATRY)))
        assert _found(work, "肺炎") == []
        assert work.passages.texts(grant, [line.id]) == {}
        assert len(work.passages.search(own, ("肺炎",), ALWAYS)) == 1


@pytest.mark.parametrize("written", ["\0肺炎", "肺炎\ud800", "葛󠄀城 肺炎", "a" * 70_000 + "肺炎"])
def test_any_text_is_kept(store: Store, written: str) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, written)
        grant = our.to_view(work)
        (hit,) = work.passages.search(grant, asked_words("肺炎"), ALWAYS)
        assert "肺炎" in work.passages.texts(grant, [hit.entry])[hit.entry]


def test_leave_to_file_is_no_leave_to_look(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, "経過", "肺炎")
        with pytest.raises(Refused):
            work.passages.search(our.to_publish(work), ("肺炎",), ALWAYS)
        with pytest.raises(Refused):
            work.passages.texts(our.to_publish(work), [EntryId(1)])
        with pytest.raises(Refused):
            work.passages.unworded(our.to_view(work), 1, NONE, 10)


def _filed_before(store: Store, work: UnitOfWork, *orders: str) -> tuple[int, Sequence[EntryId]]:
    """File documents as a release did that took no words down."""
    local = our.linked(work)
    facts = [_a_note(20250400 + int(order)) for order in orders]
    filings = [
        our.a_filing(store, one, content=order.encode()) for one, order in zip(facts, orders, strict=True)
    ]
    work.registry.register(our.to_publish(work), local, filings)
    return local, [line.id for line in reversed(work.registry.find(our.to_view(work), ALWAYS))]


def test_what_was_filed_before_is_given_its_words_once(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local, entries = _filed_before(store, work, "1", "2", "3")
        publish = our.to_publish(work)
        waiting = work.passages.unworded(publish, local, NONE, 2)
        assert [(one.entry.id, one.content) for one in waiting] == [(entries[0], b"1"), (entries[1], b"2")]
        (last,) = work.passages.unworded(publish, local, entries[1], 9)
        assert last.entry.id == entries[2]
        lacking = [work.passages.lacks(publish, local, after) for after in (NONE, *entries)]
        assert lacking == [True, True, True, False]
        work.passages.add(publish, local, {entries[0]: worded(["肺炎"]), entries[1]: None})
        assert [one.entry.id for one in work.passages.unworded(publish, local, NONE, 9)] == [entries[2]]
        assert _found(work, "肺炎") == ["肺炎"]
        work.passages.add(publish, local, {entries[0]: worded(["別の語"]), entries[2]: None})
        assert not work.passages.lacks(publish, local, NONE)
        assert _found(work, "肺炎") == ["肺炎"]


def test_what_is_given_its_words_later_bears_the_labels_of_its_entry(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local, (entry,) = _filed_before(store, work, "1")
        own = our.granted(work, Action.VIEW, our.HOSPITAL)
        work.labels.apply(own, work.registry.get(own, entry), Mark(on=int(Label.HIV)))
        work.passages.add(our.to_publish(work), local, {entry: worded(["肺炎"])})
        assert _found(work, "肺炎") == []


def test_nobody_gives_words_to_documents_of_another_facility(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local, (entry,) = _filed_before(store, work, "1")
        other = our.to_publish(work, our.OTHER_HOSPITAL)
        assert work.passages.unworded(other, local, NONE, 9) == []
        with pytest.raises(Refused):
            work.passages.add(other, local, {entry: worded(["肺炎"])})


def test_classes_that_hold_no_words_are_not_looked_through(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        facts = our.facts(kind="OMP-01", document_class=DocumentClass.PRESCRIPTION)
        work.registry.register(our.to_publish(work), local, [our.a_filing(store, facts)])
        assert work.passages.unworded(our.to_publish(work), local, NONE, 9) == []


def test_headings_are_those_of_what_may_be_seen_and_of_the_period(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        for day, text in ((20250401, "退院サマリ"), (20250501, ""), (20250601, "紹介状")):
            said = worded([text or "本文"])
            assert said
            headed = said._replace(title=text, author="五日 右京" if text else "")
            filing = our.a_filing(store, _a_note(day))._replace(text=headed)
            work.registry.register(our.to_publish(work), our.linked(work), [filing])
        grant = our.to_view(work)
        told = {one.title for one in work.passages.headings(grant, ALWAYS).values()}
        assert told == {"退院サマリ", "紹介状"}
        (early,) = work.passages.headings(grant, Period(Day(20250401), Day(20250430))).values()
        assert early == Heading("退院サマリ", "五日 右京")


def test_a_document_whose_bytes_are_lost_is_named_without_them(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        filing = our.a_large_filing(store, b"x" * 70_000, _a_note())
        work.registry.register(our.to_publish(work), local, [filing])
        store.objects.delete(filing.content_hash)
        (lost,) = work.passages.unworded(our.to_publish(work), local, NONE, 9)
        assert lost.content is None
