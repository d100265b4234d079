"""The gate's boxes in SQL choose exactly what `Grant.covers` does, on SQLite and on PostgreSQL.

The registry's entries are the product of small pools, so that every edge of every box meets an
entry. Grants are the gate's own answers to random worlds; scopes that no rule would draw today
are tried on the predicate itself.
"""

# ruff: noqa: S608  the predicate under test is SQL text

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.engine import make_url

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Provision, Question, decisions_of
from consent.scope import Box, Scope
from hie.exchange.ports import EntryLine, Store
from hie.record.entry import (
    ALL_LABELS,
    Confidentiality,
    DocumentClass,
    EntryFacts,
    EntryKey,
    Label,
)
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.requester import Requester, Role
from hie.record.times import UNKNOWN_DAY, Day, Period
from hie.store import open_store
from hie.store.codes import CLASS_CODES
from hie.store.lines import Lines, PostgresLines, SqliteLines
from hie.store.scope_sql import predicate
from tests import filed as our
from tests.property.reference_model import Asker
from tests.property.worlds import (
    CEILINGS,
    CLASSES,
    DAYS,
    FACILITIES,
    GROUPS,
    INSTANTS,
    PERIODS,
    a_world,
)

PATIENT = our.HANAKO
EVERY_DAY = Period(UNKNOWN_DAY, Day(99999999))
WORLDS = 400
SCOPES = 1_000
Entry = tuple[FacilityCode, DocumentClass, Day, Confidentiality, int]
BORNE = (0, int(Label.PSYCHIATRY), int(Label.HIV), int(Label.NOT_TOLD), int(Label.UNKNOWN), 3)
PLAIN: tuple[Entry, ...] = tuple(product(FACILITIES, CLASSES, DAYS, Confidentiality, (0,)))
ENTRIES: tuple[Entry, ...] = (
    *PLAIN,
    *product(FACILITIES, CLASSES, (Day(20250401),), tuple(Confidentiality)[:2], BORNE[1:]),
)
NEVER_OUT = int(Label.UNKNOWN)
PUBLISHED = tuple(
    entry
    for entry in ENTRIES
    if entry[2] != UNKNOWN_DAY and entry[3] is not Confidentiality.UNKNOWN and not entry[4] & NEVER_OUT
)
"""What any consent can let out: an unknown day, confidentiality or label cannot."""


def _facts(number: int, entry: Entry) -> EntryFacts:
    _, document_class, day, confidentiality, labels = entry
    key = EntryKey(str(day), "OML-11", str(number), "1")
    return our.facts()._replace(
        key=key,
        document_class=document_class,
        service_day=day,
        confidentiality=confidentiality,
        labels=labels,
    )


def _filled(store: Store) -> Store:
    """File every entry that can be filed, each with one observation, one drug and one image of its day."""
    with store.work() as work:
        work.patients.enrol(our.a_person())
        everybody_may = frozenset(FACILITIES)
        wide = Provision(recipients=everybody_may, ceiling=Confidentiality.VERY_RESTRICTED, labels=ALL_LABELS)
        our.consented(work, wide)
        for facility in FACILITIES:
            local = work.patients.link(LocalPatientId(facility, "1"), PATIENT, "clerk", our.NOW)
            filings = [
                our.a_filing(
                    store,
                    _facts(number, entry),
                    observations=[our.an_observation(value=str(number), observed_at="")],
                    medications=[our.a_drug("薬")],
                )
                for number, entry in enumerate(PUBLISHED)
                if entry[0] == facility
            ]
            work.registry.register(our.to_publish(work, facility), local, filings)
    return store


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_postgres_url: Callable[[], str],
) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("hub")
    urls = {"memory": "memory://", "sqlite": f"sqlite:///{folder}/hie.sqlite"}
    opened = _filled(open_store(urls.get(request.param) or new_postgres_url(), "memory://"))
    yield opened
    opened.close()


def _grants() -> Iterator[Grant]:
    """Let the gate answer random worlds, and doctors of every facility besides."""
    random = Random(20261120)
    for _ in range(WORLDS):
        world = a_world(random, PATIENT)
        doctors = [Asker(Requester("d", "n", facility, Role.DOCTOR), INSTANTS[2]) for facility in FACILITIES]
        for requester, now, broken in (*world.askers, random.choice(doctors)):
            log = decisions_of(world.log)
            question = Question(requester, Action.VIEW, PATIENT, log, now, world.linked, world.region, broken)
            answer = decide(question)
            if isinstance(answer, Grant):
                yield answer


def _facts_of(line: EntryLine, closely: dict[EntryId, EntryFacts]) -> Entry:
    facts = closely[line.id]
    return (line.custodian, line.document_class, line.service_day, facts.confidentiality, facts.labels)


def test_what_is_found_is_exactly_what_the_grant_covers(store: Store) -> None:
    grants = list(_grants())
    assert len(grants) > WORLDS
    shown = 0
    with store.work() as work:
        everything = our.granted(work, Action.VIEW, FACILITIES[0])
        lines = work.registry.find(everything, EVERY_DAY)
        closely = {line.id: work.registry.get(everything, line.id).facts for line in lines}
        assert len(lines) < len(PUBLISHED)  # nobody is shown the unknown class of another facility
        work.commit()
        for grant in grants:
            found = work.registry.find(grant, EVERY_DAY)
            drugs = work.findings.medications(grant, EVERY_DAY)
            seen = work.findings.observations(grant, EVERY_DAY, frozenset())
            assert len(found) == sum(grant.covers(*entry) for entry in PUBLISHED)
            assert all(grant.covers(*_facts_of(line, closely)) for line in found if line.id in closely)
            assert sorted(one.entry for one in drugs) == sorted(line.id for line in found)
            assert sorted(one.entry for one in seen) == sorted(line.id for line in found)
            shown += len(found)
    assert 0.02 < shown / (len(grants) * len(PUBLISHED)) < 0.9


def _a_box(random: Random) -> Box:
    groups = (None, frozenset[FacilityCode](), frozenset(FACILITIES), *GROUPS)
    classes = (None, frozenset[DocumentClass](), frozenset(CLASSES[:2]), frozenset(CLASSES[1:]))
    return Box(
        random.choice(groups),
        random.choice((frozenset(), *GROUPS)),
        random.choice(classes),
        random.choice((*PERIODS, EVERY_DAY)),
        random.choice(CEILINGS),
        random.choice((0, ALL_LABELS, *BORNE)),
        0 if random.random() < 0.7 else random.choice(BORNE),
    )


def _a_scope(random: Random) -> Scope:
    return tuple(_a_box(random) for _ in range(random.choice((0, 1, 1, 2, 3))))


@pytest.fixture(params=["sqlite", "postgresql"])
def lines(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> Iterator[Lines]:
    """Open a bare database with two tables called as the predicate calls them."""
    url = f"sqlite:///{tmp_path}/bare.sqlite" if request.param == "sqlite" else new_postgres_url()
    opened: Lines = (SqliteLines if request.param == "sqlite" else PostgresLines)(make_url(url))
    yield opened
    opened.close()


def test_any_scope_in_sql_holds_what_its_boxes_hold(lines: Lines) -> None:
    random = Random(7)
    line = lines.begin()
    line.execute("create table l (facility varchar not null, number integer not null)")
    line.execute(
        "create table e (number integer not null, class_code smallint not null, service_day integer not null,"
        " confidentiality smallint not null, labels smallint not null)"
    )
    for number, (facility, document_class, day, level, labels) in enumerate(ENTRIES):
        line.execute("insert into l values (?, ?)", (facility, number))
        line.execute(
            "insert into e values (?, ?, ?, ?, ?)",
            (number, CLASS_CODES[document_class], day, int(level), labels),
        )
    for _ in range(SCOPES):
        opened, closed = _a_scope(random), _a_scope(random)
        gate = predicate(opened, closed)
        rows = line.execute(
            f"select e.number from l join e on e.number = l.number where {gate.text}",
            gate.parameters,
        ).fetchall()
        expected = {
            number
            for number, entry in enumerate(ENTRIES)
            if any(box.holds(*entry) for box in opened) and not any(box.holds(*entry) for box in closed)
        }
        assert {number for (number,) in rows} == expected, (opened, closed)
    line.end(commit=False)


def test_a_scope_of_no_boxes_holds_nothing() -> None:
    assert predicate((), ()).text == "(1 = 0)"
    assert predicate((), (Box(),)).text.startswith("(1 = 0)")


def test_no_patient_is_shown_another_ones_entries(store: Store) -> None:
    with store.work() as work:
        our.consented(work, patient=PatientId("another"))
        grant = our.granted(work, Action.VIEW, FACILITIES[0], PatientId("another"))
        assert work.registry.find(grant, EVERY_DAY) == []
        assert work.findings.observations(grant, EVERY_DAY, frozenset()) == []
        assert work.findings.medications(grant, EVERY_DAY) == []
