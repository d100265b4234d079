"""The pages of people and facilities: who sees them, what a secretary does there, and in how many clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.feeds import edges
from hie.exchange.ports import AccountState
from hie.hub.app import application
from hie.hub.authority import RegionAuthority
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester
from tests.build.page import Node, parse, table
from tests.build.people import OFFICE, House, found_house, with_secretariat
from tests.build.served import Answer, Client, served
from tests.build.world import CENTRAL, PASSWORD, World

HOUR, DAY = 3_600_000, 86_400_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with a secretariat of two."""
    return with_secretariat(World(tmp_path_factory.mktemp("people")))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


@pytest.fixture
def house(world: World) -> House:
    """A hospital of its own for each test."""
    return found_house(world)


def signed_in(address: str, login: str, password: str = PASSWORD) -> Client:
    client = Client(address)
    assert client.sign_in(login, password).status == 303
    return client


@pytest.fixture
def seki(address: str) -> Client:
    return signed_in(address, "seki")


@pytest.fixture
def tani(address: str) -> Client:
    return signed_in(address, "tani")


def fill(client: Client, answer: Answer, action: str, **fields: str) -> Answer:
    """Send a form of a page with what its hidden fields hold."""
    form = parse(answer.text).one("form", action=action)
    sent = {one["name"]: one.attributes.get("value", "") for one in form.all("input", type="hidden")}
    sent |= {one["name"]: one.raw for one in form.all("textarea")}
    return client.post(action, sent | fields)


def press(client: Client, page: str, action: str, **fields: str) -> Answer:
    return fill(client, client.get(page), action, **fields)


def letter(answer: Answer) -> str:
    """Return the code of a letter that is shown."""
    assert answer.status == 200
    return parse(answer.text).one("code", class_="code").text


def invite(client: Client, house: House, **changed: str) -> Answer:
    fields = {"name": f"見本 看護 {house.code}", "role": "nurse", "number": "777", "handed": "hand"}
    return press(client, "/invite", "/invite", **(fields | {"facility": house.code} | changed))


def accept(address: str, code: str, house: House, **changed: str) -> Answer:
    nobody = Client(address)
    asked = fill(nobody, nobody.get("/invitation"), "/invitation", code=code)
    assert asked.status == 200, asked.text
    chosen = {"number": "777", "login": f"kango{house.code}", "agreed": "yes"}
    chosen |= {"password": PASSWORD * 2, "again": PASSWORD * 2}
    return fill(nobody, asked, "/invitation/accept", **(chosen | changed))


def found(client: Client, words: str = "", show: str = "") -> list[dict[str, str]]:
    answer = press(client, "/people", "/people", words=words, show=show)
    return table(parse(answer.text)) if "<table" in answer.text else []


def href(answer: Answer, text: str) -> str:
    links = [one["href"] for one in parse(answer.text).all("a") if one.text == text]
    assert links, text
    return links[0]


def stop_notes(answer: Answer) -> list[str]:
    return [one.text for one in parse(answer.text).all("p", role="alert")]


def test_a_person_is_invited_accepts_and_is_approved_by_another(
    world: World, address: str, house: House, seki: Client, tani: Client
) -> None:
    done = accept(address, letter(invite(seki, house)), house)
    login, name = f"kango{house.code}", f"見本 看護 {house.code}"
    assert done.status == 200
    assert Client(address).sign_in(login, PASSWORD * 2).status == 401
    (line,) = found(seki, name.replace(" ", ""))
    assert (line["氏名"], line["状態"], line["職種"]) == (name, "承認待ち", "看護師")
    page = seki.get(href(seki.get("/people"), name))
    assert "別の担当者が承認します" in page.text
    assert not [one for one in parse(page.text).all("button") if one.text == "承認する"]
    where = href(tani.get("/people"), name)
    approved = press(tani, where, f"{where}/approve")
    assert approved.headers["location"] == "/people?done=approve"
    assert Client(address).sign_in(login, PASSWORD * 2).status == 303
    with world.store.look() as work:
        account = work.accounts.find(login)
    assert account is not None
    assert account.expires_at == world.clock.now() + 365 * DAY


def test_who_invited_cannot_approve_even_by_hand(address: str, house: House, seki: Client) -> None:
    accept(address, letter(invite(seki, house)), house)
    where = href(seki.get(f"/facilities/{house.code}"), f"見本 看護 {house.code}")
    refused = seki.post(f"{where}/approve", {"csrf_token": token(seki, where)})
    assert refused.status == 409
    assert Client(address).sign_in(f"kango{house.code}", PASSWORD * 2).status == 401


def test_the_letter_is_shown_once_and_its_code_stands_in_no_address(house: House, seki: Client) -> None:
    answer = invite(seki, house)
    code = letter(answer)
    page = parse(answer.text)
    assert len(code.replace("-", "")) == 20
    assert page.all("svg")
    assert all(code.replace("-", "") not in one.attributes.get("href", "") for one in page.all("a"))
    assert "style=" not in answer.text
    assert code not in seki.get("/people").text


def test_before_the_code_is_proved_nothing_is_said_of_anybody(
    address: str, house: House, seki: Client
) -> None:
    code = letter(invite(seki, house))
    nobody = Client(address)
    for answer in (nobody.get("/invitation"), nobody.post("/invitation", {"code": "AAAA-BBBB"})):
        assert "看護" not in answer.text
    assert nobody.post("/invitation", {"code": "AAAA-BBBB"}).status == 404
    assert "見本 看護" in nobody.post("/invitation", {"code": code.lower()}).text


def test_wrong_codes_make_whoever_tries_wait(world: World, address: str) -> None:
    world.clock.moment += HOUR
    nobody = Client(address)
    statuses = [nobody.post("/invitation", {"code": f"no {number}"}).status for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    world.clock.moment += HOUR


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "1"}, "number"),
        ({"login": "seki"}, "login"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "another"}, "again"),
        ({"agreed": ""}, "agreed"),
    ],
)
def test_what_the_person_gets_wrong_is_said_beside_the_field(
    address: str, house: House, seki: Client, changed: dict[str, str], field: str
) -> None:
    answer = accept(address, letter(invite(seki, house)), house, **changed)
    assert answer.status == 422
    page = parse(answer.text)
    assert page.one("input", name=field)["aria-describedby"] == f"wrong-{field}"
    assert page.one("p", id=f"wrong-{field}").text
    assert 'value="short"' not in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"facility": "どこか"}, "facility"),
        ({"name": " "}, "name"),
        ({"role": "secretariat"}, "role"),
        ({"role": ""}, "role"),
        ({"number": ""}, "number"),
    ],
)
def test_what_the_secretary_gets_wrong_is_said_beside_the_field(
    house: House, seki: Client, changed: dict[str, str], field: str
) -> None:
    answer = invite(seki, house, **changed)
    assert answer.status == 422
    marked = [one for one in parse(answer.text).walk() if one.attributes.get("aria-invalid") == "true"]
    assert [one["name"] for one in marked] == [field]


def test_a_facilitys_desk_sees_its_own_people_only(address: str, house: House, seki: Client) -> None:
    arai = signed_in(address, house.arai)
    assert {line["施設"] for line in found(arai)} == {house.name}
    assert {line["氏名"] for line in found(arai)} == {f"見本 {one}" for one in house[2:]}
    for path in ("/people/seki", f"/facilities/{OFFICE}", "/facilities/new", "/imports", "/people/nobody"):
        assert arai.get(path).status == 404
    assert arai.get("/facilities").headers["location"] == f"/facilities/{house.code}"
    assert arai.get(f"/facilities/{house.code}").status == 200
    doctor = signed_in(address, house.mori)
    own = (f"/people/{house.hori}", f"/facilities/{house.code}")
    for path in ("/people", *own, "/facilities", "/attestation", "/invite"):
        assert doctor.get(path).status == 404
    assert not parse(doctor.get("/patients").text).all("a", href="/people")
    assert parse(seki.get("/people").text).all("a", href="/people")


def test_a_leaver_is_out_within_two_clicks(address: str, house: House, seki: Client) -> None:
    doctor = signed_in(address, house.mori)
    assert doctor.get("/patients").status == 200
    where = href(seki.get("/people"), f"見本 {house.mori}")
    assert press(seki, where, f"{where}/leave").status == 303
    assert doctor.get("/patients").headers["location"].startswith("/sign-in")
    assert Client(address).sign_in(house.mori, PASSWORD).status == 401
    assert f"見本 {house.mori}" not in {line["氏名"] for line in found(seki)}
    assert f"見本 {house.mori}" in {line["氏名"] for line in found(seki, show="left")}


def test_an_account_rests_and_is_used_again(address: str, house: House) -> None:
    arai, where = signed_in(address, house.arai), f"/people/{house.mori}"
    assert press(arai, where, f"{where}/suspend").status == 303
    assert Client(address).sign_in(house.mori, PASSWORD).status == 401
    assert found(arai)[0]["状態"] == "休止中"
    assert press(arai, where, f"{where}/resume").status == 303
    assert Client(address).sign_in(house.mori, PASSWORD).status == 303


def test_nobody_changes_themselves(seki: Client) -> None:
    assert "ご自身の登録です" in seki.get("/people/seki").text
    assert seki.post("/people/seki/leave", {"csrf_token": token(seki, "/people/seki")}).status == 409


def test_people_are_found_by_name_login_and_facility(house: House, seki: Client) -> None:
    wide = house.mori.replace("mori", "ｍｏｒｉ")
    assert [line["氏名"] for line in found(seki, wide)] == [f"見本 {house.mori}"]
    assert [line["氏名"] for line in found(seki, f"{house.name} hori")] == [f"見本 {house.hori}"]
    assert found(seki, "だれもいない") == []


def test_a_further_post_waits_for_another(world: World, house: House, seki: Client, tani: Client) -> None:
    where = f"/people/{house.mori}"
    proposed = press(seki, where, f"{where}/propose", facility=OFFICE, role="doctor", replaces="")
    assert proposed.status == 422
    proposed = press(seki, where, f"{where}/propose", facility=CENTRAL, role="doctor", replaces="")
    assert proposed.headers["location"] == f"{where}?done=propose"
    letter_page = href(tani.get(where), "確認する")
    assert press(tani, letter_page, f"{letter_page}/approve").status == 303
    with world.store.look() as work:
        assert len(work.accounts.posts(house.mori, world.clock.now())) == 2


def test_many_are_attested_with_one_press(world: World, address: str, house: House) -> None:
    with world.store.work() as work:
        for login in house[2:]:
            account = work.accounts.find(login)
            assert account is not None
            work.accounts.add(account._replace(attested_at=world.clock.now() - 100 * DAY))
    seki = signed_in(address, "seki")
    page = parse(seki.get("/attestation").text)
    (group,) = [one for one in page.all("fieldset") if one.one("legend").text == house.name]
    boxes = group.all("input", name="chosen")
    assert {one["value"] for one in boxes} == set(house[2:])
    assert all("checked" in one.attributes for one in boxes)
    csrf = token(seki, "/attestation")
    said = seki.post("/attestation", {"csrf_token": csrf, "chosen": house.hori})
    assert said.headers["location"] == "/attestation?said=1"
    assert "1人の在籍を確認しました。" in seki.get("/attestation?said=1").text
    gone = seki.post("/attestation/leave", {"csrf_token": csrf, "one": f"{house.mori} {house.code}"})
    assert gone.headers["location"] == "/attestation?gone=1"
    left = [one["value"] for one in parse(seki.get("/attestation").text).all("input", name="chosen")]
    assert set(left) & set(house[2:]) == {house.arai}
    with world.store.look() as work:
        mori = work.accounts.find(house.mori)
    assert mori is not None
    assert mori.state is AccountState.STOPPED


def test_a_facility_is_registered_and_leaves(world: World, address: str, house: House, seki: Client) -> None:
    fields = {"code": "9910000077", "name": "見本新設病院", "short_name": "新設", "kind": "hospital"}
    joined = press(seki, "/facilities/new", "/facilities/new", **fields, evidence="決議 7", noticed="")
    assert joined.headers["location"] == "/facilities/9910000077?done=join"
    assert "見本新設病院" in seki.get("/facilities").text
    again = press(seki, "/facilities/new", "/facilities/new", **fields, evidence="", noticed="")
    assert again.status == 422
    assert "この施設はすでに参加しています。" in again.text
    doctor = signed_in(address, house.mori)
    act = f"/facilities/{house.code}/membership/leave"
    assert "3人の利用が終わります" in seki.get(act).text
    assert press(seki, act, act, evidence="届 1").status == 303
    assert doctor.get("/patients").headers["location"].startswith("/sign-in")
    assert "退会" in seki.get(f"/facilities/{house.code}").text
    with world.store.look() as work:
        assert not work.directory.region().takes_part(house.code, world.clock.now())


def test_a_suspended_facilitys_people_are_out_on_the_next_request(
    address: str, house: House, seki: Client
) -> None:
    doctor = signed_in(address, house.mori)
    act = f"/facilities/{house.code}/membership/suspend"
    assert press(seki, act, act, evidence="").status == 303
    assert doctor.get("/patients").headers["location"].startswith("/sign-in")
    assert Client(address).sign_in(house.mori, PASSWORD).status == 401
    act = f"/facilities/{house.code}/membership/resume"
    assert press(seki, act, act, evidence="").status == 303
    assert Client(address).sign_in(house.mori, PASSWORD).status == 303


def test_a_table_of_facilities_is_shown_before_it_is_applied(world: World, seki: Client) -> None:
    lines = "施設コード,施設名,略称,種別\r\n9910000088,見本甲病院,甲,病院\r\n12,見本乙病院,乙,病院\r\n"
    shown = upload(seki, "facilities", lines.encode("cp932"))
    assert "2行のうち1行を登録できます" in shown.text
    assert "10桁の数字で入力してください。" in shown.text
    with world.store.look() as work:
        assert FacilityCode("9910000088") not in {one.code for one in work.directory.all()}
    applied = fill(seki, shown, "/imports/apply")
    assert "1行を登録しました" in applied.text
    with world.store.look() as work:
        assert work.directory.region().takes_part(FacilityCode("9910000088"), world.clock.now())


def test_people_of_a_table_get_letters_and_wait_for_approval(
    address: str, house: House, seki: Client
) -> None:
    people = (f"見本 一{house.code},医師,11", f"見本 二{house.code},nurse,12", "見本 三,王様,1")
    lines = ["施設コード,氏名,職種,番号", *(f"{house.code},{one}" for one in people)]
    shown = upload(seki, "people", "\n".join(lines).encode())
    assert "3行のうち2行を登録できます" in shown.text
    letters = parse(fill(seki, shown, "/imports/apply").text).all("code", class_="code")
    assert len(letters) == 2
    assert accept(address, letters[0].text, house, number="11").status == 200
    assert [line["状態"] for line in found(seki, f"見本一{house.code}")] == ["承認待ち"]


@pytest.mark.parametrize("content", [b"", b"\xff\xff\x81", b"a,b\n1,2", "施設名\n見本".encode()])
def test_what_is_no_table_is_said(seki: Client, content: bytes) -> None:
    answer = upload(seki, "facilities", content)
    assert answer.status == 422
    assert "このファイルは読み取れません" in answer.text


def token(client: Client, page: str) -> str:
    return parse(client.get(page).text).all("input", name="csrf_token")[0]["value"]


def upload(client: Client, kind: str, content: bytes) -> Answer:
    """Send a table as a browser does."""
    return client.upload("/imports", token(client, "/imports"), [("table.csv", content)], kind=kind)


def test_every_field_has_a_label_and_every_page_one_primary_action(house: House, seki: Client) -> None:
    own = (f"/people/{house.mori}", f"/facilities/{house.code}", f"/facilities/{house.code}/membership/leave")
    for path in ("/people", "/invite", "/facilities", "/facilities/new", "/imports", "/attestation", *own):
        page = parse(seki.get(path).text)
        assert unlabelled(page) == [], path
        assert len(page.all("h1")) == 1, path
        classes = [one.attributes.get("class", "").split() for one in page.one("main").walk()]
        assert sum("primary" in one for one in classes) <= 1, path


def unlabelled(page: Node) -> list[str]:
    labels = {one.attributes.get("for", "") for one in page.all("label")}
    inside = {id(field) for one in page.all("label") for field in one.walk()}
    fields = [*page.all("input"), *page.all("select"), *page.all("textarea")]
    return [
        one.attributes.get("name", "")
        for one in fields
        if one.attributes.get("type") != "hidden"
        and not {"hidden", "aria-label"} & one.attributes.keys()
        and one.attributes.get("id") not in labels
        and id(one) not in inside
    ]


def test_a_hospitals_edge_is_enrolled_from_its_page(tmp_path: Path) -> None:
    world = with_secretariat(World(tmp_path))
    house = found_house(world)
    authority = RegionAuthority(tmp_path, world.clock.now())

    def offer(requester: Requester, facility: FacilityCode) -> str:
        store, clock = world.store, world.clock
        return edges.offer(store, clock, authority, requester, facility, "https://hub.example")

    hub = world.hub()
    opened = hub._replace(services=hub.services._replace(offer_edge=offer))
    with served(application(opened)) as where:
        seki, page = signed_in(where, "seki"), f"/facilities/{house.code}"
        shown = press(seki, page, f"{page}/edge/offer")
        assert parse(shown.text).one("textarea").text.startswith("tsunagu1.")
        with world.store.work() as work:
            work.edges.offer(house.code, b"s" * 32, world.clock.now() + DAY)
            assert work.edges.enrol(b"s" * 32, world.clock.now())
        assert "に登録。最後の送信：—" in seki.get(page).text
        assert press(seki, page, f"{page}/edge/revoke").headers["location"] == f"{page}?done=revoke"
        assert "接続の許可は取り消されています" in seki.get(page).text
        arai = signed_in(where, house.arai)
        refused = arai.post(f"{page}/edge/offer", {"csrf_token": token(arai, "/people")})
        assert refused.status == 404


def test_a_hub_without_a_door_for_edges_offers_no_token(house: House, seki: Client) -> None:
    page = f"/facilities/{house.code}"
    assert not parse(seki.get(page).text).all("form", action=f"{page}/edge/offer")
    assert seki.post(f"{page}/edge/offer", {"csrf_token": token(seki, page)}).status == 404
