"""Signing in and out as a browser does it."""

import pytest

from tests.build.page import parse
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import PASSWORD


def test_who_is_not_signed_in_is_led_to_the_form_and_back(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.get("/patients/R000000001?view=month")
    assert answer.status == 303
    form = parse(browser_of_nobody.get(answer.headers["location"]).text).one("form", action="/sign-in")
    assert form.one("input", name="next")["value"] == "/patients/R000000001?view=month"
    done = browser_of_nobody.sign_in("hamada", PASSWORD, "/patients/R000000001?view=month")
    assert (done.status, done.headers["location"]) == (303, "/patients/R000000001?view=month")


def test_a_script_without_a_session_is_told_where_to_sign_in(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.fragment("/patients/R000000001/entries/1")
    assert answer.status == 401
    link = parse(answer.text).one("a")
    assert link["href"] == "/sign-in?next=%2Fpatients%2FR000000001%2Fentries%2F1"


def test_the_form_names_its_fields_for_people_and_password_keepers(browser_of_nobody: Client) -> None:
    page = parse(browser_of_nobody.get("/sign-in").text)
    assert page.one("html")["lang"] == "ja"
    assert page.one("h1").text == "サインイン"
    for field, name in (("login", "利用者ID"), ("password", "パスワード")):
        assert page.one("label", for_=field).text == name
        assert page.one("input", id=field)["autocomplete"] in {"username", "current-password"}


def test_an_unknown_login_and_a_wrong_password_look_the_same(browser_of_nobody: Client) -> None:
    wrong = browser_of_nobody.sign_in("hamada", "wrong")
    unknown = browser_of_nobody.sign_in("nobody", "wrong")
    assert wrong.status == unknown.status == 401
    texts = [parse(answer.text).one("p", role="alert").text for answer in (wrong, unknown)]
    assert texts == ["利用者IDまたはパスワードが違います。"] * 2
    assert not browser_of_nobody.cookies


def test_too_many_attempts_must_wait_and_the_right_password_does_not_help(address: str) -> None:
    client = Client(address)
    for _ in range(10):
        assert client.sign_in("kawai", "wrong").status == 401
    answer = client.sign_in("kawai", PASSWORD)
    assert answer.status == 429
    assert "しばらく待って" in parse(answer.text).one("p", role="alert").text


def test_the_session_cookie_is_opaque_and_out_of_reach_of_scripts(browser_of_nobody: Client) -> None:
    browser_of_nobody.sign_in("hamada", PASSWORD)
    cookies = browser_of_nobody.set_cookies
    assert [cookie.partition("=")[0] for cookie in cookies] == ["hie_session", "hie_device", "hie_display"]
    for cookie, site in zip(cookies, ("strict", "lax", "lax"), strict=True):
        said = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", f"samesite={site}", "path=/"} <= said
        assert "hamada" not in cookie


def test_a_browser_that_is_known_does_not_wait_for_the_guesses_of_others(address: str) -> None:
    known, guessing = Client(address), Client(address)
    assert known.sign_in("clerk", PASSWORD).status == 303
    while guessing.sign_in("clerk", "wrong").status != 429:
        pass
    assert guessing.sign_in("clerk", PASSWORD).status == 429
    del known.cookies["hie_session"]
    assert known.sign_in("clerk", PASSWORD).status == 303


def test_every_sign_in_makes_another_session(address: str) -> None:
    tokens = []
    for _ in range(2):
        client = Client(address)
        client.cookies["hie_session"] = "chosen-by-somebody-else"
        client.sign_in("hamada", PASSWORD)
        tokens.append(client.cookies["hie_session"])
    assert len({*tokens, "chosen-by-somebody-else"}) == 3


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org", "/\\example.org", "patients", "/a\nb"]
)
def test_signing_in_never_leads_away(browser_of_nobody: Client, away: str) -> None:
    assert browser_of_nobody.sign_in("hamada", PASSWORD, away).headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://example.org"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_a_form_sent_from_another_place_is_refused(address: str, headers: dict[str, str]) -> None:
    client = Client(address)
    fields = {"login": "hamada", "password": PASSWORD}
    assert client.post("/sign-in", fields, **headers).status == 403
    assert not client.cookies


def test_an_old_browser_is_known_by_its_origin(address: str) -> None:
    client = Client(address)
    fields = {"login": "hamada", "password": PASSWORD}
    assert client.post("/sign-in", fields, **{"Sec-Fetch-Site": "", "Origin": address}).status == 303


def test_signing_out_needs_the_sessions_token_and_ends_it_everywhere(address: str) -> None:
    client = Client(address)
    client.sign_in("hamada", PASSWORD)
    form = parse(client.get("/patients").text).one("form", action="/sign-out")
    assert client.post("/sign-out", {"csrf_token": "guessed"}).status == 403
    kept = dict(client.cookies)
    answer = client.post("/sign-out", {"csrf_token": form.one("input", name="csrf_token")["value"]})
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
    assert "hie_session" not in client.cookies
    client.cookies = kept
    assert client.get("/patients").status == 303


def test_the_screen_speaks_english_when_asked_and_stays_so(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.post("/language", {"language": "en", "next": "/sign-in"})
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
    page = parse(browser_of_nobody.get("/sign-in").text)
    assert (page.one("html")["lang"], page.one("h1").text) == ("en", "Sign in")
    browser_of_nobody.post("/language", {"language": "ja", "next": "/sign-in"})
    assert parse(browser_of_nobody.get("/sign-in").text).one("h1").text == "サインイン"


def test_signing_in_and_failing_are_written_down(region: Region, address: str) -> None:
    with region.world.store.look() as work:
        before = work.audit.count()
    client = Client(address)
    client.sign_in("hamada", "wrong")
    client.sign_in("hamada", PASSWORD)
    with region.world.store.look() as work:
        assert work.audit.count() == before + 2
