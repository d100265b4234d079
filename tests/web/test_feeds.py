"""The feed monitor's pages: who sees them, what they say, and asking for documents to be read again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

import pytest

from hie.exchange.feeds import edges
from hie.hub.app import application
from hie.hub.entrance import guarded
from hie.record.identifiers import PatientId
from hie.record.requester import Role
from tests.build.feeds import (
    GARBLED,
    HOUR,
    LATE,
    LOCATOR,
    NEVER,
    NUMBER,
    OFFICE,
    REVOKED,
    SILENT,
    TROUBLED,
    WELL,
    account,
    aside,
    report,
    status,
    watched,
)
from tests.build.page import Node, parse, table
from tests.build.served import Answer, Client, served
from tests.build.stories import Region
from tests.build.world import CENTRAL, PASSWORD, TODAY, World

UNKNOWN = "1319909999"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with a feed under every light, and an account of every role."""
    world = watched(tmp_path_factory.mktemp("feeds"))
    for role in Role:
        account(world, f"any-{role}", CENTRAL, role)
    return world


@pytest.fixture(scope="module")
def monitor(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


def signed_in(address: str, login: str) -> Client:
    client = Client(address)
    assert client.sign_in(login, PASSWORD).status == 303
    return client


@pytest.fixture(scope="module")
def office(monitor: str) -> Client:
    """The secretariat, signed in."""
    return signed_in(monitor, "jimukyoku")


@pytest.fixture(scope="module")
def machinist(monitor: str) -> Client:
    """The troubled hospital's IT, signed in."""
    return signed_in(monitor, "matsuda")


def _lines(client: Client) -> list[dict[str, str]]:
    return table(parse(client.get("/feeds").text))


def _replay(client: Client, page: str, **fields: str) -> Answer:
    form = parse(client.get(page).text).one("form", id="asides")
    token = form.one("input", name="csrf_token")["value"]
    return client.post(form["action"], {"csrf_token": token} | fields)


def _tasks(world: World) -> list[tuple[str, list[str]]]:
    with world.store.look() as work:
        found = [json.loads(one.body) for one in work.tasks.recent(TROUBLED, 50)]
    return [(one["source"], one["locators"]) for one in reversed(found)]


def test_the_secretariat_sees_every_hospital_the_worst_first(office: Client) -> None:
    lines = _lines(office)
    assert [(line["状態"].strip("×!▲－○→✓"), line["病院"].split()[0]) for line in lines] == [
        ("連絡なし", "見本無音病院"),
        ("異常", "見本故障病院"),
        ("遅れ", "見本遅刻病院"),
        ("停止中", "見本停止病院"),
        ("未登録", "見本港湾病院"),
        ("未登録", "見本未登録病院"),
        ("直接取込", "見本中央病院"),
        ("正常", "見本若葉病院"),
    ]
    assert office.get("/").headers["location"] == "/today"


def test_a_line_says_what_somebody_on_the_telephone_needs(office: Client) -> None:
    line = next(line for line in _lines(office) if "故障" in line["病院"])
    assert line["最終受付"] == "59分前"
    assert line["最終連絡"] == "たった今"
    assert line["送信の遅れ"] == "なし"
    assert line["文書"] == "送信済 92,620 送信待ち 3 院内保留 20,012 隔離 2"
    assert line["直近24時間"] == "1,032件受付、3件隔離"
    assert line["同意リスト"] == "1分前"
    assert line["院内の機器"] == "ディスク 空き 3%（3.0 GB） 時計 正確 版 0.2.0"
    assert "2個のフォルダーを一覧できません" in line["病院"]
    assert "ディスクの空きが 3.0%" in line["病院"]


def test_every_light_has_a_sign_and_a_word(office: Client) -> None:
    page = parse(office.get("/feeds").text)
    for row in page.one("tbody").all("tr"):
        light = row.all("td")[0]
        assert light.one("i", aria_hidden="true").text
        assert light.text != light.one("i").text
    assert all(picture["aria-label"] for picture in page.all("svg", role="img"))


def test_pictures_say_in_words_what_they_show(office: Client) -> None:
    page = parse(office.get(f"/feeds/{TROUBLED}").text)
    labels = [picture["aria-label"] for picture in page.all("svg", role="img")]
    assert labels[0] == "送信済 92,620 送信待ち 3 院内保留 20,012 隔離 2"
    assert labels[1] == "直近24時間の1時間ごとの受付: 1,032件受付、3件隔離"


def test_hospital_it_lands_on_its_own_hospital_and_sees_no_other(machinist: Client) -> None:
    assert machinist.get("/").headers["location"] == f"/feeds/{TROUBLED}"
    assert [line["病院"].split()[0] for line in _lines(machinist)] == ["見本故障病院"]
    for other in (WELL, LATE, SILENT, REVOKED, NEVER, CENTRAL, OFFICE, UNKNOWN):
        assert machinist.get(f"/feeds/{other}").status == 404
        assert machinist.post(f"/feeds/{other}/replay", {"which": "all"}).status == 403


def test_an_unknown_hospital_is_not_there(office: Client) -> None:
    assert office.get(f"/feeds/{UNKNOWN}").status == 404


MAY = {Role.SECRETARIAT: (CENTRAL, TROUBLED), Role.FEED_OPERATOR: (CENTRAL,)}
"""Whose feeds the accounts of these tests may see; all of them are at one hospital."""


@pytest.mark.parametrize("role", list(Role))
def test_pages_and_replays_open_for_whom_they_are_and_for_nobody_else(
    monitor: str, world: World, role: Role
) -> None:
    client = signed_in(monitor, f"any-{role}")
    token = parse(client.get("/feeds").text).one("form", action="/sign-out").one("input", name="csrf_token")
    fields = {"csrf_token": token["value"], "which": "0" * 32}
    before = _tasks(world)
    assert client.get("/feeds").status == (200 if role in MAY else 404)
    assert bool(parse(client.get("/patients").text).all("a", href="/feeds")) is (role in MAY)
    for facility in (CENTRAL, TROUBLED):
        allowed = facility in MAY.get(role, ())
        assert client.get(f"/feeds/{facility}").status == (200 if allowed else 404)
        assert client.fragment(f"/feeds/{facility}").status == (200 if allowed else 404)
        assert client.post(f"/feeds/{facility}/replay", fields).status == (303 if allowed else 404)
    assert _tasks(world) == before


def test_who_is_not_signed_in_is_led_to_the_form(monitor: str) -> None:
    nobody = Client(monitor)
    for path in ("/feeds", f"/feeds/{WELL}"):
        assert nobody.get(path).headers["location"].startswith("/sign-in")
    assert nobody.post(f"/feeds/{WELL}/replay", {}).status == 303


def test_what_an_edge_says_is_wrong_stands_there_with_what_to_do(machinist: Client) -> None:
    page = parse(machinist.get(f"/feeds/{TROUBLED}").text)
    said = page.one("main").text
    for words in (
        "papers: 2個のフォルダーを一覧できません",
        "読み取り権限を確かめてください",
        "院内の機器のディスクの空きが 3.0% です",
        "ディスクを増やしてください",
        "SS-MIX2 標準化ストレージ",
        "DICOM 画像フォルダー",
        "同意なしで保留 20,000",
    ):
        assert words in said


def _asides(client: Client) -> list[Node]:
    return parse(client.get(f"/feeds/{TROUBLED}").text).one("form", id="asides").one("tbody").all("tr")


def test_the_quarantine_says_rule_reason_place_and_since_when(machinist: Client) -> None:
    first, second = _asides(machinist)
    assert "JIS-03 求められること: 0x80以上のバイトがない §7.2" in first.text
    assert "ID-01 本文の患者ID（PID-3）がファイル名の患者IDと違います" in second.text
    assert "求められること: PID-3 がファイル名の患者IDと一致する" in second.text
    assert LOCATOR in first.text
    assert GARBLED in second.text
    assert "5/19 9:00" in first.text
    assert first.one("code").text != second.one("code").text


def test_the_secretariat_sees_the_same_codes_and_no_patients_number_anywhere(
    office: Client, machinist: Client
) -> None:
    assert [row.one("code").text for row in _asides(office)] == [
        row.one("code").text for row in _asides(machinist)
    ]
    for path in ("/feeds", *(f"/feeds/{one}" for one in (TROUBLED, CENTRAL, WELL, SILENT))):
        for answer in (office.get(path), office.fragment(path)):
            assert answer.status == 200
            assert NUMBER not in answer.text
    assert NUMBER in machinist.get(f"/feeds/{TROUBLED}").text
    assert NUMBER not in machinist.get("/feeds").text


def test_one_some_or_all_of_the_quarantine_are_read_again(world: World, machinist: Client) -> None:
    page, begun = f"/feeds/{TROUBLED}", len(_tasks(world))
    first, second = (row.one("input", type="checkbox")["value"] for row in _asides(machinist))
    with world.store.look() as work:
        written = work.audit.count()
    answer = _replay(machinist, page, which=first)
    assert (answer.status, answer.headers["location"]) == (303, f"{page}#tasks")
    _replay(machinist, page, chosen=second)
    _replay(machinist, page, which="all")
    assert _tasks(world)[begun:] == [("main", [LOCATOR]), ("main", [GARBLED]), ("main", [])]
    with world.store.look() as work:
        assert work.audit.count() == written + 3
        newest = work.audit.find(PatientId(""), 1)[0]
    assert (newest.action, newest.requester.user, newest.detail) == (
        "feed-replay",
        "matsuda",
        f"{TROUBLED} all",
    )


def test_what_becomes_of_a_replay_is_told_with_its_time(world: World, office: Client) -> None:
    _replay(office, f"/feeds/{TROUBLED}", chosen=_asides(office)[0].one("input", type="checkbox")["value"])
    with world.store.look() as work:
        task = work.tasks.recent(TROUBLED, 1)[0]
        edge = next(one for one in work.edges.all() if one.facility == TROUBLED)
    told = parse(office.get(f"/feeds/{TROUBLED}").text).one("table", class_="list tasks").one("tbody")
    assert told.all("tr")[0].text == "5/20 11:00 main 1件 依頼中 jimukyoku"
    edges.finish(world.store, world.clock, edge, task.id, "failed", "no such file")
    told = parse(office.get(f"/feeds/{TROUBLED}").text).one("table", class_="list tasks").one("tbody")
    assert told.all("tr")[0].text == "5/20 11:00 main 1件 失敗 5/20 11:00 no such file jimukyoku"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2", "読み直します 5/20 11:00 2件"),
        ("tried 2, filed 2", "完了 5/20 11:00 2件を読み直し、登録 2件"),
        (
            "tried 2, filed 1, quarantined 1, missing 1",
            (
                "終了（登録できない文書あり） 5/20 11:00 "
                "2件を読み直し、登録 1件、隔離のまま 1件、見つからない 1件"
            ),
        ),
    ],
)
def test_a_replay_says_what_came_of_it(world: World, machinist: Client, said: str, shown: str) -> None:
    _replay(machinist, f"/feeds/{TROUBLED}", which="all")
    with world.store.look() as work:
        task = work.tasks.recent(TROUBLED, 1)[0]
        edge = next(one for one in work.edges.all() if one.facility == TROUBLED)
    edges.finish(world.store, world.clock, edge, task.id, "done", said)
    told = parse(machinist.get(f"/feeds/{TROUBLED}").text).one("table", class_="list tasks").one("tbody")
    assert told.all("tr")[0].text == f"5/20 11:00 main のすべて {shown} matsuda"


def test_a_script_gets_the_piece_with_a_word_on_what_was_asked(machinist: Client, world: World) -> None:
    form = parse(machinist.get(f"/feeds/{TROUBLED}").text).one("form", id="asides")
    fields = {"csrf_token": form.one("input", name="csrf_token")["value"]}
    begun = len(_tasks(world))
    piece = parse(machinist.post(form["action"], fields | {"which": "all"}, **{"HX-Request": "true"}).text)
    assert not piece.all("html")
    assert "2件の再読込を依頼しました" in piece.one("p", role="status").text
    piece = parse(machinist.post(form["action"], fields, **{"HX-Request": "true"}).text)
    assert "選ばれていない" in piece.one("p", role="status").text
    piece = parse(machinist.post(form["action"], fields | {"which": "0" * 32}, **{"HX-Request": "true"}).text)
    assert "選ばれていない" in piece.one("p", role="status").text
    assert _tasks(world)[begun:] == [("main", [])]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {}])
def test_a_replay_from_elsewhere_or_without_the_token_is_refused(
    world: World, machinist: Client, headers: dict[str, str]
) -> None:
    begun = _tasks(world)
    answer = machinist.post(f"/feeds/{TROUBLED}/replay", {"which": "all", "csrf_token": "x"}, **headers)
    assert answer.status == 403
    assert _tasks(world) == begun


def test_a_hospital_that_is_read_directly_shows_its_runs_and_offers_no_replay(office: Client) -> None:
    page = parse(office.get(f"/feeds/{CENTRAL}").text)
    assert "JIS-03" in page.one("form", id="asides").text
    assert not page.one("form", id="asides").all("button")
    assert "次の取り込みで自動的に読み直されます" in page.one("main").text
    runs = page.one("table", class_="list runs").one("tbody").all("tr")
    assert [row.text for row in runs] == ["5/20 8:00 12 11 0 0 1 0.9秒"]


def test_a_revoked_edge_is_asked_for_nothing(office: Client) -> None:
    page = parse(office.get(f"/feeds/{REVOKED}").text)
    assert "新しい登録が必要です" in page.one("main").text
    assert not page.all("form", id="asides")


def test_pieces_ask_for_themselves_again_and_are_pieces(office: Client) -> None:
    for path, name in (("/feeds", "feeds"), (f"/feeds/{TROUBLED}", "feed")):
        piece = parse(office.fragment(path).text)
        assert not piece.all("html")
        (found,) = [node for node in piece.walk() if node.attributes.get("id") == name]
        assert (found["hx-get"], found["hx-trigger"], found["hx-swap"]) == (path, "every 15s", "outerMorph")


def test_what_an_edge_writes_of_itself_is_text_and_nothing_else(world: World, office: Client) -> None:
    hostile = "<script>alert(1)</script>"
    said = status(
        troubles={hostile: hostile},
        version=hostile,
        sources=[{"name": hostile, "kind": hostile, "counts": {hostile: 5, "filed": 2}, "trouble": hostile}],
        quarantine=[aside("x", hostile, hostile, hostile)],
    )
    report(world, WELL, said)
    try:
        for path in ("/feeds", f"/feeds/{WELL}"):
            page = parse(office.get(path).text)
            assert [one for one in page.all("script") if "src" not in one.attributes] == []
            assert hostile in page.one("main").text
    finally:
        report(world, WELL, status())


def test_the_light_follows_the_clock(world: World, monitor: str) -> None:
    world.clock.moment = TODAY + HOUR
    try:
        later = signed_in(monitor, "jimukyoku")
        assert {line["状態"] for line in _lines(later)} == {"×連絡なし", "－停止中", "○未登録", "→直接取込"}
    finally:
        world.clock.moment = TODAY


def test_it_speaks_english(monitor: str) -> None:
    client = signed_in(monitor, "jimukyoku")
    client.post("/language", {"language": "en", "next": "/feeds"})
    page = parse(client.get(f"/feeds/{TROUBLED}").text)
    assert "asks: PID-3 is the patient of the file's name." in page.one("form", id="asides").text
    assert "2 folders cannot be listed" in page.one("main").text


def test_hospital_it_opens_no_patient_by_any_route(region: Region, address: str) -> None:
    login = "it-of-central"
    account(region.world, login, CENTRAL, Role.FEED_OPERATOR)
    client, hanako = signed_in(address, login), region.hanako
    filled = {"patient": hanako.patient.id, "numbers": "1", "entry": "1", "number": "1", "place": "1"}
    filled |= {"code": "3A0100000023270", "study": "1.2.3", "instance": "1.2.3.4"}
    app = application(region.world.hub())
    paths = [route.path for route in guarded(app.routes) if "{patient}" in route.path]
    assert len(paths) >= 8
    for path in paths:
        answer = client.get(path.format_map(defaultdict(lambda: "1", filled)) + "?code=3A0100000023270")
        assert answer.status in {403, 404}, path
        assert hanako.patient.name.kanji not in answer.text
        assert hanako.numbers[CENTRAL] not in answer.text
    assert not parse(client.get("/patients").text).all("table")
    token = (
        parse(client.get("/patients").text).one("form", action="/sign-out").one("input", name="csrf_token")
    )
    found = client.post("/patients", {"words": "試験", "csrf_token": token["value"]})
    assert not parse(found.text).all("table")
    assert hanako.patient.name.kanji not in found.text
