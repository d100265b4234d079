"""The pages of break-glass: from the button to the red banner, to the end, to the review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import Provision
from hie.exchange.ports import Account
from hie.hub.app import application
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.records import drug
from tests.build.served import Answer, Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, TODAY, World

OFFICE = FacilityCode("1319900009")
CALENDAR = "/patients/R000000003"
TYPED = {"kana": "キュウ キュウコ", "birth": "S45.1.15", "sex": "F"}
REASON = {"reason": "unconscious", "text": "搬送時に意識がない", "hours": "1"}
MINUTE = 60_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One person of the central hospital, who consented for the clinic and with the emergency clause."""
    made = World(tmp_path)
    encoded = made.passwords.hash(PASSWORD)
    with made.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務局", 0))
        for login, name, facility, role in (
            ("night", "夜間 当直", HARBOUR, Role.DOCTOR),
            ("officer", "個人 情報", CENTRAL, Role.PRIVACY_OFFICER),
            ("office", "事務 局一", OFFICE, Role.SECRETARIAT),
        ):
            work.accounts.add(Account(login, login, name, facility, role, encoded))
        work.duties.set(HARBOUR, "office", 1, on=True)
    clause = Provision(recipients=frozenset({CLINIC}), emergency=True)
    somebody = (
        made.a_patient("R000000003")
        .named("救 急子", "キュウ キュウコ")
        .linked(CENTRAL, "0031")
        .consenting(clause)
        .there()
    )
    made.file(CENTRAL, somebody, "OMP-01", [drug("見本抗凝固薬")])
    made.feed(CENTRAL)
    return made


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(application(world.hub())) as where:
        yield where


def _signed_in(address: str, login: str) -> Client:
    client = Client(address)
    assert client.sign_in(login, PASSWORD).status == 303
    return client


def _token(page: Answer) -> str:
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def _send(client: Client, path: str, **fields: str) -> Answer:
    token = _token(client.get("/emergency" if path.startswith("/emergency") else "/reviews"))
    return client.post(path, {"csrf_token": token, **fields})


def _opened(client: Client) -> Answer:
    return _send(client, "/emergency", **TYPED, **REASON, step="open")


def test_the_button_is_there_only_for_who_may(address: str) -> None:
    assert 'href="/emergency"' in _signed_in(address, "night").get("/patients").text
    clinic = _signed_in(address, "hamada")
    assert 'href="/emergency"' not in clinic.get("/patients").text
    assert clinic.get("/emergency").status == 404
    assert _signed_in(address, "officer").get("/emergency").status == 404


def test_from_the_reason_to_the_calendar_and_its_end(address: str) -> None:
    doctor = _signed_in(address, "night")
    assert doctor.get(CALENDAR).status == 404
    asked = _send(doctor, "/emergency", **TYPED, **REASON, step="confirm")
    assert "この内容で緊急閲覧を始めますか" in asked.text
    assert "救 急子" not in asked.text
    opened = _opened(doctor)
    assert (opened.status, opened.headers["location"]) == (303, CALENDAR)
    calendar = doctor.get(CALENDAR)
    assert calendar.status == 200
    assert "緊急閲覧中 12:00まで" in calendar.text
    assert "緊急閲覧中" in doctor.get("/patients").text
    session = calendar.text.partition('action="/emergency/')[2].partition("/")[0]
    assert _send(doctor, f"/emergency/{session}/end").status == 303
    assert doctor.get(CALENDAR).status == 404
    assert "緊急閲覧中" not in doctor.get("/patients").text


def test_extending_lasts_to_four_hours_and_no_longer(address: str) -> None:
    doctor = _signed_in(address, "night")
    _opened(doctor)
    session = doctor.get(CALENDAR).text.partition('action="/emergency/')[2].partition("/")[0]
    assert _send(doctor, f"/emergency/{session}/extend").status == 303
    page = doctor.get(CALENDAR).text
    assert "緊急閲覧中 15:00まで" in page
    assert f"/emergency/{session}/extend" not in page


def test_the_banner_and_the_record_are_gone_when_the_time_is_over(world: World, address: str) -> None:
    doctor = _signed_in(address, "night")
    _opened(doctor)
    world.clock.moment = TODAY + 60 * MINUTE - 1
    again = _signed_in(address, "night")
    assert again.get(CALENDAR).status == 200
    world.clock.moment += 1
    assert again.get(CALENDAR).status == 404
    assert "緊急閲覧中" not in again.get("/patients").text


def test_a_wrong_birth_date_and_a_person_without_the_clause_read_the_same(world: World, address: str) -> None:
    (
        world.a_patient("R000000004")
        .named("救 急子", "ベツ キュウコ")
        .linked(CENTRAL, "0032")
        .consenting(Provision(recipients=frozenset({CLINIC})))
        .there()
    )
    doctor = _signed_in(address, "night")
    unknown = _send(doctor, "/emergency", **{**TYPED, "birth": "S46.1.15"}, **REASON, step="open")
    closed = _send(doctor, "/emergency", **{**TYPED, "kana": "ベツ キュウコ"}, **REASON, step="open")

    def said(page: Answer) -> str:
        return page.text.partition('role="alert">')[2].partition("</p>")[0]

    assert said(unknown) == said(closed) != ""


@pytest.mark.parametrize(
    "wrong", [{"kana": ""}, {"birth": "昨日"}, {"sex": ""}, {"reason": ""}, {"text": " "}, {"hours": "9"}]
)
def test_what_is_missing_is_asked_for_again(address: str, wrong: dict[str, str]) -> None:
    doctor = _signed_in(address, "night")
    answer = _send(doctor, "/emergency", **{**TYPED, **REASON, **wrong}, step="open")
    assert answer.status == 200
    assert 'role="alert"' in answer.text
    assert doctor.get(CALENDAR).status == 404


def test_after_five_minutes_the_second_factor_is_asked_for_again(world: World, address: str) -> None:
    doctor = _signed_in(address, "night")
    token = _token(doctor.get("/emergency"))
    world.clock.moment += 5 * MINUTE
    answer = doctor.post("/emergency", {"csrf_token": token, **TYPED, **REASON, "step": "open"})
    assert (answer.status, answer.headers["location"]) == (
        303,
        "/confirm?next=%2Femergency%3Funfinished%3D1",
    )
    assert doctor.get(CALENDAR).status == 404


def test_the_officer_is_told_and_reviews_it(address: str) -> None:
    _opened(_signed_in(address, "night"))
    officer = _signed_in(address, "officer")
    assert "緊急閲覧が始まりました。" in officer.get("/notices").text
    queue = officer.get("/reviews").text
    assert "搬送時に意識がない" in queue
    assert "夜間 当直" in queue
    session = queue.partition('action="/reviews/')[2].partition('"')[0]
    assert "結果を選び" in _send(officer, f"/reviews/{session}", outcome="justified", text="").text
    done = _send(officer, f"/reviews/{session}", outcome="justified", text="救急外来の記録と合う")
    assert done.status == 303
    after = officer.get("/reviews").text
    assert "確認待ちの緊急閲覧はありません。" in after
    assert "救急外来の記録と合う" in after


def test_the_badge_counts_what_was_not_read(address: str) -> None:
    _opened(_signed_in(address, "night"))
    office = _signed_in(address, "office")
    page = office.get("/notices")
    assert "未読1件" in page.text
    newest = page.text.partition('name="up_to" value="')[2].partition('"')[0]
    office.post("/notices", {"csrf_token": _token(page), "up_to": newest})
    assert "未読1件" not in office.get("/notices").text


def test_the_secretariat_says_which_hospitals_may(address: str) -> None:
    office = _signed_in(address, "office")
    assert _send(office, f"/reviews/duty/{HARBOUR}", on="no").status == 303
    assert _signed_in(address, "night").get("/emergency").status == 404
    officer = _signed_in(address, "officer")
    assert _send(officer, f"/reviews/duty/{HARBOUR}", on="yes").status == 404


def test_the_pulse_stands_while_the_glass_is_broken_and_stops_with_it(address: str) -> None:
    doctor = _signed_in(address, "night")
    _opened(doctor)
    page = doctor.get(CALENDAR).text
    pulse = page.partition('data-pulse="')[2].partition('"')[0].replace("&amp;", "&")
    assert doctor.get(pulse, Accept="application/json").status == 204
    session = page.partition('action="/emergency/')[2].partition("/")[0]
    _send(doctor, f"/emergency/{session}/end")
    assert doctor.get(pulse, Accept="application/json").status == 404
    assert Client(address).get(pulse, Accept="application/json").status == 401


def test_the_pulse_tells_nothing_of_a_record_that_was_not_drawn(world: World, address: str) -> None:
    for person in ("R000000006", "R000000007"):
        world.a_patient(person).linked(CENTRAL, f"0044{person[-1]}").consenting().there()
    doctor = _signed_in(address, "hamada")
    asked = [f"/pulse?patient={whom}" for whom in ("R000000006", "R000000007", "R000000099", "")]
    answers = [
        doctor.get(one, Accept="application/json") for one in (*asked, f"{asked[0]}&beat=&seal=%E8%A6%8B")
    ]
    assert {(one.status, one.text) for one in answers} == {(404, "")}


def test_care_is_started_from_the_card_and_ended_again(world: World, address: str) -> None:
    world.a_patient("R000000005").named("全部 同意", "ゼンブ ドウイ").linked(
        CENTRAL, "0033"
    ).consenting().there()
    doctor = _signed_in(address, "hamada")
    assert doctor.get("/patients/R000000005").status == 404
    token = _token(doctor.get("/care"))
    sent = {"csrf_token": token, "card": "R000000005", "reason": "visit"}
    begun = doctor.post("/care", sent)
    assert (begun.status, begun.headers["location"]) == (303, "/patients/R000000005")
    assert doctor.get("/patients/R000000005").status == 200
    assert "全部 同意" in doctor.get("/care").text
    assert doctor.post("/care/R000000005/renew", {"csrf_token": token}).status == 303
    assert doctor.post("/care/R000000005/end", {"csrf_token": token}).status == 303
    assert doctor.get("/patients/R000000005").status == 404
    unknown = doctor.post("/care", {**sent, "card": "R000000099"})
    assert "開ける記録はありません" in unknown.text
