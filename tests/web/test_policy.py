"""What every answer says to the browser, and what errors say to people."""

from pathlib import Path
from typing import NoReturn

import pytest

from hie.hub.app import application
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from tests.build.page import parse
from tests.build.served import Client, served
from tests.build.stories import tell
from tests.build.world import PASSWORD

PAGES = ["/patients", "/patients/R000000001", "/patients/R999999999", "/nowhere", "/sign-in?next=/patients"]


@pytest.mark.parametrize("path", [*PAGES, "/api/patients/R000000001/timeline"])
def test_every_answer_carries_the_policy_and_is_kept_nowhere(doctor: Client, path: str) -> None:
    headers = doctor.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy.pop("default-src") == "'none'"
    assert (policy.pop("require-trusted-types-for"), policy.pop("trusted-types")) == ("'script'", "fragments")
    assert set(policy.values()) == {"'self'", "'none'"}
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert "camera=()" in headers["permissions-policy"]
    assert "publickey-credentials-get=(self)" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_whoever_came_by_tls_comes_by_nothing_else(tmp_path: Path) -> None:
    with served(application(wire(Settings(data_dir=tmp_path, secure_cookies=True)))) as address:
        answer = Client(address).get("/nowhere")
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("path", [*PAGES, "/api/patients/R000000001/timeline"])
def test_head_is_get_without_the_body(doctor: Client, path: str) -> None:
    head, get = doctor.head(path), doctor.get(path)
    assert (head.status, head.body) == (get.status, b"")
    assert head.headers | {"date": ""} == get.headers | {"date": ""}


def test_files_may_be_kept_and_carry_the_policy_too(browser_of_nobody: Client) -> None:
    sheet = parse(browser_of_nobody.get("/sign-in").text).one("link", rel="stylesheet")["href"]
    answer = browser_of_nobody.get(sheet)
    assert answer.status == 200
    assert "cache-control" not in answer.headers
    assert "content-security-policy" in answer.headers


def test_a_file_is_given_in_one_piece_or_whole(browser_of_nobody: Client) -> None:
    sheet = "/static/icon.svg"
    whole = browser_of_nobody.get(sheet)
    one, many = (browser_of_nobody.get(sheet, Range=asked) for asked in ("bytes=2-5", "bytes=0-0,2-2,4-4"))
    assert (one.status, one.body) == (206, whole.body[2:6])
    assert (many.status, many.body) == (200, whole.body)


def test_a_stylesheet_that_is_known_is_not_sent_again(browser_of_nobody: Client) -> None:
    sheet = parse(browser_of_nobody.get("/sign-in").text).one("link", rel="stylesheet")["href"]
    first = browser_of_nobody.get(sheet)
    again = browser_of_nobody.get(sheet, **{"If-None-Match": first.headers["etag"]})
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    assert len(first.body) > 10_000
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_script_or_style(doctor: Client, path: str) -> None:
    page = parse(doctor.get(path).text)
    assert not page.all("style")
    assert [one for one in page.all("script") if "src" not in one.attributes] == []
    marked = [
        name for node in page.walk() for name in node.attributes if name == "style" or name.startswith("on")
    ]
    assert marked == []


@pytest.mark.parametrize("path", ["/patients", "/patients/R000000001"])
def test_every_page_offers_the_other_language_and_the_way_out(doctor: Client, path: str) -> None:
    page = parse(doctor.get(path).text)
    assert page.one("form", action="/language").one("button").text == "English"
    assert page.one("form", action="/sign-out").one("button").text == "サインアウト"
    assert "見本駅前医院 浜田 圭介" in page.one("header").text
    skip = page.all("a")[0]
    assert page.all("main", id=skip["href"].removeprefix("#"))


def test_an_unknown_address_says_so_plainly(doctor: Client) -> None:
    answer = doctor.get("/nowhere")
    assert answer.status == 404
    assert parse(answer.text).one("h1").text == "見つかりません"


def test_programs_get_a_problem_and_no_page(doctor: Client) -> None:
    answer = doctor.get("/nowhere", Accept="application/json")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_fragment_after_the_session_ended_says_to_sign_in(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.fragment("/patients/R000000001/entries/1")
    assert answer.status == 401
    assert "サインインしてください" in parse(answer.text).one("div", role="alert").text


def test_a_defect_is_told_without_detail(tmp_path: Path) -> None:
    hub = tell(tmp_path).world.hub()

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("試験 花子 0012345678")

    app = application(hub._replace(services=hub.services._replace(read=broken)))
    with served(app) as address:
        client = Client(address)
        client.sign_in("hamada", PASSWORD)
        page = parse(client.get("/patients/R000000001?view=month&at=20240510").text)
        link = next(one["href"] for one in page.all("a") if "処方" in one.attributes.get("title", ""))
        answer = client.get(link)
    assert answer.status == 500
    assert "花子" not in parse(answer.text).one("main").text
    assert parse(answer.text).one("h1").text == "問題が起きました"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
