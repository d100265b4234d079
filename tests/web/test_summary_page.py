"""The one-page summary: each line with its source, nothing that the gate closes, one row in the trail."""

from __future__ import annotations

from consent.model import Provision
from hie.record.entry import DocumentClass
from tests.build.page import Node, parse
from tests.build.records import PROBLEM, REPORT, admission, drug, result
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import CENTRAL, CLINIC

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


def test_what_a_consent_closes_is_told_nowhere_and_why_it_is_empty_is_said(
    doctor: Client, region: Region
) -> None:
    closed = {DocumentClass.PROBLEM, DocumentClass.LABORATORY_RESULT, DocumentClass.ENCOUNTER}
    opened = frozenset(DocumentClass) - closed - {DocumentClass.UNKNOWN}
    world = region.world
    whose = (
        world.a_patient("R000000007")
        .named("閉 三郎", "トジ サブロウ")
        .linked(CENTRAL, "0070000007")
        .consenting(Provision(recipients=frozenset({CLINIC}), classes=opened))
        .there()
    )
    world.file(CENTRAL, whose, "PPR-01", [PROBLEM])
    world.file(CENTRAL, whose, "OML-11", [REPORT, result("クレアチニン", "0.71")])
    world.file(CENTRAL, whose, "ADT-22", [admission("202403041000")], "20240304")
    world.file(CENTRAL, whose, "OMP-01", [drug("見本降圧錠５ｍｇ")])
    world.feed(CENTRAL)
    page = parse(doctor.get("/patients/R000000007/summary").text)
    assert "見本降圧錠５ｍｇ" in _block(page, "medication").text
    for secret in (PROBLEM.name, "クレアチニン", "0.71", "2024年3月4日"):
        assert secret not in page.text, secret
    for name in ("problems", "results", "stays"):
        assert "同意の範囲に入っていないか" in _block(page, name).text, name
    assert "ないと確かめられたわけではありません" in _block(page, "allergies").text
    assert "判断は加えていません" in page.text


def test_nobody_is_told_of_a_patient_who_did_not_consent(doctor: Client) -> None:
    assert doctor.get("/patients/R000000002/summary").status == 404
