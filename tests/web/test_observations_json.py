"""One analyte for programs: documented columns, numbers as text, the original beside each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import CENTRAL

PATH = "/api/patients/R000000001/observations"


def _asked(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"{PATH}?{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    told: dict[str, Any] = json.loads(answer.body)
    return told


def test_the_answer_has_the_documented_form(doctor: Client) -> None:
    told = _asked(doctor, "code=3C015&from=20240101&to=20241231")
    (point, *_) = told.pop("points")
    assert told == {
        "patient": "R000000001",
        "from": 20240101,
        "to": 20241231,
        "code": "3C015",
        "name": "クレアチニン",
        "unit": "mg/dL",
        "ucum": "mg/dL",
    }
    assert point["facility"] == CENTRAL
    assert point["original"] == {
        "value": "0.71",
        "unit": "mg/dL",
        "reference_range": "0.46-0.79",
        "flag": "N",
    }
    assert point["normal"] == {
        "comparable": True,
        "comparator": "",
        "number": "0.71",
        "upper": None,
        "grade": "",
        "unit": "mg/dL",
        "low": "0.46",
        "high": "0.79",
        "how": [],
    }


def test_days_choose(doctor: Client) -> None:
    assert _asked(doctor, "code=3C015&from=20300101")["points"] == []


@pytest.mark.parametrize("query", ["", "code=", "code=creatinine", "code=3C015&from=today", "code=3C0150"])
def test_a_question_that_is_none_is_not_asked(doctor: Client, query: str) -> None:
    assert doctor.get(f"{PATH}?{query}").status == 400


def test_of_who_did_not_consent_nothing_is_answered(region: Region, doctor: Client) -> None:
    address = f"/api/patients/{region.silent.patient.id}/observations?code=3C015"
    assert doctor.get(address).status == 404


def test_nobody_is_told_to_sign_in(browser_of_nobody: Client) -> None:
    answer = browser_of_nobody.get(f"{PATH}?code=3C015")
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")
