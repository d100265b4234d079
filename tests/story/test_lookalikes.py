"""T-04: people who look alike are shown with why, and nobody is ever linked by himself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hie.exchange.linking.matching import candidates
from hie.exchange.ports import Statement, Store
from hie.record.identifiers import LocalPatientId
from hie.sample.lookalikes import Lookalike, facts_of, lookalikes, people
from hie.store import open_store
from tests import filed as our

Shown = list[tuple[Lookalike, list[tuple[str, int, bool]]]]
HERE = Path(__file__).parents[2]
POPULATION, ASKED = 1_500, 120


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Know some people, half of them with a telephone number from a desk."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('region')}/hie.sqlite", "memory://")
    with store.work() as work:
        for person in people(POPULATION):
            work.patients.enrol(person.patient)
            local = LocalPatientId(our.HOSPITAL, f"{person.position:08d}")
            surrogate = work.patients.link(local, person.patient.id, "clerk", our.NOW)
            if person.position % 2:
                work.local_statements.add([Statement(surrogate, facts_of(person), "desk", our.NOW)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def shown(region: Store) -> Shown:
    """Ask for each look-alike; return whom the desk is shown, best first."""
    random = Random(4)
    found: Shown = []
    for person in random.sample(people(POPULATION), ASKED):
        for one in lookalikes(person, random):
            with region.look() as work:
                listed = candidates(work, one.facts)
            found.append((one, [(str(line.patient.id), line.score, line.proposable) for line in listed]))
    return found


def test_the_same_person_written_otherwise_is_shown_first(
    shown: Shown,
) -> None:
    for one, listed in shown:
        if one.same:
            assert one.like in [number for number, *_ in listed], one.kind
            score = next(score for number, score, _ in listed if number == one.like)
            assert score == max(score for _, score, _ in listed), one.kind


def test_only_what_agrees_enough_can_be_proposed(
    shown: Shown,
) -> None:
    kinds = set()
    for one, listed in shown:
        kinds.add(one.kind)
        proposable = {number for number, _, may in listed if may}
        assert (one.like in proposable) is one.proposable, one.kind
    assert len(kinds) >= 20


def test_another_person_never_scores_as_high_as_the_person(
    shown: Shown,
) -> None:
    itself = {
        one.like: {number: score for number, score, _ in listed}[one.like]
        for one, listed in shown
        if one.kind == "as known"
    }
    for one, listed in shown:
        if not one.same and one.kind != "same name and day":
            scores = [score for number, score, _ in listed if number == one.like]
            assert all(score < itself[one.like] for score in scores), one.kind


def test_asking_links_nobody(region: Store, shown: Shown) -> None:
    assert shown
    with region.look() as work:
        events = [event for person in people(POPULATION) for event in work.links.of_person(person.patient.id)]
    assert len(events) == POPULATION
    assert {(event.kind.value, event.by) for event in events} == {("linked", "clerk")}


def _patients_method(node: ast.AST, name: str) -> bool:
    if not (isinstance(node, ast.Attribute) and node.attr == name):
        return False
    return isinstance(node.value, ast.Attribute) and node.value.attr == "patients"


def _calls(name: str) -> set[str]:
    """Name the modules of the house that call a method of this name on the patient index."""
    return {
        path.relative_to(HERE).as_posix()
        for folder in ("hie", "viewer", "adapters", "consent", "ssmix2")
        for path in (HERE / folder).rglob("*.py")
        if any(_patients_method(node, name) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }


def test_one_module_of_the_house_links() -> None:
    assert _calls("link") == {"hie/exchange/linking/identity.py"}
