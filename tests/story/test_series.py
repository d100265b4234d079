"""One analyte over hospitals that write it differently: one series, every original kept."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from hie.exchange.records.series import Series, SeriesRequest, series
from hie.record.clinical import Coding, Observation
from hie.record.errors import Invalid, NotFound
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS
from tests.build.records import REPORT, result
from tests.build.world import CENTRAL, CLINIC, HARBOUR, Somebody, World

DOCTOR = Requester("a1", "駅前 医師", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
LOCAL = Coding("3C015000002327101", "クレアチニン", "99LAB")


def creatinine(value: str, unit: str, day: str, **more: str | Coding) -> Observation:
    return result("クレアチニン", value, unit=unit, unit_code=unit, observed_at=f"{day}0900", **more)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A region without people."""
    return World(tmp_path)


def _told(world: World) -> Somebody:
    somebody = (
        world.a_patient("R000000001")
        .linked(CENTRAL, "0012345678")
        .linked(HARBOUR, "55501")
        .linked(CLINIC, "7001")
        .consenting()
        .there()
    )
    world.file(
        CENTRAL,
        somebody,
        "OML-11",
        [
            REPORT,
            creatinine("0.71", "mg/dL", "20240501"),
            creatinine("測定不能", "mg/dL", "20240503", value_type="ST", reference_range=""),
            creatinine("9.9", "mg/dL", "20240508", status="X"),
            creatinine("8.8", "mg/dL", "20240508", status="W"),
        ],
    )
    world.file(
        HARBOUR,
        somebody,
        "OML-11",
        [
            REPORT,
            creatinine("62.8", "μmol/L", "20240502", reference_range="40.7-69.8"),
            creatinine("＜０．５", "ｍｇ／ｄｌ", "20240504", value_type="ST", reference_range=""),
            creatinine("0.9", "furlong", "20240505", reference_range=""),
            creatinine("77", "mg/dL", "20240506", code=LOCAL),
            creatinine(
                "102", "mg/dL", "20240507", code=LOCAL._replace(code="3C015000000127101", system="JC10")
            ),
        ],
    )
    world.feed(CENTRAL)
    world.feed(HARBOUR)
    return somebody


def _series(world: World, somebody: Somebody, code: str) -> Series:
    return series(world.store, world.clock, SeriesRequest(DOCTOR, somebody.patient.id, code, ALWAYS))


def test_two_hospitals_in_two_units_are_one_series_and_keep_what_they_wrote(world: World) -> None:
    found = _series(world, _told(world), "3C015")
    assert [(one.written.custodian, one.written.value, one.written.unit) for one in found.points] == [
        (CENTRAL, "0.71", "mg/dL"),
        (HARBOUR, "62.8", "μmol/L"),
        (CENTRAL, "測定不能", "mg/dL"),
        (HARBOUR, "＜０．５", "ｍｇ／ｄｌ"),
        (HARBOUR, "0.9", "furlong"),
    ]
    assert [
        (one.normal.comparator, one.normal.number, one.normal.comparable)
        for one in found.points
        if one.normal
    ] == [
        ("", Decimal("0.71"), True),
        ("", Decimal("0.71"), True),
        ("", None, False),
        ("<", Decimal("0.5"), True),
        ("", Decimal("0.9"), False),
    ]
    second = found.points[1].normal
    assert second is not None
    assert (second.low, second.high) == (Decimal("0.46"), Decimal("0.79"))
    assert [step.rule for step in second.how] == ["unit.molar", "unit.scaled"]
    assert found.analyte is not None
    assert (found.name, found.analyte.unit.name) == ("クレアチニン", "mg/dL")


def test_urine_is_a_series_of_its_own(world: World) -> None:
    found = _series(world, _told(world), "3C015000000127101")
    assert [one.written.value for one in found.points] == ["102"]


def test_every_look_is_written_down_and_a_refused_one_shows_nothing(world: World) -> None:
    somebody = _told(world)
    silent = world.a_patient("R000000002").linked(CENTRAL, "0099999999").there()
    _series(world, somebody, "3C015")
    with pytest.raises(NotFound):
        _series(world, silent, "3C015")
    with world.store.look() as work:
        seen = [*work.audit.find(somebody.patient.id, 1), *work.audit.find(silent.patient.id, 1)]
    assert [(one.action, one.outcome) for one in seen] == [
        ("view-results", "granted"),
        ("view-results", "refused"),
    ]
    assert seen[0].detail.startswith("3C015 ")


@pytest.mark.parametrize("code", ["", "CRE", "3C015 or 1=1", "3C01500000232710", "３Ｃ０１５"])
def test_only_codes_are_asked_for(world: World, code: str) -> None:
    with pytest.raises(Invalid):
        _series(world, _told(world), code)
