"""The gate decides as the model does, for 20,000 random worlds and for every class, label and role."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from consent import gate, model
from consent.model import FOREVER, ConsentEvent, Emergency, EventKind, Provision
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day
from tests.property.judged import Gate, judged
from tests.property.reference_model import LABELS, MAY_READ, Asker, Document
from tests.property.worlds import EVERY_LABEL, FACILITIES, INSTANTS, World, a_world, everybody

SEQUENCES = 20_000
THE_GATE = Gate(gate.decide, model)
PATIENT = PatientId("p1")


def test_the_gate_permits_what_the_model_permits(
    record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(20261120)
    permitted = decisions = 0
    for number in range(SEQUENCES):
        world = a_world(random, PatientId(f"p{number}"))
        verdict = judged(THE_GATE, world)
        assert not verdict.differences, f"sequence {number}: {verdict.differences[0]}"
        permitted += verdict.permitted
        decisions += verdict.decisions
    share = permitted / decisions
    record_property("permitted", f"{share:.3f}")
    with capsys.disabled():
        print(f"\n{SEQUENCES:,} sequences, {decisions:,} decisions, {share:.1%} permitted")  # noqa: T201  asked for
    assert 0.10 <= share <= 0.40


READERS = frozenset(map(Role, MAY_READ))
CROSSED = tuple(
    Document(custodian, document_class, Day(20250401), level, labels)
    for custodian, document_class, level, labels in product(
        FACILITIES[:2],
        DocumentClass,
        Confidentiality,
        (0, *LABELS, LABELS[0] | LABELS[7]),
    )
)
"""Every class with every level and every label, of the facility that asks and of another one."""
FORMS = {
    "nothing": (),
    "everybody, nothing opted in": (Provision(),),
    "everybody, all opted in": (Provision(labels=EVERY_LABEL, ceiling=Confidentiality.UNKNOWN),),
    "named, all opted in": (
        Provision(recipients=frozenset(FACILITIES), labels=EVERY_LABEL, ceiling=Confidentiality.RESTRICTED),
    ),
    "another, with the emergency clause": (
        Provision(recipients=frozenset(FACILITIES[2:]), labels=EVERY_LABEL, emergency=True),
    ),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("form", FORMS)
def test_every_class_label_and_level_is_decided_for_every_role_as_the_model_does(
    form: str, role: Role
) -> None:
    """Kind x label x role in full: pairs are not enough to notice a forgotten ceiling (security B.11)."""
    log = (ConsentEvent(1, PATIENT, EventKind.GIVEN, INSTANTS[0] - 500, "desk", "form", FORMS[form]),)
    broken = Emergency("e1", FOREVER)
    askers = tuple(
        Asker(Requester("account", "name", FACILITIES[0], role, purpose, patient), INSTANTS[0], emergency)
        for purpose in Purpose
        for patient in (PatientId(""), PATIENT)
        for emergency in (None, broken)
    )
    linked = frozenset(FACILITIES[:2])
    world = World(PATIENT, log, linked, everybody(), CROSSED, askers)
    verdict = judged(THE_GATE, world)
    assert not verdict.differences, verdict.differences[0]
    assert bool(verdict.permitted) == (form != "nothing" or role in READERS)
