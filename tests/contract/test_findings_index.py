"""The promises of `FindingsIndex`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest

from consent.model import Provision
from hie.exchange.ports import DatedObservation, Store, UnitOfWork
from hie.record.clinical import Coding, MedicationRequest, Observation
from hie.record.entry import DocumentClass
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period
from tests import filed as our


def _file(
    store: Store,
    work: UnitOfWork,
    day: int = 20250402,
    observations: Sequence[Observation] = (),
    medications: Sequence[MedicationRequest] = (),
) -> None:
    about = our.facts(day, order=str(day))
    filing = our.a_filing(store, about, observations=observations, medications=medications)
    work.registry.register(our.to_publish(work), our.linked(work), [filing])


def test_an_observation_comes_back_as_it_was_written(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=[our.an_observation()])
    with store.look() as work:
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        assert work.findings.observations(grant, ALWAYS, frozenset()) == [
            DatedObservation(
                *(line.id, our.HOSPITAL, Day(20250402), our.AST, "31", "U/L", "13-30", "H", "20250402093000")
            )
        ]


@pytest.mark.parametrize("value", ["<0.5", " 3 +", '""', "", "陽性", "1\0", "a" * 5_000])
def test_any_value_comes_back_as_text(store: Store, value: str) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=[our.an_observation(value=value)])
        (found,) = work.findings.observations(our.to_view(work), ALWAYS, frozenset())
    assert found.value in {value, value.replace("\0", "\ufffd")}


def test_a_coded_value_is_shown_by_its_text(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=[our.an_observation(value="1^陰性", shown="陰性")])
        (found,) = work.findings.observations(our.to_view(work), ALWAYS, frozenset())
    assert found.value == "陰性"


def test_observations_are_oldest_first_and_in_order_written(store: Store) -> None:
    written = [
        our.an_observation(our.CRP, "3", "20250403"),
        our.an_observation(our.CRP, "1", "20250402093000"),
        our.an_observation(our.AST, "2", "20250402093000"),
        our.an_observation(our.AST, "0", "202504020800"),
    ]
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=written)
        found = work.findings.observations(our.to_view(work), ALWAYS, frozenset())
    assert [one.value for one in found] == ["0", "1", "2", "3"]
    assert [one.observed_at for one in found] == ["202504020800", *["20250402093000"] * 2, "20250403"]


def test_codes_choose_and_units_tell_apart(store: Store) -> None:
    written = [
        our.an_observation(our.AST, "31"),
        our.an_observation(our.CRP, "0.1", unit="mg/dL"),
        our.an_observation(our.CRP, "1.0", unit="mg/L"),
    ]
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=written)
        found = work.findings.observations(our.to_view(work), ALWAYS, frozenset({our.CRP.code, "absent"}))
    assert [(one.value, one.unit) for one in found] == [("0.1", "mg/dL"), ("1.0", "mg/L")]


def test_the_first_five_characters_choose_an_analyte(store: Store) -> None:
    written = [our.an_observation(our.AST, "31"), our.an_observation(our.CRP, "0.1")]
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=written)
        view = our.to_view(work)
        found = work.findings.observations(view, ALWAYS, frozenset(), frozenset({our.CRP.code[:5], "9Z999"}))
        none = work.findings.observations(view, ALWAYS, frozenset(), frozenset({our.CRP.code[:4]}))
    assert ([one.value for one in found], none) == (["0.1"], [])


def test_the_newest_of_each_name_are_read_and_no_more(store: Store) -> None:
    def written(day: int) -> list[Observation]:
        return [
            our.an_observation(our.AST, f"{day}", f"202504{day:02}0930"),
            our.an_observation(our.CRP, f"{day}.1", f"202504{day:02}0930", unit="mg/dL"),
            our.an_observation(our.CRP, f"{day}.2", f"202504{day:02}0930", unit="mg/L"),
        ]

    fronts = frozenset({our.AST.code[:5], our.CRP.code[:5]})
    with store.work() as work:
        our.consented(work)
        for day in (2, 4, 1, 3):
            _file(store, work, 20250400 + day, written(day))
        view = our.to_view(work)
        two = work.findings.newest_of_each(view, fronts, 2)
        one = work.findings.newest_of_each(view, frozenset({our.CRP.code[:5]}), 1)
    assert [seen.value for seen in two] == ["3", "3.1", "3.2", "4", "4.1", "4.2"]
    assert [seen.value for seen in one] == ["4.1", "4.2"]


def test_the_newest_of_each_name_pass_the_gate(store: Store) -> None:
    fronts = frozenset({our.AST.code[:5]})
    with store.work() as work:
        our.consented(work, Provision(recipients=frozenset({our.OTHER_CLINIC})))
        only_drugs = frozenset({DocumentClass.PRESCRIPTION})
        our.consented(work, Provision(recipients=frozenset({our.CLINIC}), classes=only_drugs))
        _file(store, work, observations=[our.an_observation()])
        assert work.findings.newest_of_each(our.to_view(work), fronts, 2) == []
        other = our.to_view(work, our.OTHER_CLINIC)
        assert len(work.findings.newest_of_each(other, fronts, 2)) == 1


@pytest.mark.parametrize(
    ("observed_at", "inside"),
    [("20250401235959", False), ("20250402", True), ("20250403235959", True), ("20250404000000", False)],
)
def test_a_period_takes_whole_days(store: Store, observed_at: str, inside: bool) -> None:  # noqa: FBT001
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=[our.an_observation(observed_at=observed_at)])
        period = Period(Day(20250402), Day(20250403))
        found = work.findings.observations(our.to_view(work), period, frozenset())
    assert bool(found) is inside


@pytest.mark.parametrize("observed_at", ["", "2025", "202504", "unknown!"])
def test_an_observation_without_a_day_has_its_documents(store: Store, observed_at: str) -> None:
    with store.work() as work:
        our.consented(work)
        _file(store, work, day=20250402, observations=[our.an_observation(observed_at=observed_at)])
        day = Period(Day(20250402), Day(20250402))
        (found,) = work.findings.observations(our.to_view(work), day, frozenset())
    assert found.observed_at == ""


def test_findings_pass_the_same_gate_as_their_document(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(recipients=frozenset({our.OTHER_CLINIC})))
        only_drugs = frozenset({DocumentClass.PRESCRIPTION})
        our.consented(work, Provision(recipients=frozenset({our.CLINIC}), classes=only_drugs))
        _file(store, work, observations=[our.an_observation()], medications=[our.a_drug("薬")])
        assert work.findings.observations(our.to_view(work), ALWAYS, frozenset()) == []
        assert work.findings.medications(our.to_view(work), ALWAYS) == []
        other = our.to_view(work, our.OTHER_CLINIC)
        assert len(work.findings.observations(other, ALWAYS, frozenset())) == 1
        assert len(work.findings.medications(other, ALWAYS)) == 1


def test_drug_names_come_in_order_written_with_what_name_there_is(store: Store) -> None:
    drugs = [
        our.a_drug("アムロジピン錠５ｍｇ"),
        our.a_drug("", local="院内の名"),
        our.a_drug("", "620000009"),
    ]
    with store.work() as work:
        our.consented(work)
        _file(store, work, 20250402, medications=drugs)
        _file(store, work, 20250401, medications=[our.a_drug("前の薬")])
        grant = our.to_view(work)
        newer, older = work.registry.find(grant, ALWAYS)
        assert [(one.entry, one.drug.text) for one in work.findings.medications(grant, ALWAYS)] == [
            (older.id, "前の薬"),
            (newer.id, "アムロジピン錠５ｍｇ"),
            (newer.id, "院内の名"),
            (newer.id, "620000009"),
        ]
        day = Period(Day(20250401), Day(20250401))
        assert [one.entry for one in work.findings.medications(grant, day)] == [older.id]
        filed = frozenset({DocumentClass.LABORATORY_RESULT})
        assert len(work.findings.medications(grant, ALWAYS, filed)) == len(drugs) + 1
        assert work.findings.medications(grant, ALWAYS, frozenset({DocumentClass.INJECTION})) == []


def test_a_line_of_a_prescription_says_how_much_from_when_and_for_how_long(store: Store) -> None:
    plain = our.a_drug("薬")._replace(
        start="202504020900",
        category=Coding("21", "内服"),
        usage=Coding("1011000400000000", "１日１回朝食後"),
        total="14",
        total_unit="錠",
    )
    uneven = plain._replace(
        dose="1",
        dose_max="2",
        usage_supplements=("隔日",),
        condition="１日２回まで",
        total="1",
        total_unit="箱",
    )
    silent = plain._replace(
        dose='""',
        dose_unit="",
        total="",
        total_unit="",
        usage=Coding(),
        days="若干",
        start="2025",
        status="CA",
    )
    coded = plain._replace(usage=Coding("1013044400000000", "", "JAMISDP01"), usage_supplements=("別包",))
    lines = [plain, uneven, silent._replace(category=Coding()), coded]
    with store.work() as work:
        our.consented(work)
        _file(store, work, 20250402, medications=lines)
        one, two, three, four = work.findings.medications(our.to_view(work), ALWAYS)
        assert one[:4] == (one.entry, our.HOSPITAL, Day(20250402), DocumentClass.LABORATORY_RESULT)
        assert one[4:12] == (plain.medication, "1", "錠", "１日１回朝食後", "14", Day(20250402), 14, 21)
        assert (two.dose, two.usage, two.quantity) == ("1-2", "１日１回朝食後 隔日 １日２回まで", "1 箱")
        assert three[5:] == ("", "", "", "", UNKNOWN_DAY, 0, 0, True, "")
        assert (four.usage_code, four.usage) == ("1013044400000000", "別包")


def test_a_code_that_was_rolled_back_can_be_used_again(store: Store) -> None:
    new = Coding("9Z999", "新しい検査", "JC10")
    with suppress(InterruptedError), store.work() as work:
        our.consented(work)
        _file(store, work, observations=[our.an_observation(new)])
        assert work.findings.observations(our.to_view(work), ALWAYS, frozenset({"9Z999"}))
        raise InterruptedError
    with store.work() as work:
        our.consented(work)
        other = Coding("9Z998", "別の検査", "JC10")
        _file(store, work, observations=[our.an_observation(other), our.an_observation(new)])
    with store.look() as work:
        found = work.findings.observations(our.to_view(work), ALWAYS, frozenset())
    assert [one.code for one in found] == [other, new]


def test_the_newest_of_a_class_come_oldest_first(store: Store) -> None:
    written = [our.an_observation(our.CRP, str(n), f"2025040{n}") for n in range(1, 6)]
    with store.work() as work:
        our.consented(work)
        _file(store, work, observations=written)
        view, results = our.to_view(work), frozenset({DocumentClass.LABORATORY_RESULT})
        some = work.findings.observations(view, ALWAYS, frozenset(), classes=results, newest=2)
        early = work.findings.observations(
            view, Period(Day(20250401), Day(20250403)), frozenset(), classes=results, newest=2
        )
        others = work.findings.observations(
            view, ALWAYS, frozenset(), classes=frozenset({DocumentClass.VITAL_SIGN}), newest=2
        )
    assert [one.value for one in some] == ["4", "5"]
    assert [one.value for one in early] == ["2", "3"]
    assert others == []
