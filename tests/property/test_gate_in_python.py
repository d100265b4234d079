"""The gate decides as the reference model does, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from consent import gate, model
from hie.record.identifiers import PatientId
from tests.property.judged import Gate, judged
from tests.property.worlds import a_world

SEQUENCES = 20_000
THE_GATE = Gate(gate.decide, model)


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
