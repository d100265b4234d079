"""The one-page summary: each line with its source, nothing that the gate closes, one row in the trail."""

from __future__ import annotations

from tests.build.page import Node, parse
from tests.build.served import Client
from tests.build.stories import Region

PATH = "/patients/R000000001/summary"


def _page(doctor: Client) -> Node:
    answer = doctor.get(PATH)
    assert answer.status == 200
    return parse(answer.text)


def _block(page: Node, name: str) -> Node:
    return page.one("section", aria_labelledby=f"s-{name}")


def test_every_part_names_its_source_and_day(doctor: Client) -> None:
    page = _page(doctor)
    for name in ("problems", "allergies", "medication", "results"):
        lines = _block(page, name).one("ul").all("li")
        assert lines, name
        for line in lines:
            assert any("/entries/" in link["href"] and "2024年" in link.text for link in line.all("a")), name


def test_it_says_the_allergy_the_drugs_and_the_stay(doctor: Client) -> None:
    page = _page(doctor)
    assert "ペニシリン" in _block(page, "allergies").text
    assert "見本カルシウム拮抗錠５ｍｇ" in _block(page, "medication").text
    assert "見本港湾病院" in _block(page, "stays").text


def test_a_look_at_it_is_one_row_whatever_was_opened_for_it(doctor: Client, region: Region) -> None:
    def rows() -> list[str]:
        with region.world.store.look() as work:
            return [event.action for event in work.audit.find(region.hanako.patient.id, 500)]

    before = rows()
    _page(doctor)
    after = rows()
    assert len(after) == len(before) + 1
    assert after.count("view-summary") == before.count("view-summary") + 1


def test_nobody_is_told_of_a_patient_who_did_not_consent(doctor: Client) -> None:
    assert doctor.get("/patients/R000000002/summary").status == 404
