"""A person's consents in pages: closing counts at once, at any desk; opening needs two people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Restriction, Withdrawal
from hie.exchange.consents import consenting
from hie.exchange.consents.forms import beginning
from hie.hub.app import application
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day
from tests.build.desks import HANAKO, Desk, desk_world
from tests.build.page import parse
from tests.build.paper_forms import as_picture, sheet
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, TODAY, World

PAGE = f"/consents/{HANAKO}"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with people at its desks, and a consent of Hanako's."""
    made = desk_world(tmp_path_factory.mktemp("consents"))
    with made.store.work() as work:
        work.consents.record(
            ConsentEvent(0, HANAKO, EventKind.GIVEN, TODAY - 1000, "desk", "form", (Provision(),))
        )
    return made


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


def name_of(world: World, code: FacilityCode) -> str:
    """Return what a facility is called."""
    with world.store.look() as work:
        return next(one.name for one in work.directory.all() if one.code == code)


def _log(world: World) -> list[ConsentEvent]:
    with world.store.look() as work:
        return list(work.consents.events([HANAKO])[HANAKO])


@pytest.mark.parametrize("login", ["jimu1", "arai", "officer"])
def test_any_desk_takes_a_withdrawal_and_it_counts_at_once(world: World, address: str, login: str) -> None:
    desk = Desk(address, login)
    fields = {"disclosers": "*", "recipients": "*", "paper": "撤回書 12"}
    assert desk.send(f"{PAGE}/withdraw", fields).status == 303
    assert _log(world)[-1][2:8] == (EventKind.WITHDRAWN, TODAY, login, "撤回書 12", (), Withdrawal())
    assert "撤回書" not in desk.page(PAGE).one("section", id="actions").text
    assert "撤回" in desk.page(PAGE).one("section", id="history").text
    page = Desk(address, "jimu2").page(PAGE)
    assert "有効な同意はありません" in page.one("p", id="summary").text
    assert "撤回" in page.one("section", id="given").text


def test_a_desk_without_a_number_of_the_person_sees_the_name_and_withdraws(
    world: World, address: str
) -> None:
    office, officer = Desk(address, "jimu1"), Desk(address, "officer")
    office.send(f"{PAGE}/refuse", {"recipients": CLINIC, "paper": "拒否書 1"})
    assert "有効な同意が1件" in office.page(PAGE).one("p", id="summary").text
    page = officer.page(PAGE)
    assert "試験 花子" in page.one("p", class_="who-line").text
    assert page.one("p", id="name-only")
    assert [one["action"].rpartition("/")[2] for one in page.one("main").all("form")] == ["withdraw"]
    for told in ("0012345678", "55501", "拒否", "同意が1件"):
        assert told not in page.one("main").text
    before = len(_log(world))
    for act, fields in (
        ("refuse", {"recipients": CLINIC, "paper": "1"}),
        ("hold", {"paper": "1"}),
    ):
        assert officer.send(f"{PAGE}/{act}", fields).status == 404, act
    assert len(_log(world)) == before


def test_a_desk_sees_only_the_own_numbers_of_a_person(address: str) -> None:
    who = Desk(address, "arai").page(PAGE).one("p", class_="who-line").text
    assert "0012345678" in who
    assert "55501" not in who
    assert "55501" in Desk(address, "jimu1").page(PAGE).one("p", class_="who-line").text


def test_a_withdrawal_keeps_its_scan(world: World, address: str) -> None:
    desk = Desk(address, "arai")
    scan = as_picture(sheet(""))
    fields = {"disclosers": CENTRAL, "recipients": "*", "paper": "撤回書 13"}
    sent = desk.client.upload(f"{PAGE}/withdraw", desk.token(PAGE), [("w.png", scan)], field="scan", **fields)
    assert sent.status == 303
    assert _log(world)[-1].withdrawal == Withdrawal(frozenset({CENTRAL}), None)
    link = desk.page(PAGE).one("section", id="history").one("a")["href"]
    assert desk.client.get(link).body == scan
    assert Desk(address, "hamada").client.get(link).status == 404


def test_without_a_paper_or_a_facility_nothing_is_taken_back(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    for fields in (
        {"disclosers": "*", "recipients": "*", "paper": " "},
        {"recipients": "*", "paper": "1"},
        {"disclosers": "x", "recipients": "*", "paper": "1"},
    ):
        answer = desk.send(f"{PAGE}/withdraw", fields)
        assert parse(answer.text).one("p", role="alert").text
    assert len(_log(world)) == 1


def test_a_refusal_is_recorded_at_once_and_its_end_is_proposed(world: World, address: str) -> None:
    first, second = Desk(address, "jimu1"), Desk(address, "jimu2")
    assert "見せたくない施設か記録" in first.send(f"{PAGE}/refuse", {"paper": "1"}).text
    sent = first.send(f"{PAGE}/refuse", {"recipients": CLINIC, "groups": "notes", "paper": "拒否書 1"})
    assert sent.status == 303
    refused = _log(world)[-1]
    assert refused.restriction == Restriction(
        None, frozenset({CLINIC}), classes=frozenset({DocumentClass.NOTE})
    )
    assert "見本駅前医院" in first.page(PAGE).one("section", id="closed").text
    asked = first.send(f"{PAGE}/lift", {"restriction": str(refused.sequence)})
    number = asked.headers["location"].rpartition("/")[2]
    first.attach(number, as_picture(sheet(number)))
    assert consenting.live_restrictions(_log(world))
    assert second.verify(number).status == 303
    assert not consenting.live_restrictions(_log(world))


def test_a_hold_is_the_own_facilitys(world: World, address: str) -> None:
    arai, outsider = Desk(address, "arai"), Desk(address, "outsider")
    assert arai.send(f"{PAGE}/hold", {"disclosers": HARBOUR, "paper": "院内 1"}).status == 303
    held = _log(world)[-1]
    assert held.restriction == Restriction(frozenset({CENTRAL}), by_discloser=True)
    fields = {"restriction": str(held.sequence), "by_discloser": "yes", "paper": "院内 2"}
    assert "保留は、その施設" in outsider.send(f"{PAGE}/lift", fields).text
    assert arai.send(f"{PAGE}/lift", fields).status == 303
    assert not consenting.live_restrictions(_log(world))


def test_the_secretariat_holds_for_a_facility_it_names(world: World, address: str) -> None:
    first, second = Desk(address, "jimu1"), Desk(address, "jimu2")
    assert "どの施設の記録を保留" in first.send(f"{PAGE}/hold", {"paper": "1"}).text
    assert len(_log(world)) == 1
    assert first.send(f"{PAGE}/hold", {"disclosers": CENTRAL, "paper": "1"}).status == 303
    held = _log(world)[-1]
    assert held.restriction == Restriction(frozenset({CENTRAL}), by_discloser=True)
    asked = first.send(
        f"{PAGE}/lift", {"restriction": str(held.sequence), "by_discloser": "yes", "paper": "2"}
    )
    number = asked.headers["location"].rpartition("/")[2]
    first.attach(number, as_picture(sheet(number)))
    assert consenting.live_restrictions(_log(world)), "one secretary alone ends no hospital's hold"
    assert not second.page(PAGE).all("input", id=f"lift-{held.sequence}")
    assert second.verify(number).status == 303
    assert not consenting.live_restrictions(_log(world))


def test_the_day_on_the_paper_is_kept_and_what_counts_is_now(world: World, address: str) -> None:
    desk = Desk(address, "arai")
    page = desk.page(PAGE)
    assert page.one("input", id="signed-withdraw")["value"] == page.one("input", id="signed-withdraw")["max"]
    fields = {"disclosers": "*", "recipients": "*", "paper": "撤回書 12"}
    for wrong in ("2999-01-01", "someday"):
        assert "署名の日" in desk.send(f"{PAGE}/withdraw", fields | {"signed_on": wrong}).text
    assert desk.send(f"{PAGE}/withdraw", fields | {"signed_on": "2024-05-01"}).status == 303
    taken = _log(world)[-1]
    assert (taken.recorded_at, taken.valid_from) == (TODAY, beginning(Day(20240501)))
    assert taken.paper.signed_on == Day(20240501)


def test_a_number_beyond_all_bounds_is_refused(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    for number in (str(2**63), str(2**200), "-1"):
        assert desk.send(f"{PAGE}/lift", {"restriction": number}).status == 422
        for path in ("cancel", "numbers", "scope"):
            assert desk.send(f"/desk/{'a' * 32}/{path}", {"version": number}).status == 422
    assert len(_log(world)) == 1


def test_a_death_counts_once_a_second_person_confirms_it(world: World, address: str) -> None:
    first, second = Desk(address, "arai"), Desk(address, "jimu2")
    assert "亡くなった日" in first.send(f"{PAGE}/death", {"died_on": "?"}).text
    asked = first.send(f"{PAGE}/death", {"died_on": "2024-05-01"})
    number = asked.headers["location"].rpartition("/")[2]
    assert "確認を待っています" in first.page(PAGE).text
    first.attach(number, as_picture(sheet(number)))
    assert [one.kind for one in _log(world)] == [EventKind.GIVEN]
    assert second.verify(number).status == 303
    assert _log(world)[-1].kind is EventKind.DECEASED
    assert "亡くなったことが記録されました" in first.page(PAGE).one("p", id="summary").text


def test_a_person_sees_and_takes_back_their_own_alone(world: World, address: str) -> None:
    hanako = Desk(address, "hanako")
    page = hanako.page("/my-consents")
    assert "試験 花子" in page.text
    assert hanako.client.get(PAGE).status == hanako.client.get("/desk").status == 404
    token = {"csrf_token": hanako.token("/my-consents")}
    sent = hanako.client.post("/my-consents/withdraw", {**token, "disclosers": "*", "recipients": CLINIC})
    assert sent.status == 303
    taken = _log(world)[-1]
    assert (taken.recorded_by, taken.withdrawal) == ("hanako", Withdrawal(None, frozenset({CLINIC})))
    given = hanako.page("/my-consents").one("section", id="given").text
    assert "一部撤回" in given
    assert f"撤回した施設：{name_of(world, CLINIC)}" in given
    token = {"csrf_token": hanako.token("/my-consents")}
    hanako.client.post("/my-consents/withdraw", {**token, "disclosers": CENTRAL, "recipients": HARBOUR})
    both = f"{name_of(world, CLINIC)}、{name_of(world, HARBOUR)}（{name_of(world, CENTRAL)}の記録）"
    assert both in hanako.page("/my-consents").one("section", id="given").text
    assert Desk(address, "nobody").client.get("/my-consents").status == 404


def test_a_clinic_sees_the_consents_of_its_own_patients_only(address: str) -> None:
    assert Desk(address, "hamada").client.get(PAGE).status == 404
    assert Desk(address, "arai").client.get("/consents/nobody").status == 404


def test_another_consent_is_begun_from_the_page(address: str) -> None:
    desk = Desk(address, "arai")
    begun = desk.send(f"{PAGE}/renew", {})
    page = desk.page(begun.headers["location"])
    assert "試験 花子" in page.text
    assert page.one("button", id="propose")
