"""A search finds exactly what a scan of the documents finds that the gate shows, on every keeper.

The scan reads the registry under the same grant and compares letter by letter. Documents, grants and
questions are drawn at random; some documents are superseded, taken back or labelled after they were filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Provision, Question, decisions_of
from hie.exchange.ports import Store, UnitOfWork
from hie.exchange.ports.labels import Mark
from hie.record.entry import ALL_LABELS, DOCUMENT_CLASSES, Confidentiality, EntryStatus, Label
from hie.record.folding import folded
from hie.record.identifiers import EntryId, LocalPatientId
from hie.record.requester import Requester, Role
from hie.record.times import Day, Period
from hie.record.wording import PARTING, asked_words, worded
from hie.store import open_store
from tests import filed as our
from tests.property.reference_model import Asker
from tests.property.worlds import DAYS, FACILITIES, INSTANTS, PERIODS, a_world

EVERY_DAY = Period(Day(0), Day(99999999))
DOCUMENTS, WORLDS, ASKED = 60, 150, 4
SYLLABLES = (
    "糖",
    "尿",
    "病",
    "糖尿病",
    "胃",
    "癌",
    "ガ",
    "ｶﾞ",
    "か",
    "HbA1c",
    "ｂ",
    " ",
    "\n",
    "ー",
    "髙",
    "高",
    "7.2",
)
Texts = dict[EntryId, tuple[str, ...]]


def _piece(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=random.randint(0, 8)))


def _filled(store: Store, random: Random) -> Texts:
    """File documents of every class that can be filed; return the pieces of each that stands in the store."""
    texts: Texts = {}
    with store.work() as work:
        work.patients.enrol(our.a_person())
        wide = Provision(
            recipients=frozenset(FACILITIES), ceiling=Confidentiality.VERY_RESTRICTED, labels=ALL_LABELS
        )
        our.consented(work, wide)
        for facility in FACILITIES:
            local = work.patients.link(LocalPatientId(facility, "1"), our.HANAKO, "clerk", our.NOW)
            publish = our.to_publish(work, facility)
            for number in range(DOCUMENTS):
                facts = our.facts(
                    random.choice([day for day in DAYS if day]),
                    document_class=random.choice(DOCUMENT_CLASSES),
                    order=str(number),
                    labels=random.choice((0, 0, 0, *map(int, Label))),
                )._replace(confidentiality=random.choice(tuple(Confidentiality)))
                pieces = tuple(_piece(random) for _ in range(random.randint(0, 3)))
                covered = publish.covers(
                    facility, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
                )
                if covered:
                    filing = our.a_filing(store, facts)._replace(text=worded(pieces))
                    work.registry.register(publish, local, [filing])
                    known = work.registry.known(local)[facts.key]
                    texts[known[-1].id] = pieces
    return texts


def _changed(store: Store, random: Random) -> None:
    """Take some back, supersede some, and label some by hand."""
    with store.work() as work:
        for facility in FACILITIES:
            own = our.granted(work, Action.VIEW, facility)
            for line in work.registry.find(own, EVERY_DAY):
                fate = random.random()
                if line.custodian != facility or fate > 0.4:
                    continue
                if fate > 0.2:
                    status = random.choice((EntryStatus.DEPRECATED, EntryStatus.WITHDRAWN))
                    work.registry.amend(our.to_publish(work, facility), {line.id: status})
                else:
                    mark = Mark(on=int(random.choice(tuple(Label))))
                    work.labels.apply(own, work.registry.get(own, line.id), mark)


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_postgres_url: Callable[[], str],
) -> Iterator[tuple[Store, Texts]]:
    folder: Path = tmp_path_factory.mktemp("hub")
    urls = {"memory": "memory://", "sqlite": f"sqlite:///{folder}/hie.sqlite"}
    store = open_store(urls.get(request.param) or new_postgres_url(), "memory://")
    random = Random(20261120)
    texts = _filled(store, random)
    _changed(store, random)
    yield store, texts
    store.close()


def _grants(random: Random) -> Iterator[Grant]:
    for _ in range(WORLDS):
        world = a_world(random, our.HANAKO)
        doctors = [Asker(Requester("d", "n", facility, Role.DOCTOR), INSTANTS[2]) for facility in FACILITIES]
        for requester, now, broken in (*world.askers, random.choice(doctors)):
            log = decisions_of(world.log)
            question = Question(
                requester, Action.VIEW, our.HANAKO, log, now, world.linked, world.region, broken
            )
            answer = decide(question)
            if isinstance(answer, Grant):
                yield answer


def _a_question(random: Random) -> str:
    made = " ".join(
        "".join(random.choices(SYLLABLES, k=random.randint(1, 2))) for _ in range(random.randint(1, 2))
    )
    return made if folded(made) else "糖"


def _scanned(work: UnitOfWork, grant: Grant, texts: Texts, asked: str, period: Period) -> list[EntryId]:
    """Return the documents on show in which somebody wrote every word, read one after the other."""
    words = [word for word in map(folded, asked.split()) if word]
    return [
        line.id
        for line in work.registry.find(grant, period)
        if all(any(word in folded(piece) for piece in texts[line.id]) for word in words)
    ]


def test_a_search_is_a_scan_of_what_the_gate_shows(filled: tuple[Store, Texts]) -> None:
    store, texts = filled
    random = Random(5)
    found = hidden = 0
    with store.look() as work:
        for grant in _grants(random):
            for _ in range(ASKED):
                asked, period = _a_question(random), random.choice((EVERY_DAY, *PERIODS))
                hits = work.passages.search(grant, asked_words(asked), period)
                assert [hit.entry for hit in hits] == _scanned(work, grant, texts, asked, period)
                written = work.passages.texts(grant, list(texts))
                shown = {line.id for line in work.registry.find(grant, EVERY_DAY)}
                assert set(written) == {number for number in shown if worded(texts[number])}
                found += len(hits)
                hidden += len(texts) - len(shown)
    assert found > WORLDS
    assert hidden > WORLDS


def test_every_hit_is_one_whose_words_can_be_shown(filled: tuple[Store, Texts]) -> None:
    store, texts = filled
    with store.look() as work:
        grant = our.granted(work, Action.VIEW, FACILITIES[0])
        hits = work.passages.search(grant, ("糖尿病",), EVERY_DAY)
        written = work.passages.texts(grant, [hit.entry for hit in hits])
    assert hits
    assert all("糖尿病" in folded(text.replace(PARTING, "")) for text in written.values())
    # What stands twice in a row is kept once.
    assert {number: text.split(PARTING) for number, text in written.items()} == {
        hit.entry: [one for one, _ in groupby(map(str.strip, texts[hit.entry])) if folded(one)]
        for hit in hits
    }
