"""The consent desk in pages: three steps, a scan, a second person; until then nothing opens."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from PIL import Image

from hie.exchange.consents import scanning
from hie.exchange.consents.scanning import Upload
from hie.exchange.ports import AuditQuery, Proposal, Registration
from hie.hub.app import application
from hie.hub.scans import Scans
from hie.record.entry import Label
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.requester import Requester, Role
from tests.build.desks import HANAKO, PERSON, Desk, desk_world
from tests.build.page import parse
from tests.build.paper_forms import as_pdf, as_picture, sheet
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with people at its desks."""
    return desk_world(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


def _other(**changes: str) -> dict[str, str]:
    return PERSON | changes


def _found(world: World, number: str) -> Registration:
    with world.store.look() as work:
        found = work.registrations.find(number)
    assert found is not None
    return found


def _linked(world: World, facility: FacilityCode, value: str) -> PatientId:
    with world.store.look() as work:
        return work.patients.resolve(facility, [value]).get(value, (0, PatientId("")))[1]


def test_a_patient_is_registered_in_three_steps_and_counts_once_verified(world: World, address: str) -> None:
    first, second = Desk(address, "jimu1"), Desk(address, "jimu2")
    number = first.registered()
    assert first.page(f"/desk/{number}").one("p", id="why-not").text
    assert first.attach(number, as_picture(sheet(number))).status == 303
    assert _linked(world, CENTRAL, PERSON["number"]) == ""
    page = second.page(f"/desk/{number}")
    assert "見本 一郎" in page.text
    assert "disabled" not in page.one("button", id="verify").attributes
    assert second.verify(number).status == 303
    assert second.page(f"/desk/{number}").one("span", id="state").text == "登録済み"
    patient = _linked(world, CENTRAL, PERSON["number"])
    with world.store.look() as work:
        events = work.consents.events([patient])[patient]
    assert [(one.recorded_by, one.paper.proposed_by) for one in events] == [("jimu2", "jimu1")]


def test_who_wrote_it_cannot_press_the_button(world: World, address: str) -> None:
    first = Desk(address, "jimu1")
    number = first.registered(_other(number="0012340002", kana="ミホン　ジロウ"))
    first.attach(number, as_picture(sheet(number)))
    assert not first.page(f"/desk/{number}").all("button", id="verify")
    assert first.send(f"/desk/{number}/verify", {"seen": "x"}).status == 200
    assert _linked(world, CENTRAL, "0012340002") == ""


def test_a_liaison_verifies_for_the_own_hospital_and_no_other_sees_it(world: World, address: str) -> None:
    number = Desk(address, "hamada").registered(_other(number="0012340003", kana="ミホン　サブロウ"))
    arai = Desk(address, "arai")
    assert number in arai.client.get("/desk").text
    arai.attach(number, as_picture(sheet(number)))
    outsider = Desk(address, "outsider")
    for path in ("", "/paper", "/code.svg", "/numbers", "/scope", f"/scans/{'a' * 64}/1"):
        assert outsider.client.get(f"/desk/{number}{path}").status == 404
    assert number not in outsider.client.get("/desk").text
    assert arai.verify(number).status == 303
    assert _linked(world, CENTRAL, "0012340003")


def test_who_has_no_desk_finds_no_such_page(address: str) -> None:
    operator = Desk(address, "it")
    for path in ("/desk", "/desk/new", "/desk/scans"):
        assert operator.client.get(path).status == 404


def test_candidates_show_what_agrees_and_what_does_not(address: str) -> None:
    page = parse(
        Desk(address, "jimu1")
        .send(
            "/desk/new",
            _other(id="a" * 32, kana="シケン ハナコ", name="試験 花子", birth="1970-01-15", sex="M"),
        )
        .text
    )
    card = page.all("form", class_="candidate")[0]
    assert "試験 花子" in card.text
    assert [one.text for one in card.all("li", class_="differ")] == ["性別: ちがう"]
    assert len(card.all("li", class_="agree")) == 3


def test_the_form_that_is_printed_names_the_scope_and_its_code_nobody(address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(
        _other(number="0012340004", kana="ミホン　シロウ"),
        template="listed",
        disclosers=CENTRAL,
        recipients=CLINIC,
    )
    page = desk.page(f"/desk/{number}/paper")
    text = page.one("article").text
    assert "見本中央病院" in text
    assert "見本駅前医院" in text
    assert "撤回" in text
    answer = desk.client.get(f"/desk/{number}/code.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")


def test_a_stack_of_scans_is_filed_by_its_codes_and_the_rest_by_hand(address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340005", kana="ミホン　ゴロウ"))
    token = desk.page("/desk/scans").all("input", name="csrf_token")[0]["value"]
    stack = as_pdf(sheet(number), sheet(""))
    answer = desk.client.upload(
        "/desk/scans", token, [("stack.pdf", stack), ("virus.exe", b"MZ"), ("broken.pdf", b"%PDF-1.7")]
    )
    results = parse(answer.text).one("section", id="results").text
    assert "1枚を登録に付けました" in results
    assert "1枚は付け先が分かりません" in results
    assert "PDF・JPEG・PNG のファイルではありません" in results
    assert "開けません" in results
    page = desk.page("/desk/scans")
    lying = {
        name: page.one("section", id="tray").one("input", name=name)["value"] for name in ("digest", "page")
    }
    drawn = desk.client.get(f"/desk/scans/{lying['digest']}/{lying['page']}")
    assert Image.open(io.BytesIO(drawn.body)).format == "PNG"
    assert desk.send("/desk/scans/file", {**lying, "registration": number}).status == 303
    assert desk.page("/desk/scans").one("section", id="tray").all("figure") == []
    assert len(desk.page(f"/desk/{number}").all("figure")) == 2
    assert desk.send(f"/desk/{number}/scan/out", lying).status == 303
    assert desk.send(f"/desk/{number}/scan/out", lying).status == 404
    assert len(desk.page(f"/desk/{number}").all("figure")) == 1
    assert len(desk.page("/desk/scans").one("section", id="tray").all("figure")) == 1


def test_a_scan_is_shown_as_a_picture_and_saved_as_a_file(address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340006", kana="ミホン　ロクロウ"))
    scan = as_picture(sheet(number), "JPEG")
    desk.attach(number, scan, "a.jpg")
    source = desk.page(f"/desk/{number}").one("figure").one("img")["src"]
    assert desk.client.get(source).headers["content-type"] == "image/png"
    saved = desk.client.get(source.rpartition("/")[0])
    assert saved.body == scan
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-type"] == "application/octet-stream"


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340007", kana="ミホン　シチロウ"))
    fields = desk.scope(number)
    for change, said in (
        ({"signed_on": ""}, "署名の日"),
        ({"signed_on": "2999-01-01"}, "署名の日"),
        ({"groups": ""}, "見せる記録"),
        ({"template": "listed"}, "見せる施設と見る施設"),
        ({"signer": "parent", "representative": "見本 父"}, "18歳以上"),
        ({"signer": "guardian"}, "署名した人"),
        ({"until": "day", "until_day": "2020-01-01"}, "終わりの日"),
    ):
        answer = desk.send(f"/desk/{number}/scope", fields | change)
        page = parse(answer.text)
        assert said in page.one("p", role="alert").text, change
        assert page.one("button", id="propose")
    assert _found(world, number).version == int(fields["version"])


def test_what_the_patient_opted_in_to_is_kept_and_nothing_else(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(
        _other(number="0012340008", kana="ミホン　ハチロウ"),
        labels=str(int(Label.HIV)),
        emergency="yes",
        members="later",
        groups="notes",
    )
    (provision,) = _found(world, number).proposal.provisions
    assert (provision.labels, provision.emergency, provision.later_members) == (Label.HIV, True, True)
    forged = desk.send(f"/desk/{number}/scope", desk.scope(number) | {"labels": str(int(Label.NEVER))})
    assert forged.status == 303
    assert _found(world, number).proposal.provisions[0].labels == 0


def test_a_registration_sent_back_says_why(address: str) -> None:
    first, second = Desk(address, "jimu1"), Desk(address, "jimu2")
    number = first.registered(_other(number="0012340009", kana="ミホン　クロウ"))
    seen = second.page(f"/desk/{number}").all("input", name="seen")[0]["value"]
    assert second.send(f"/desk/{number}/reject", {"seen": seen, "reason": "scope"}).status == 303
    assert "範囲がちがう" in first.page(f"/desk/{number}").one("p", id="means").text
    assert "差し戻し" in first.page("/desk").one("section", id="drafts").text


def test_a_search_finds_people_and_what_waits(address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340010", name="捜索 十郎", kana="ソウサク　ジュウロウ"))
    found = parse(desk.send("/desk/search", {"words": "捜索"}).text).one("section", id="found")
    assert number in found.one("a")["href"]
    person = parse(desk.send("/desk/search", {"words": "55501"}).text).one("section", id="found")
    assert "試験 花子" in person.text
    nobody = parse(desk.send("/desk/search", {"words": "いない ひと"}).text).one("section", id="found")
    assert "見つかりません" in nobody.text


def test_a_form_without_the_token_changes_nothing(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340011", kana="ミホン　イレブン"))
    version = _found(world, number).version
    for path in ("verify", "reject", "cancel", "scope", "numbers"):
        assert desk.client.post(f"/desk/{number}/{path}", {"version": str(version)}).status == 403
    assert desk.client.upload(f"/desk/{number}/scan", "wrong", [("a", b"%PDF-")]).status == 403
    assert _found(world, number).version == version


def test_a_number_typed_in_another_width_is_the_same(world: World, address: str) -> None:
    number = Desk(address, "jimu1").registered(_other(number="００１２３４００１２", kana="ミホン　トエ"))
    assert _found(world, number).proposal.numbers == (LocalPatientId(CENTRAL, "0012340012"),)
    assert isinstance(_found(world, number).proposal, Proposal)


HANAKO_TYPED = {"kana": "シケン　ハナコ", "name": "試験 花子", "birth": "S45.1.15", "sex": "F", "number": ""}


def test_a_clinic_is_not_shown_at_which_hospitals_somebody_is_a_patient(address: str) -> None:
    desk = Desk(address, "hamada")
    number = desk.page("/desk/new").one("input", name="id")["value"]
    typed = {"id": number, "at": CLINIC, **HANAKO_TYPED}
    page = desk.send("/desk/new", typed)
    assert "試験 花子" in parse(page.text).one("section", id="candidates").text
    begun = desk.send("/desk/start", typed | {"patient": HANAKO})
    shown = page.text + desk.client.get(begun.headers["location"]).text
    assert "0012345678" not in shown
    assert "55501" not in shown
    arai = Desk(address, "arai")
    card = parse(arai.send("/desk/new", typed).text).one("section", id="candidates").text
    assert "0012345678" in card
    assert "55501" not in card


def test_a_person_is_chosen_only_by_who_could_find_them(address: str) -> None:
    desk = Desk(address, "hamada")
    for place, change in enumerate(
        ({"birth": "S46.1.15"}, {"kana": "シケン　タロウ"}, {"sex": "U", "name": "他 人"})
    ):
        typed = {"id": f"{place:032x}", "at": CLINIC, **HANAKO_TYPED, **change, "patient": HANAKO}
        assert desk.send("/desk/start", typed).status == 404


def test_who_searches_too_often_in_an_hour_is_answered_no_more(world: World, address: str) -> None:
    with world.store.work() as work:
        known = work.accounts.find("hamada")
        assert known is not None
        work.accounts.add(known._replace(id="busy", login="busy"))
    desk = Desk(address, "busy")
    form = {"id": "b" * 32, "at": CLINIC, **HANAKO_TYPED}
    token = desk.token("/desk/new")
    answers = [desk.client.post("/desk/new", {"csrf_token": token, **form}).text for _ in range(21)]
    assert all("シケン" in parse(one).one("section", id="candidates").text for one in answers[:20])
    assert "1時間に調べられる回数" in parse(answers[20]).one("p", role="alert").text
    assert not parse(answers[20]).all("section", id="candidates")
    with world.store.look() as work:
        (last, *_) = work.audit.search(AuditQuery(account="busy", actions=("candidates",)), 1)
        listed = work.audit.search(AuditQuery(account="busy", actions=("listed",)), 50)
    assert (last.event.outcome, len(listed)) == ("refused", 20)


def test_a_list_that_names_people_is_written_down_with_what_it_showed(world: World, address: str) -> None:
    desk = Desk(address, "jimu1")
    number = desk.registered(_other(number="0012340020", name="名簿 花", kana="メイボ　ハナ"))
    assert "名簿" in desk.client.get("/desk").text
    assert number in _last(world, "desk-page").split()[2:]
    assert number in desk.send("/desk/search", {"words": "名簿"}).text
    assert _last(world, "desk-search").split() == ["0", "1", number]


def _last(world: World, action: str) -> str:
    with world.store.look() as work:
        (row, *_) = work.audit.search(AuditQuery(account="jimu1", actions=(action,)), 1)
    return row.event.detail


def test_what_was_read_of_a_stack_is_filed_though_the_rest_comes_again(world: World) -> None:
    seconds = count(0.0, 90.0)
    reader, clerk = Scans(steady=lambda: next(seconds)), Requester("jimu1", "事務", CENTRAL, Role.SECRETARIAT)
    uploads = [Upload(name, as_pdf(sheet(""))) for name in ("a.pdf", "b.pdf", "c.pdf")]
    with closing(reader):
        received = scanning.receive(world.store, world.clock, reader, clerk, uploads)
    assert [one.problem for one in received] == ["", "later", "later"]
    assert [one.in_tray for one in received] == [1, 0, 0]


def test_a_page_that_is_no_form_is_discarded_and_shown_to_nobody(address: str) -> None:
    desk, other = Desk(address, "outsider"), Desk(address, "arai")
    scan = as_picture(sheet(""), "JPEG")
    token = desk.token("/desk/scans")
    desk.client.upload("/desk/scans", token, [("menu.jpg", scan)])
    form = desk.page("/desk/scans").one("section", id="tray").one("form")
    lying = {name: form.one("input", name=name)["value"] for name in ("digest", "page")}
    assert other.send("/desk/scans/discard", lying).status == 404
    assert desk.send("/desk/scans/discard", lying).status == 303
    assert desk.send("/desk/scans/discard", lying).status == 404
    assert desk.page("/desk/scans").one("section", id="tray").all("figure") == []
    for path in (f"/desk/scans/{lying['digest']}/1", f"/desk/discarded/scans/{lying['digest']}/1"):
        assert desk.client.get(path).status == 404
    desk.client.upload("/desk/scans", token, [("menu.jpg", scan)])
    assert len(desk.page("/desk/scans").one("section", id="tray").all("figure")) == 1
