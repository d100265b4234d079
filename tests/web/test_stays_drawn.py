"""A long stay on the screen: legs, leaves and plans, and the page of every event."""

import json
from collections.abc import Iterator

import pytest

from hie.hub.app import application
from hie.record.clinical import Encounter, Place
from tests.build.page import Node, parse
from tests.build.records import admission
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, PASSWORD, World

LYING = admission("202405011400")._replace(department="01", ward="3E", room="301")
MOVED = LYING._replace(event="A02", at="202405041000", admitted_at="", department="05", ward="5W")
EVENTS: tuple[tuple[str, Encounter, str], ...] = (
    ("ADT-21", MOVED._replace(event="A14", at="20240430", expected_discharge="20240510"), "20240430"),
    ("ADT-22", LYING, "20240501"),
    ("ADT-01", LYING._replace(event="A54", at="202405011400", attending="服部 愛"), "20240501"),
    ("ADT-41", MOVED._replace(event="A15", at="20240504", prior=Place("", "3E", "301")), "20240504"),
    ("ADT-42", MOVED._replace(prior=Place("", "3E", "301")), "20240504"),
    (
        "ADT-31",
        MOVED._replace(event="A21", at="202405101000", expected_return="202405121700", reason="02"),
        "20240510",
    ),
    ("ADT-32", MOVED._replace(event="A22", at="202405121655"), "20240512"),
    ("ADT-51", MOVED._replace(event="A16", at="202405251000"), "20240525"),
)


@pytest.fixture(scope="module")
def doctor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    world = World(tmp_path_factory.mktemp("region"))
    builder = world.a_patient("R000000001").linked(CENTRAL, "0012345678").linked(CLINIC, "7001")
    patient = builder.consenting().there()
    for kind, event, day in EVENTS:
        world.file(CENTRAL, patient, kind, [event], day)
    world.feed(CENTRAL)
    with served(application(world.hub())) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def _page(doctor: Client, path: str) -> Node:
    answer = doctor.get(path)
    assert answer.status == 200
    return parse(answer.text)


def _band(doctor: Client, query: str) -> list[Node]:
    page = _page(doctor, f"/patients/R000000001{query}")
    (row,) = (row for row in page.all("tr") if row["class"] == "stays")
    return [cell for cell in row.all("td") if cell.text]


def test_a_month_shows_where_the_patient_lay_and_when_they_were_away(doctor: Client) -> None:
    cells = _band(doctor, "?view=month&at=20240520")
    assert [(cell["colspan"], cell.text) for cell in cells] == [
        ("9", "中央 入院中 5/1〜"),
        ("2", "外泊"),
        ("6", "呼吸器科 5W"),
        ("3", "内科 3E"),
    ]
    title = cells[0].one("a")["title"]
    assert "2024年5月4日(土) 10:00〜 呼吸器科 5W" in title
    assert "外泊 2024年5月10日(金) 10:00〜2024年5月12日(日) 16:55" in title


def test_every_part_opens_its_event_and_the_page_says_what_happened(doctor: Client) -> None:
    moved, away, _, admitted = (
        _page(doctor, cell.one("a")["href"]).text for cell in _band(doctor, "?view=month&at=20240520")
    )
    for said in ("転科・転棟", "5W 301", "転出元", "3E 301"):
        assert said in moved
    for said in ("外出・外泊", "帰院予定", "2024年5月12日(日) 17:00"):
        assert said in away
    assert "入院日時" in admitted


def test_what_is_planned_is_said_above_the_calendar(doctor: Client) -> None:
    assert "見本中央病院 退院予定 2024年5月25日(土) 10:00" in _page(doctor, "/patients/R000000001").text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ADT-01", ("担当医の変更", "服部 愛")),
        ("ADT-21", ("入院予定", "退院予定", "2024年5月10日(金)")),
        ("ADT-32", ("帰院", "16:55")),
        ("ADT-41", ("転科・転棟予定", "転出元")),
        ("ADT-51", ("退院予定", "10:00")),
    ],
)
def test_every_event_has_its_page(doctor: Client, kind: str, said: tuple[str, ...]) -> None:
    rows = json.loads(doctor.get("/api/patients/R000000001/timeline").body)["rows"]
    (number,) = (row[0] for row in rows if row[4] == kind)
    text = _page(doctor, f"/patients/R000000001/entries/{number}").text
    assert [one for one in said if one not in text] == []
