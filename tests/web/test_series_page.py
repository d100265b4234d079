"""One item over all hospitals as a doctor reads it, and the mark beside a result that was converted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.hub.app import application
from hie.record.clinical import Observation, Record
from hie.record.identifiers import FacilityCode
from tests.build.page import parse, table
from tests.build.records import REPORT, result
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World
from viewer.curve import shapes
from viewer.drawing import Sign

PATH = "/patients/R000000001"


def _creatinine(value: str, unit: str, day: str, reference_range: str) -> Observation:
    return result(
        "クレアチニン",
        value,
        value_type="NM" if value[0].isdigit() else "ST",
        unit=unit,
        unit_code="",
        reference_range=reference_range,
        observed_at=f"{day}0900",
    )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The clinic's doctor, in a region where one person was measured in two hospitals."""
    folder: Path = tmp_path_factory.mktemp("region")
    world = World(folder)
    somebody = (
        world.a_patient("R000000001")
        .linked(CENTRAL, "0012345678")
        .linked(HARBOUR, "55501")
        .linked(CLINIC, "7001")
        .consenting()
        .there()
    )
    world.a_patient("R000000002").linked(CENTRAL, "0099999999").there()
    ours: list[Record] = [REPORT, _creatinine("0.71", "mg/dL", "20240501", "0.46-0.79")]
    theirs: list[Record] = [
        REPORT,
        _creatinine("74.3", "μmol/L", "20240502", "40.7-69.8"),
        _creatinine("再検", "mg/dL", "20240503", ""),
    ]
    world.file(CENTRAL, somebody, "OML-11", ours, at="20240501")
    world.file(HARBOUR, somebody, "OML-11", theirs, at="20240502")
    world.feed(CENTRAL)
    world.feed(HARBOUR)
    with served(application(world.hub())) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def test_a_table_shows_the_original_first_and_then_one_unit(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results/3C015000002327101").text)
    assert page.one("h2").text == "クレアチニンの推移"
    rows = table(page)
    assert [(row["施設"], row["施設の表記"], row["そろえた値"], row["そろえ方"]) for row in rows] == [
        ("見本港湾病院", "再検 mg/dL", "—", "数値として読めないコメントです"),
        (
            "見本港湾病院",
            "74.3 μmol/L",
            "0.840 mg/dL",
            "分子量で換算しました: 113.12 g/mol 単位を換算しました: μmol/L → mg/dL ×0.011312",
        ),
        ("見本中央病院", "0.71 mg/dL", "0.71 mg/dL", ""),
    ]


def test_a_range_stands_in_the_unit_of_the_value_beside_it(reader: Client) -> None:
    rows = table(parse(reader.get(f"{PATH}/results/3C015").text))
    assert [(row["基準範囲"], row["そろえた基準範囲"]) for row in rows] == [
        ("", ""),
        ("40.7-69.8 μmol/L", "0.46–0.79 mg/dL"),
        ("0.46-0.79 mg/dL", "0.46–0.79 mg/dL"),
    ]


def test_a_legend_names_each_facility_with_a_shape_of_its_own(reader: Client) -> None:
    legend = parse(reader.get(f"{PATH}/results/3C015").text).one("ul", class_="legend")
    assert sorted(item.text.strip() for item in legend.all("li")) == [
        "灰色の帯・棒：各施設の基準範囲",
        "見本中央病院",
        "見本港湾病院",
    ]


def test_eight_facilities_have_eight_shapes_even_when_they_share_marks() -> None:
    shown = {FacilityCode(f"13199999{n:02}"): Sign("", "", "", n % 3, own=False) for n in range(8)}
    assert sorted(shapes(shown).values()) == list(range(8))


def test_the_picture_says_in_words_what_it_shows(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results/3C015").text)
    told = page.one("div", role="img")["aria-label"]
    assert told == "クレアチニン（mg/dL）、2024年5月1日から2024年5月2日まで、2点"


def test_a_converted_result_bears_a_mark_and_an_ordinary_one_does_not(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}?view=month&at=20240502").text)
    chips = {
        link.attributes["title"].split()[1]: link["href"]
        for link in page.all("a")
        if " 検体検査 " in link.attributes.get("title", "")
    }
    theirs = parse(reader.get(chips["見本港湾病院"]).text).one("article")
    (mark,) = theirs.all("details")
    assert mark.one("summary").text == "換算 0.840 mg/dL"
    assert "≈" not in mark.text
    assert "分子量で換算しました" in mark.text
    ours = parse(reader.get(chips["見本中央病院"]).text).one("article")
    assert ours.all("details") == []
    (link,) = [one for one in ours.all("a") if one.text == "クレアチニン"]
    assert parse(reader.get(link["href"]).text).one("h2").text == "クレアチニンの推移"


@pytest.mark.parametrize(
    "address", [f"{PATH}/results/CRE", "/patients/R000000002/results/3C015", "/patients/x/results/3C015"]
)
def test_what_is_not_there_or_not_for_the_asker_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(address).status == 404


def test_an_item_without_results_says_so(reader: Client) -> None:
    assert "この項目の結果はありません" in reader.get(f"{PATH}/results/3H010").text
