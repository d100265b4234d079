"""The calendar for programs: documented columns, and exactly the entries that the page shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hie.record.entry import DOCUMENT_CLASSES
from tests.build.page import parse
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import FACILITIES

PATH = "/patients/R000000001"
HALF = "from=20231127&to=20240526"
NAMES = {facility.code: facility.name for facility in FACILITIES}


def _asked(client: Client, query: str = "", path: str = PATH) -> dict[str, Any]:
    answer = client.get(f"/api{path}/timeline?{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    told: dict[str, Any] = json.loads(answer.body)
    return told


def _lines(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]


def test_the_answer_has_the_documented_form(doctor: Client) -> None:
    told = _asked(doctor, HALF)
    assert list(told) == ["patient", "from", "to", "columns", "classes", "rows", "stays"]
    assert (told["patient"], told["from"], told["to"]) == ("R000000001", 20231127, 20240526)
    named = ["id", "day", "facility", "class", "kind", "items", "abnormal", "link", "department"]
    assert told["columns"] == named
    assert told["classes"] == [one.value for one in DOCUMENT_CLASSES]
    assert told["rows"]
    for line in _lines(told):
        assert [type(value) for value in line.values()] == [int, int, str, int, str, int, int, str, str]
        assert 20231127 <= line["day"] <= 20240526
        assert line["facility"] in NAMES
        assert 0 <= line["class"] < len(DOCUMENT_CLASSES)
    for stay in told["stays"]:
        assert list(stay) == ["facility", "from", "to"]


def test_the_newest_day_comes_first(doctor: Client) -> None:
    days = [line["day"] for line in _lines(_asked(doctor))]
    assert len(set(days)) > 1
    assert days == sorted(days, reverse=True)


def test_programs_and_people_are_shown_the_same_entries(doctor: Client) -> None:
    """Each entry of the answer stands on the page under its day and facility, and no other does."""
    page = parse(doctor.get(PATH).text)
    chips = [link for link in page.all("a") if "/entries/" in link.attributes.get("href", "")]
    titles: dict[int, str] = {}
    for link in chips:
        for number in link["href"].split("?")[0].rpartition("/")[2].split("-"):
            titles[int(number)] = titles.get(int(number), "") + link.attributes.get("title", "")
    lines = _lines(_asked(doctor, HALF))
    assert sorted(titles) == sorted(line["id"] for line in lines)
    for line in lines:
        day = str(line["day"])
        title = titles[line["id"]]
        assert f"{int(day[:4])}年{int(day[4:6])}月{int(day[6:])}日" in title, line
        assert NAMES[line["facility"]] in title, line


def test_of_who_did_not_consent_programs_see_no_entry_either(region: Region, doctor: Client) -> None:
    assert doctor.get(f"/api/patients/{region.silent.patient.id}/timeline").status == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=yesterday", 400), ("to=20240231", 400), ("from=20240101&to=20230101", 200), ("", 200)],
)
def test_days_are_days(doctor: Client, query: str, status: int) -> None:
    assert doctor.get(f"/api{PATH}/timeline?{query}").status == status


def test_nobody_is_told_to_sign_in_and_nothing_else(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.get(f"/api{PATH}/timeline", Accept="application/json")
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")
    assert json.loads(answer.body) == {"type": "about:blank", "title": "not signed in", "status": 401}
