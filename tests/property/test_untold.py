"""What a patient is shown is the same, byte by byte, whether or not there is something not yet told (I18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from consent.model import Provision
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Store
from hie.record.entry import DocumentClass, EntryFacts, Label
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS
from hie.store import open_store
from tests import filed as our

PAIRS = 25
UNTOLD = int(Label.NOT_TOLD)
CLASSES = (DocumentClass.LABORATORY_RESULT, DocumentClass.PROBLEM, DocumentClass.IMAGE)


@pytest.fixture(params=["memory", "sqlite"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Store]]:
    """Open two stores for worlds that are alike."""
    both = [
        open_store(
            "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/{one}.db", "memory://"
        )
        for one in ("with", "without")
    ]
    yield both
    for store in both:
        store.close()


def _filed(store: Store, told: Sequence[EntryFacts], untold: Sequence[EntryFacts]) -> None:
    with store.work() as work:
        our.members(work)
        our.consented(work, Provision(labels=UNTOLD))
        local = our.linked(work)
        filings = [
            our.a_filing(
                store,
                facts,
                content=facts.key.order_number.encode(),
                observations=[our.an_observation(value=facts.key.order_number)],
                medications=[our.a_drug("薬")],
            )
            for facts in (*told, *untold)
        ]
        work.registry.register(our.to_publish(work), local, filings)


def _transcript(store: Store, role: Role) -> list[object]:
    """Ask everything that a patient's pages ask of a store."""
    who = Requester("p", "p", our.HOSPITAL, role)
    asker = who._replace(purpose=Purpose.PATIENT_REQUEST, patient=our.HANAKO)
    said: list[object] = []
    with store.work() as work:
        (answer,) = admit(work, our.NOW, [Asked(asker, our.HANAKO, "view")])
        assert answer.grant is not None
        said += [answer.decision, answer.file]
        lines = work.registry.find(answer.grant, ALWAYS)
        said += [list(lines), work.registry.movements(answer.grant)]
        said += [work.findings.observations(answer.grant, ALWAYS, frozenset())]
        said += [work.findings.medications(answer.grant, ALWAYS)]
        for number in range(1, 30):
            try:
                said.append(work.registry.get(answer.grant, EntryId(number)))
            except NotFound as absent:
                said.append(str(absent))
    return said


@pytest.mark.parametrize("role", [Role.PATIENT, Role.FAMILY])
@pytest.mark.parametrize("seed", range(PAIRS))
def test_i18_two_worlds_that_differ_in_what_was_not_told_look_alike(
    seed: int, role: Role, opened: list[Store]
) -> None:
    random = Random(seed)
    told, untold = (
        [
            our.facts(
                20250401 + random.randrange(20),
                document_class=random.choice(CLASSES),
                order=f"{prefix}{number:014d}",
                labels=labels,
            )
            for number in range(random.randrange(1, 6))
        ]
        for prefix, labels in (("1", 0), ("2", UNTOLD))
    )
    _filed(opened[0], told, untold)
    _filed(opened[1], told, ())
    assert _transcript(opened[0], role) == _transcript(opened[1], role)
    with opened[0].work() as work:
        doctor = our.to_view(work)
        assert len(work.registry.find(doctor, ALWAYS)) == len(told) + len(untold)
