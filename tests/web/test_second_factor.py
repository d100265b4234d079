"""A password is not enough: second factors, fresh proofs, own devices and the quick switch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyotp
import pytest

from hie.exchange.ports import Account, AuditQuery, Post, Session
from hie.exchange.signing.browsers import token_hash
from hie.exchange.signing.proofs import Rules
from hie.exchange.signing.second_factors import reprove
from hie.exchange.signing.sessions import HOUR, MINUTE, resume_device, stop_device, stop_sessions
from hie.hub.app import application
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role
from tests.build.authenticator import PRESENT, Authenticator
from tests.build.page import parse
from tests.build.served import Answer, Client, served
from tests.build.world import CLINIC, PASSWORD, STRANGER, World

OFFICE = Requester("office", "事務局", FacilityCode("1319900009"), Role.SECRETARIAT, Purpose.ADMINISTRATION)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(application(world.hub(Rules(second_factor=True)))) as where:
        yield where.replace("127.0.0.1", "localhost")


def field(answer: Answer, name: str, action: str) -> str:
    """Return a hidden field of the form that goes to `action`."""
    return parse(answer.text).one("form", action=action).one("input", name=name)["value"]


def secret_of(page: Answer) -> str:
    return re.sub(r"\s", "", parse(page.text).one("code").text)


def with_app(address: str, world: World, login: str = "hamada") -> tuple[Client, pyotp.TOTP, list[str]]:
    """Sign in for the first time and enrol an app; return the browser, the app and the codes on paper."""
    client = Client(address)
    assert client.sign_in(login, PASSWORD, "/patients").headers["location"].startswith("/second-factor/new")
    page = client.get("/second-factor/new?next=/patients")
    app = pyotp.TOTP(secret_of(page))
    fields = {"code": app.at(world.clock.moment // 1000), "next": "/patients"}
    fields["csrf_token"] = field(page, "csrf_token", "/second-factor/app")
    done = client.post("/second-factor/app", fields)
    assert done.status == 200
    codes = [node.text for node in parse(done.text).all("code")]
    assert parse(done.text).all("a", href="/patients")
    return client, app, codes


def with_passkey(address: str, login: str = "hamada") -> tuple[Client, Authenticator]:
    """Sign in for the first time and enrol a passkey."""
    client, key = Client(address), Authenticator(login)
    client.sign_in(login, PASSWORD)
    page = client.get("/second-factor/new")
    answer = key.make(client.get("/second-factor/passkey").text, address)
    fields = {"answer": answer, "csrf_token": field(page, "csrf_token", "/second-factor/passkey")}
    assert client.post("/second-factor/passkey", fields).status == 200
    return client, key


def second(client: Client, code: str) -> Answer:
    return client.post("/sign-in/second", {"code": code, "next": "/patients"})


def by_passkey(client: Client, key: Authenticator, address: str) -> Answer:
    answer = key.answer(client.get("/sign-in/passkey").text, address)
    return client.post("/sign-in/passkey", {"answer": answer, "next": "/patients"})


def actions(world: World) -> list[str]:
    with world.store.look() as work:
        return [row.event.action for row in reversed(work.audit.search(AuditQuery(), 50))]


def test_a_password_alone_opens_no_page(address: str) -> None:
    client = Client(address)
    assert client.sign_in("hamada", PASSWORD).headers["location"].startswith("/second-factor/new")
    for path in ("/patients", "/security", "/acting", "/confirm"):
        answer = client.get(path)
        assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path
    assert client.get("/here").status == 205


def test_the_first_app_is_enrolled_with_its_first_code_and_the_sign_in_is_done(
    address: str, world: World
) -> None:
    client, _, codes = with_app(address, world)
    assert len(set(codes)) == 10
    assert client.get("/patients").status == 200


def test_a_wrong_first_code_enrols_nothing(address: str, world: World) -> None:
    client = Client(address)
    client.sign_in("hamada", PASSWORD)
    page = client.get("/second-factor/new")
    token = field(page, "csrf_token", "/second-factor/app")
    app = pyotp.TOTP(secret_of(page))
    stale = app.at(world.clock.moment // 1000 - 120)
    assert client.post("/second-factor/app", {"code": stale, "csrf_token": token}).status == 401
    assert client.get("/patients").status == 303


def test_a_form_without_the_waiting_sessions_token_enrols_nothing(address: str, world: World) -> None:
    client = Client(address)
    client.sign_in("hamada", PASSWORD)
    app = pyotp.TOTP(secret_of(client.get("/second-factor/new")))
    code = app.at(world.clock.moment // 1000)
    assert client.post("/second-factor/app", {"code": code, "csrf_token": "guessed"}).status == 403
    assert client.get("/patients").status == 303


def test_later_the_password_and_a_code_sign_in(address: str, world: World) -> None:
    _, app, _ = with_app(address, world)
    world.clock.moment += MINUTE
    client = Client(address)
    assert client.sign_in("hamada", PASSWORD).headers["location"].startswith("/sign-in/second")
    assert client.get("/patients").status == 303
    waiting = dict(client.cookies)
    done = second(client, app.at(world.clock.moment // 1000))
    assert (done.status, done.headers["location"]) == (303, "/patients")
    assert client.get("/patients").status == 200
    assert client.cookies["hie_session"] != waiting["hie_session"]


def test_a_code_is_taken_once(address: str, world: World) -> None:
    _, app, _ = with_app(address, world)
    first = Client(address)
    first.sign_in("hamada", PASSWORD)
    code = app.at(world.clock.moment // 1000)
    assert second(first, code).status == 401  # it enrolled the app
    world.clock.moment += MINUTE
    code = app.at(world.clock.moment // 1000)
    assert second(first, code).status == 303
    other = Client(address)
    other.sign_in("hamada", PASSWORD)
    assert second(other, code).status == 401
    assert other.get("/patients").status == 303


def test_a_code_on_paper_is_used_up(address: str, world: World) -> None:
    _, _, codes = with_app(address, world)
    for written in (codes[0], codes[1].lower().replace("-", " ")):
        client = Client(address)
        client.sign_in("hamada", PASSWORD)
        assert second(client, written).status == 303
        again = Client(address)
        again.sign_in("hamada", PASSWORD)
        assert second(again, written).status == 401


def test_guesses_of_the_second_factor_are_counted_with_those_of_the_password(
    address: str, world: World
) -> None:
    _, app, _ = with_app(address, world)
    world.clock.moment += MINUTE
    guessing = Client(address)
    guessing.sign_in("hamada", PASSWORD)
    answers = [second(guessing, f"{number:06d}").status for number in range(11)]
    assert answers == [401] * 10 + [429]
    assert second(guessing, app.at(world.clock.moment // 1000)).status == 429


def test_a_passkey_opens_during_an_attack(address: str) -> None:
    _, key = with_passkey(address)
    attacker = Client(address)
    while attacker.sign_in("hamada", "wrong").status != 429:
        pass
    client = Client(address)
    assert client.sign_in("hamada", PASSWORD).status == 429
    done = by_passkey(client, key, address)
    assert (done.status, done.headers["location"]) == (303, "/patients")
    assert client.get("/patients").status == 200


def test_a_passkeys_answer_opens_once(address: str) -> None:
    _, key = with_passkey(address)
    client = Client(address)
    answer = key.answer(client.get("/sign-in/passkey").text, address)
    fields = {"answer": answer, "next": "/patients"}
    assert client.post("/sign-in/passkey", fields).status == 303
    assert Client(address).post("/sign-in/passkey", fields).status == 401


def test_an_answer_that_comes_too_late_opens_nothing(address: str, world: World) -> None:
    _, key = with_passkey(address)
    client = Client(address)
    question = client.get("/sign-in/passkey").text
    world.clock.moment += 5 * MINUTE
    answer = key.answer(question, address)
    assert client.post("/sign-in/passkey", {"answer": answer}).status == 401


@pytest.mark.parametrize("origin", ["https://example.org", "http://localhost.example", "http://localhost:1"])
def test_an_answer_given_at_another_site_opens_nothing(address: str, origin: str) -> None:
    _, key = with_passkey(address)
    client = Client(address)
    answer = key.answer(client.get("/sign-in/passkey").text, origin)
    assert client.post("/sign-in/passkey", {"answer": answer}).status == 401


def test_a_passkey_that_does_not_check_the_person_opens_nothing(address: str) -> None:
    _, key = with_passkey(address)
    key._flags = PRESENT  # noqa: SLF001  the same key, whose phone asked for no finger
    assert by_passkey(Client(address), key, address).status == 401


def test_a_passkey_whose_count_goes_back_opens_nothing(address: str) -> None:
    _, key = with_passkey(address)
    for _ in range(2):
        assert by_passkey(Client(address), key, address).status == 303
    key.count = 0
    assert by_passkey(Client(address), key, address).status == 401


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', '{"response": {"attestationObject": 1}}']
)
def test_what_is_no_answer_opens_nothing(address: str, answer: str) -> None:
    assert Client(address).post("/sign-in/passkey", {"answer": answer}).status == 401


def test_a_password_adds_no_second_factor_where_there_is_one(address: str) -> None:
    with_passkey(address)
    thief, key = Client(address), Authenticator("thief")
    assert thief.sign_in("hamada", PASSWORD).headers["location"].startswith("/sign-in/second")
    for path in ("/second-factor/new", "/second-factor/code.svg", "/second-factor/passkey"):
        assert thief.get(path).status in {303, 404}
    question = thief.get("/sign-in/passkey").text.replace('"rpId"', '"rp": {"id": "localhost"}, "rpId"')
    fields = {"answer": key.make(question, address), "csrf_token": ""}
    assert thief.post("/second-factor/passkey", fields).status in {403, 404}


def test_after_the_secretariats_code_nothing_opens_before_a_new_factor_is_made(
    address: str, world: World
) -> None:
    lost, key = with_passkey(address)
    with world.store.look() as work:
        account = work.accounts.find("hamada")
    assert account is not None
    code = reprove(world.store, world.clock, OFFICE, account)
    assert lost.get("/patients").status == 303
    assert by_passkey(Client(address), key, address).status == 401  # what is lost is lost at once
    person, thief = Client(address), Client(address)
    person.sign_in("hamada", PASSWORD)
    no_factor_is_made(thief)
    led = second(person, code)
    assert led.headers["location"].startswith("/second-factor/new")
    assert person.get("/patients").headers["location"].startswith("/sign-in")
    no_factor_is_made(thief)
    page = person.get("/second-factor/new")
    fields = {"code": pyotp.TOTP(secret_of(page)).at(world.clock.moment // 1000)}
    fields["csrf_token"] = field(page, "csrf_token", "/second-factor/app")
    assert person.post("/second-factor/app", fields).status == 200
    assert person.get("/patients").status == 200
    no_factor_is_made(thief)


def no_factor_is_made(thief: Client) -> None:
    """Expect that who has the password alone is led to no page that makes a second factor."""
    assert thief.sign_in("hamada", PASSWORD).headers["location"].startswith("/sign-in/second")
    assert thief.get("/second-factor/new").status == 404
    assert thief.get("/second-factor/passkey").status == 404


def test_the_secret_of_an_app_is_shown_in_one_sign_in_only(address: str, world: World) -> None:
    thief, person = Client(address), Client(address)
    for client in (thief, person):
        client.sign_in("hamada", PASSWORD)
    mine, theirs = (client.get("/second-factor/new") for client in (person, thief))
    assert secret_of(mine) == secret_of(person.get("/second-factor/new")) != secret_of(theirs)
    now = world.clock.moment // 1000
    fields = {"code": pyotp.TOTP(secret_of(mine)).at(now)}
    fields["csrf_token"] = field(mine, "csrf_token", "/second-factor/app")
    assert person.post("/second-factor/app", fields).status == 200
    fields = {"code": pyotp.TOTP(secret_of(theirs)).at(now)}
    fields["csrf_token"] = field(theirs, "csrf_token", "/second-factor/app")
    assert thief.post("/second-factor/app", fields).status == 404


def test_a_password_alone_ends_no_session_that_is_at_work(address: str) -> None:
    client, _ = with_passkey(address)
    for _ in range(6):
        Client(address).sign_in("hamada", PASSWORD)
    assert client.get("/patients").status == 200


def test_a_code_of_the_secretariat_is_good_for_a_day(address: str, world: World) -> None:
    with_passkey(address)
    with world.store.look() as work:
        account = work.accounts.find("hamada")
    assert account is not None
    code = reprove(world.store, world.clock, OFFICE, account)
    world.clock.moment += 24 * HOUR
    client = Client(address)
    client.sign_in("hamada", PASSWORD)
    assert second(client, code).status == 401


def test_a_session_ends_after_a_quarter_of_an_hour_without_anybody(address: str, world: World) -> None:
    client, _ = with_passkey(address)
    for _ in range(4):
        world.clock.moment += 14 * MINUTE
        assert client.get("/patients").status == 200
    for _ in range(2):
        world.clock.moment += 8 * MINUTE
        answer = client.get("/patients", HIE_Unattended="1")
    assert answer.status == 303


def test_a_session_ends_after_a_working_day_though_in_use(address: str, world: World) -> None:
    client, _ = with_passkey(address)
    statuses = []
    for _ in range(12 * 6):
        world.clock.moment += 10 * MINUTE
        statuses.append(client.get("/patients").status)
    assert statuses == [200] * (12 * 6 - 1) + [303]


def test_another_sign_in_beyond_the_most_ends_the_oldest(address: str, world: World) -> None:
    _, app, _ = with_app(address, world, "kawai")
    clients = []
    for _ in range(6):
        world.clock.moment += MINUTE
        client = Client(address)
        client.sign_in("kawai", PASSWORD)
        assert second(client, app.at(world.clock.moment // 1000)).status == 303
        clients.append(client)
    assert [client.get("/patients").status for client in clients] == [303] + [200] * 5


def test_risky_acts_need_a_fresh_proof_and_lead_back(address: str, world: World) -> None:
    client, key = with_passkey(address)
    world.clock.moment += 6 * MINUTE
    page = client.get("/security")
    token = field(page, "csrf_token", "/security/codes")
    answer = client.post("/security/codes", {"csrf_token": token})
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/confirm")
    back = unquote(answer.headers["location"].partition("next=")[2])
    confirm = client.get(answer.headers["location"])
    fields = {"csrf_token": field(confirm, "csrf_token", "/confirm/passkey"), "next": back}
    fields["answer"] = key.answer(client.get("/confirm/passkey").text, address)
    before = client.cookies["hie_session"]
    done = client.post("/confirm/passkey", fields)
    assert (done.status, done.headers["location"]) == (303, back)
    assert client.cookies["hie_session"] != before
    shown = client.post("/security/codes", {"csrf_token": token})
    assert len(parse(shown.text).all("code")) == 10
    old = Client(address)
    old.cookies = client.cookies | {"hie_session": before}
    assert old.get("/patients").status == 303


def test_a_page_says_that_what_waited_for_the_confirmation_was_not_done(address: str, world: World) -> None:
    client, app, _ = with_app(address, world)
    token = field(client.get("/security"), "csrf_token", "/security/codes")
    world.clock.moment += 6 * MINUTE
    asked = client.post("/security/codes", {"csrf_token": token}).headers["location"]
    assert unquote(asked) == "/confirm?next=/security?unfinished=1"
    page = client.get(asked)
    fields = {name: field(page, name, "/confirm") for name in ("csrf_token", "next")}
    done = client.post("/confirm", {**fields, "proof": app.at(world.clock.moment // 1000)})
    assert done.headers["location"] == "/security?unfinished=1"
    told = parse(client.get(done.headers["location"]).text).one("p", role="alert")
    assert "操作はまだ行われていません。もう一度入力して" in told.text
    assert "操作はまだ" not in client.get("/security").text
    world.clock.moment += 6 * MINUTE
    assert client.get("/security/app").headers["location"] == "/confirm?next=%2Fsecurity%2Fapp"


def test_the_passkey_of_somebody_else_confirms_nothing(address: str, world: World) -> None:
    client, _ = with_passkey(address)
    _, other = with_passkey(address, "kawai")
    world.clock.moment += 6 * MINUTE
    page = client.get("/confirm")
    fields = {"csrf_token": field(page, "csrf_token", "/confirm/passkey")}
    fields["answer"] = other.answer(client.get("/confirm/passkey").text, address)
    assert client.post("/confirm/passkey", fields).status == 401
    assert client.get("/security/app").headers["location"].startswith("/confirm")


def test_a_question_of_the_sign_in_page_confirms_nothing(address: str, world: World) -> None:
    client, key = with_passkey(address)
    world.clock.moment += 6 * MINUTE
    fields = {"csrf_token": field(client.get("/confirm"), "csrf_token", "/confirm/passkey")}
    fields["answer"] = key.answer(client.get("/sign-in/passkey").text, address)
    assert client.post("/confirm/passkey", fields).status == 401


def test_where_a_second_factor_is_asked_for_the_password_confirms_nothing(address: str, world: World) -> None:
    client, app, _ = with_app(address, world)
    world.clock.moment += 6 * MINUTE
    token = field(client.get("/confirm"), "csrf_token", "/confirm")
    assert client.post("/confirm", {"proof": PASSWORD, "csrf_token": token}).status == 401
    code = app.at(world.clock.moment // 1000)
    assert client.post("/confirm", {"proof": code, "csrf_token": token}).status == 303


def test_the_last_second_factor_stays(address: str) -> None:
    client, key = with_passkey(address)
    token = field(client.get("/security"), "csrf_token", "/security/passkey/remove")
    fields = {"passkey": key.id.hex(), "csrf_token": token}
    answer = client.post("/security/passkey/remove", fields)
    assert answer.status == 409
    assert parse(answer.text).one("p", role="alert").text.startswith("最後の確認方法")


def test_a_person_stops_a_browser_of_their_own_at_once(address: str) -> None:
    lost, key = with_passkey(address)
    client = Client(address)
    assert by_passkey(client, key, address).status == 303
    page = parse(client.get("/security").text)
    lines = page.all("button", name="device")
    assert len(lines) == 2
    here = next(row for row in page.all("tr") if "この端末" in row.text).one("button")["value"]
    gone = next(button["value"] for button in lines if button["value"] != here)
    token = page.one("form", action="/security/codes").one("input", name="csrf_token")["value"]
    assert client.post("/security/device/stop", {"device": gone, "csrf_token": token}).status == 303
    assert lost.get("/patients").status == 303
    assert client.get("/patients").status == 200
    # The passkey was made on the lost one: it opens nothing any more, and neither does the browser.
    assert by_passkey(Client(address), key, address).status == 401
    assert lost.sign_in("hamada", PASSWORD).status == 403


def test_nobody_stops_the_browser_of_somebody_else(address: str, world: World) -> None:
    other, _ = with_passkey(address, "kawai")
    client, _ = with_passkey(address)
    with world.store.look() as work:
        device = work.devices.familiar(account="kawai")[0][0].id
    token = field(client.get("/security"), "csrf_token", "/security/codes")
    assert client.post("/security/device/stop", {"device": device, "csrf_token": token}).status == 404
    assert other.get("/patients").status == 200


def test_the_secretariat_stops_a_browser_and_gives_it_back(address: str, world: World) -> None:
    lost, _ = with_passkey(address)
    with world.store.look() as work:
        device = work.devices.familiar(account="hamada")[0][0].id
    assert stop_device(world.store, world.clock, OFFICE, device) == 1
    assert lost.get("/patients").status == 303
    assert parse(lost.sign_in("hamada", PASSWORD).text).one("p", role="alert").text.startswith("この端末は")
    resume_device(world.store, world.clock, OFFICE, device)
    assert lost.sign_in("hamada", PASSWORD).status == 303


def test_the_sessions_of_a_person_stop_together(address: str, world: World) -> None:
    client, _ = with_passkey(address)
    other, _ = with_passkey(address, "kawai")
    with world.store.work() as work:
        assert stop_sessions(work, world.clock.moment, "hamada") == 1
    assert client.get("/patients").status == 303
    assert other.get("/patients").status == 200


def _shared(client: Client) -> None:
    token = field(client.get("/security"), "csrf_token", "/security/device")
    fields = {"shared": "yes", "remembered": "yes", "csrf_token": token}
    assert client.post("/security/device", fields).status == 303


def _offered(client: Client) -> list[str]:
    links = [link["href"] for link in parse(client.get("/switch").text).all("a")]
    return [link for link in links if link.startswith("/switch?who=")]


def test_a_shared_browser_offers_those_who_asked_and_the_one_before_is_signed_out(address: str) -> None:
    shared, key = with_passkey(address)
    _shared(shared)
    first = dict(shared.cookies)
    _, other = with_passkey(address, "kawai")
    answer = other.answer(shared.get("/sign-in/passkey").text, address)
    switched = shared.post("/sign-in/passkey", {"answer": answer, "next": "/"})
    assert switched.headers["clear-site-data"] == '"cache", "storage"'
    assert shared.cookies["hie_device"] == first["hie_device"]
    before = Client(address)
    before.cookies = first
    assert before.get("/patients").status == 303
    assert _offered(shared) == ["/switch?who=hamada&next=/"]
    _shared(shared)
    assert len(_offered(shared)) == 2
    question = shared.get("/switch/passkey?who=hamada").text
    done = shared.post("/sign-in/passkey", {"answer": key.answer(question, address), "next": "/"})
    assert done.status == 303
    assert "浜田 圭介" in shared.get("/patients").text


def test_a_switch_by_password_asks_for_the_second_factor_as_well(address: str, world: World) -> None:
    shared, app, _ = with_app(address, world)
    _shared(shared)
    world.clock.moment += MINUTE
    answer = shared.post("/switch", {"who": "hamada", "password": PASSWORD, "next": "/patients"})
    assert answer.headers["location"].startswith("/sign-in/second")
    assert shared.get("/patients").status == 303
    assert second(shared, app.at(world.clock.moment // 1000)).status == 303
    assert shared.post("/switch", {"who": "hamada", "password": "wrong"}).status == 401


def test_nobody_is_offered_at_another_browser(address: str) -> None:
    shared, _ = with_passkey(address)
    _shared(shared)
    stranger = Client(address)
    assert stranger.get("/switch").headers["location"].startswith("/sign-in")
    for answer in (
        stranger.get("/switch/passkey?who=hamada"),
        stranger.post("/switch", {"who": "hamada", "password": PASSWORD}),
    ):
        assert answer.status == 404


def test_on_a_shared_browser_five_minutes_end_the_session(address: str, world: World) -> None:
    shared, _ = with_passkey(address)
    _shared(shared)
    assert parse(shared.get("/patients").text).one("body")["data-idle"] == "300000"
    world.clock.moment += 5 * MINUTE
    assert shared.get("/patients").status == 303


def test_who_has_several_posts_chooses_and_the_session_is_another(address: str, world: World) -> None:
    with world.store.work() as work:
        work.posts.begin(Post("hamada", STRANGER, Role.CLERK, world.clock.moment))
    client, key = with_passkey(address)
    assert by_passkey(client, key, address).headers["location"].startswith("/acting")
    page = client.get("/acting")
    assert [button["value"] for button in parse(page.text).all("button", name="post")] == [
        f"{CLINIC} doctor",
        f"{STRANGER} clerk",
    ]
    before = dict(client.cookies)
    fields = {"post": f"{STRANGER} clerk", "csrf_token": field(page, "csrf_token", "/acting")}
    assert client.post("/acting", fields).status == 303
    assert "見本川向医院" in client.get("/security").text
    old = Client(address)
    old.cookies = before
    assert old.get("/security").status == 303
    fields = {"post": f"{CLINIC} nurse", "csrf_token": field(client.get("/acting"), "csrf_token", "/acting")}
    assert client.post("/acting", fields).status == 404
    with world.store.work() as work:
        assert work.posts.end(Post("hamada", STRANGER, Role.CLERK), world.clock.moment)
    assert client.get("/security").status == 303


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short one", "15文字以上"),
        ("passwordpassword1", "推測されやすい"),
        ("hamada-見本駅前医院-1", "お名前や利用者ID"),
    ],
)
def test_a_weak_password_is_not_taken(address: str, password: str, said: str) -> None:
    client, _ = with_passkey(address)
    token = field(client.get("/security"), "csrf_token", "/security/password")
    answer = client.post("/security/password", {"password": password, "csrf_token": token})
    assert answer.status == 422
    assert said in parse(answer.text).one("p", role="alert").text


def test_a_changed_password_ends_every_session(address: str) -> None:
    client, key = with_passkey(address)
    other = Client(address)
    by_passkey(other, key, address)
    token = field(client.get("/security"), "csrf_token", "/security/password")
    fields = {"password": "夕焼けの坂を三毛猫と歩いて帰る日", "csrf_token": token}
    assert client.post("/security/password", fields).headers["location"] == "/sign-in"
    assert [one.get("/patients").status for one in (client, other)] == [303, 303]
    assert client.sign_in("hamada", PASSWORD).status == 401
    assert client.sign_in("hamada", fields["password"]).status == 303


def test_who_comes_by_another_sites_link_is_asked_again_from_here(address: str) -> None:
    client, _ = with_passkey(address)
    kept = client.cookies.pop("hie_session")  # SameSite=Strict: the browser does not send it
    answer = client.get("/sign-in?next=/patients", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200
    assert parse(answer.text).one("meta", http_equiv="refresh")["content"] == "0;url=/sign-in?next=/patients"
    client.cookies["hie_session"] = kept
    assert client.get("/sign-in?next=/patients").headers["location"] == "/patients"


def test_what_people_do_about_signing_in_is_written_down(address: str, world: World) -> None:
    client, _ = with_passkey(address)
    token = field(client.get("/security"), "csrf_token", "/security/codes")
    client.post("/security/codes", {"csrf_token": token})
    client.post("/sign-out", {"csrf_token": token})
    made = ["second-factor-added", "recovery-codes-made"]
    assert actions(world) == ["password-shown", *made, "sign-in", "recovery-codes-made", "sign-out"]


def test_of_a_stopped_browser_the_very_next_request_is_refused_for_everybody(
    address: str, world: World
) -> None:
    lost, _ = with_passkey(address)
    with world.store.work() as work:
        device = work.devices.familiar(account="hamada")[0][0]
        template = work.sessions.live("hamada", world.clock.moment)[0]
        encoded = world.passwords.hash(PASSWORD)
        for number in range(100):
            login = f"nurse{number}"
            work.accounts.add(Account(login, login, "見本", CLINIC, Role.NURSE, encoded))
            token = Session(token_hash(login), login, CLINIC, Role.NURSE, device.id, *template[5:])
            work.sessions.open(token)
    clients = [lost]
    for number in range(100):
        clients.append(Client(address))
        clients[-1].cookies["hie_session"] = f"nurse{number}"
    assert {client.get("/patients").status for client in clients} == {200}
    assert stop_device(world.store, world.clock, OFFICE, device.id) == 101
    assert {client.get("/patients").status for client in clients} == {303}


def test_by_https_cookies_are_of_this_host_alone(world: World) -> None:
    with served(application(world.hub(secure=True))) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD, "/patients").status == 303
        assert {cookie.partition("=")[0] for cookie in client.set_cookies} == {
            "__Host-hie_session",
            "__Host-hie_device",
            "hie_display",  # how the screen looks: no secret, and kept from scripts all the same
        }
        for cookie in client.set_cookies:
            said = {part.strip().lower() for part in cookie.split(";")}
            assert {"secure", "httponly", "path=/"} <= said
            assert not [part for part in said if part.startswith("domain")]
        assert client.get("/patients").status == 200
        client.cookies = {"hie_session": client.cookies["__Host-hie_session"]}
        assert client.get("/patients").status == 303


@pytest.fixture
def desk(address: str, world: World) -> Client:
    """The secretariat, signed in with a passkey."""
    with world.store.work() as work:
        encoded = world.passwords.hash(PASSWORD)
        work.directory.add(Facility(OFFICE.facility, "事務局", FacilityKind.SECRETARIAT, "事務局", 0))
        work.accounts.add(
            Account("office", "office", "事務 局子", OFFICE.facility, Role.SECRETARIAT, encoded)
        )
    return with_passkey(address, "office")[0]


def test_after_a_telephone_call_the_desk_stops_a_device_in_one_click(address: str, desk: Client) -> None:
    lost, _ = with_passkey(address)
    page = parse(desk.get("/people/hamada/devices").text)
    form = page.one("form", action="/people/hamada/devices/stop")
    fields = {"device": form.one("button")["value"], "csrf_token": form.one("input")["value"]}
    assert desk.post("/people/hamada/devices/stop", fields).status == 303
    assert lost.get("/patients").status == 303
    assert lost.sign_in("hamada", PASSWORD).status == 403
    assert parse(desk.get("/people/hamada/devices").text).all("form", action="/people/hamada/devices/resume")
    assert desk.post("/people/hamada/devices/resume", fields).status == 303
    assert lost.sign_in("hamada", PASSWORD).status == 303


def test_the_desk_signs_a_person_out_everywhere(address: str, desk: Client) -> None:
    client, _ = with_passkey(address)
    token = field(desk.get("/people/hamada/devices"), "csrf_token", "/people/hamada/devices/all")
    assert desk.post("/people/hamada/devices/all", {"csrf_token": token}).status == 303
    assert client.get("/patients").status == 303


def test_the_code_of_the_desk_needs_a_fresh_proof_and_is_shown_once(
    address: str, desk: Client, world: World
) -> None:
    with_passkey(address)
    token = field(desk.get("/people/hamada/devices"), "csrf_token", "/people/hamada/devices/all")
    shown = parse(desk.post("/people/hamada/devices/code", {"csrf_token": token}).text)
    code = shown.one("p", role="alert").one("strong").text
    assert code not in desk.get("/people/hamada/devices").text
    client = Client(address)
    client.sign_in("hamada", PASSWORD)
    assert second(client, code).status == 303
    world.clock.moment += 6 * MINUTE
    answer = desk.post("/people/hamada/devices/code", {"csrf_token": token})
    assert answer.headers["location"].startswith("/confirm")


def test_nobody_gives_a_code_to_themselves_and_nobody_else_sees_the_page(address: str, desk: Client) -> None:
    doctor, _ = with_passkey(address)
    token = field(desk.get("/people/office/devices"), "csrf_token", "/people/office/devices/all")
    assert desk.post("/people/office/devices/code", {"csrf_token": token}).status == 404
    assert doctor.get("/people/hamada/devices").status == 404
    assert desk.get("/people/nobody/devices").status == 404
