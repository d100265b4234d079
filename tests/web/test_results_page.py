"""From the file of a hospital to the point in a doctor's picture: units, limits, grades, no numbers.

The place of each point is read from the picture as a person would read it: by the numbers on its own axis.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from hie.exchange.gate.access import Asked, admit
from hie.exchange.records.panels import KEY_RESULTS
from hie.exchange.records.results import latest
from hie.hub.app import application
from hie.record.clinical import Coding, Observation, Record
from hie.record.requester import Purpose, Requester, Role
from tests.build.page import Node, parse
from tests.build.records import DRUG, REPORT, result
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World

PATH = "/patients/R000000001"
FIRST = date(2024, 1, 1)
TOP_TO_BOTTOM = 162
"""Pixels between the ends of the axis: what is written to a tenth of one."""


class Trap(NamedTuple):
    """What a laboratory writes, and where it must stand in the picture; `at` None: only in the table."""

    value: str
    unit: str
    at: float | None
    comparator: str = ""
    upper: float | None = None


CRP = "5C070000002306201"
GLUCOSE = "3D010000002327101"
MAGNESIUM = "3H025000002327101"
CALCIUM = "3H030000002327101"
POTASSIUM = "3H015000002326101"
LEUCOCYTES = "2A010000001930901"
PLATELETS = "2A050000001930901"
CREATININE = "3C015000002327101"
MCHC = "2A080000001930901"
ALP = "3B070000002327201"
RHEUMATOID = "5G160000002306201"
URINE_PROTEIN = "1A010000000191111"

TRAPS: dict[str, tuple[Trap, ...]] = {
    # Numbers with a factor between the units, limits of the method, ranges, and what has no place.
    CRP: (
        Trap("0.30", "mg/dL", 0.30),
        Trap("3.0", "mg/L", 0.30),
        Trap("＜０．１", "ｍｇ／ｄｌ", 0.1, "<"),
        Trap("< 0.02", "mg/dL", 0.02, "<"),
        Trap("<= 0.4", "mg/dL", 0.4, "<="),
        Trap("> 1", "mg/dL", 1, ">"),
        Trap(">= 2", "mg/dL", 2, ">="),
        Trap("0.5未満", "mg/dL", 0.5, "<"),
        Trap("0.5ミマン", "mg/dL", 0.5, "<"),
        Trap("1.5以上", "mg/dL", 1.5, ">="),
        Trap("1.5以下", "mg/dL", 1.5, "<="),
        Trap("2↑", "mg/dL", 2, ">="),
        Trap("U1.5", "mg/dL", 1.5, ">"),
        Trap("L0.3", "mg/dL", 0.3, "<"),
        Trap(" 1 - 2", "mg/dL", 1, "", 2),
        Trap("0.5～2", "mg/dL", 0.5, "", 2),
        Trap("5-12", "mg/L", 0.5, "", 1.2),
        Trap("0.71H", "mg/dL", 0.71),
        Trap("1.2 mg/dL", "", 1.2),
        Trap("12mg/L", "", 1.2),
        Trap("1.2", "furlong", None),
        Trap("1.2", "", None),
        Trap(" 52 / 3", "mg/dL", None),
        Trap(" 1 : 2", "mg/dL", None),
        Trap("測定不能", "mg/dL", None),
        Trap("検体不足", "mg/dL", None),
        Trap("再検中", "mg/dL", None),
        Trap('""', "mg/dL", None),
        Trap("2.0", "mg/dL", 2.0),
    ),
    # By the mass of a mole; a product keeps no more digits than were measured, three at least.
    GLUCOSE: (
        Trap("100", "mg/dL", 100),
        Trap("5.5", "mmol/L", 99.1),
        Trap("11.10", "mmol/L", 200),
        Trap("1.00", "g/L", 100),
    ),
    CREATININE: (
        Trap("0.71", "mg/dL", 0.71),
        Trap("74.3", "umol/L", 0.840),
        Trap("74.3", "μmol/L", 0.840),
        Trap("<17.7", "μmol/L", 0.200, "<"),
        Trap("0.1", "mmol/L", 1.13),
    ),
    # Milliequivalents: the charge of the ion tells.
    MAGNESIUM: (Trap("2.0", "mg/dL", 2.0), Trap("2.0", "meq/L", 2.43), Trap("1.0", "mmol/L", 2.43)),
    CALCIUM: (Trap("9.0", "mg/dL", 9.0), Trap("4.6", "mEq/L", 9.22), Trap("2.30", "mmol/L", 9.22)),
    POTASSIUM: (Trap("4.1", "mEq/L", 4.1), Trap("4.4", "mmol/L", 4.4)),
    # Counts: powers of ten in the unit, in the value, in the ASCII notation of the standard.
    LEUCOCYTES: (
        Trap("5.6", "×10^3/μL", 5.6),
        Trap("5600", "/uL", 5.6),
        Trap("5,600", "/μL", 5.6),
        Trap("56", ".10*2/uL", 5.6),
        Trap("5.6", ".10*3/uL", 5.6),
        Trap("5.6×10^3", "/μL", 5.6),
        Trap("5.6E3", "/μL", 5.6),
        Trap("7.0", "10^9/L", 7.0),
    ),
    PLATELETS: (
        Trap("23.2", ".10*4/uL", 23.2),
        Trap("232", "×10^3/μL", 23.2),
        Trap("232000", "/μL", 23.2),
        Trap("15.0", "万/μL", 15.0),
    ),
    MCHC: (Trap("33.4", "%", 33.4), Trap("31.2", "g/dL", 31.2)),
    ALP: (Trap("80", "u/L", 80), Trap("90", "IU/L", 90), Trap("1.0", "ukat/L", None)),
    # A number with its class beside it: the number is the point.
    RHEUMATOID: (Trap("2.3(±)", "IU/mL", 2.3), Trap("30", "iu/mL", 30)),
    # Grades stand on a ladder of their own; leading blanks are data and change nothing.
    URINE_PROTEIN: (
        Trap("  -", "", 0),
        Trap("  +-", "", 1),
        Trap(" 1 +", "", 3),
        Trap(" 3 +", "", 5),
        Trap("(2+)", "", 4),
        Trap("＋＋", "", 4),
        Trap("++++", "", 6),
        Trap("陰性", "", 0),
        Trap("インセイ", "", 0),
        Trap("(-)", "", 0),
        Trap("検出せず", "", 0),
        Trap("±", "", 1),
        Trap("+/-", "", 1),
        Trap("少量", "", 1),
        Trap("弱陽性", "", 2),
        Trap("陽性", "", 3),
        Trap("(+)", "", 3),
        Trap(">=3+", "", 5, ">="),
        Trap("3+(300)", "mg/dL", 5),
        Trap("判定不能", "", None),
    ),
}
RUNGS = {"−": 0, "±": 1, "w+": 2, "1+": 3, "2+": 4, "3+": 5, "4+": 6, "5+": 7}


def _written(code: str, trap: Trap, day: date) -> Observation:
    return result(
        "項目",
        trap.value,
        value_type="NM" if re.fullmatch(r"[0-9.]+", trap.value) else "ST",
        unit=trap.unit,
        unit_code="",
        reference_range="",
        flag="",
        code=Coding(code, "項目", "JC10"),
        observed_at=f"{day:%Y%m%d}0900",
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region where one person met every trap, half of them in each of two hospitals."""
    made = World(tmp_path_factory.mktemp("region"))
    somebody = (
        made.a_patient("R000000001")
        .linked(CENTRAL, "0012345678")
        .linked(HARBOUR, "55501")
        .linked(CLINIC, "7001")
        .consenting()
        .there()
    )
    made.a_patient("R000000002").linked(CENTRAL, "0099999999").there()
    sheets: dict[str, list[Record]] = {CENTRAL: [REPORT], HARBOUR: [REPORT]}
    for code, traps in TRAPS.items():
        for number, trap in enumerate(traps):
            sheets[(CENTRAL, HARBOUR)[number % 2]].append(
                _written(code, trap, FIRST + timedelta(days=number))
            )
    # What must never join a series: urine under the same analyte, a code that only this hospital knows.
    urine = _written(CREATININE[:9] + "001" + CREATININE[12:], Trap("102", "mg/dL", None), FIRST)
    own = _written(CREATININE, Trap("77", "mg/dL", None), FIRST)
    sheets[CENTRAL] += [urine, own._replace(code=Coding(CREATININE, "院内クレアチニン", "99LAB"))]
    for facility in (CENTRAL, HARBOUR):
        made.file(facility, somebody, "OML-11", sheets[facility], at="20240101")
    drug = DRUG._replace(start="20240103", days="14")
    made.file(HARBOUR, somebody, "OMP-01", [drug], at="20240103")
    made.feed(CENTRAL)
    made.feed(HARBOUR)
    return made


@pytest.fixture(scope="module")
def reader(world: World) -> Iterator[Client]:
    """The clinic's doctor."""
    with served(application(world.hub())) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


class Seen(NamedTuple):
    """A point as it is read from a picture."""

    low: float
    high: float
    arrow: str
    hollow: bool


def _pictures(page: Node) -> list[Node]:
    return [one for one in page.all("svg") if one.attributes.get("class", "").startswith("curve")]


def _axis(svg: Node) -> list[tuple[float, float]]:
    """Return (y, value) of the levels that the picture names."""
    levels = [float(line["y1"]) for line in svg.all("line", class_="level")]
    texts = [text.text for text in svg.all("text", class_="end")][: len(levels)]
    return [
        (y, float(RUNGS.get(text, 0) if text in RUNGS else text))
        for y, text in zip(levels, texts, strict=True)
    ]


def _y_of(point: Node) -> list[float]:
    between = point.all("line")
    if between:
        return sorted((float(between[0]["y1"]), float(between[0]["y2"])), reverse=True)
    for shape in point.walk():
        if shape.tag == "circle":
            return [float(shape["cy"])] * 2
        if shape.tag == "path":
            found = re.match(r"M[-\d.]+ ([-\d.]+)m", shape["d"])
            assert found
            return [float(found[1])] * 2
    raise AssertionError("a point without a shape")


def _read(svg: Node) -> dict[date, Seen]:
    """Read the points of a picture by its own axis."""
    (low_y, low), (high_y, high), *_ = [
        min(_axis(svg), key=lambda one: one[1]),
        max(_axis(svg), key=lambda one: one[1]),
    ]
    found = {}
    for point in [one for one in svg.all("g") if "data-at" in one.attributes]:
        below, above = (low + (y - low_y) / (high_y - low_y) * (high - low) for y in _y_of(point))
        arrow = "".join(text.text for text in point.all("text"))
        found[date.fromordinal(int(float(point["data-at"])))] = Seen(
            below, above, arrow, "hollow" in point["class"]
        )
    return found


@pytest.mark.parametrize("code", TRAPS)
def test_each_result_stands_where_its_value_belongs(reader: Client, code: str) -> None:
    traps = TRAPS[code]
    for svg in _pictures(parse(reader.get(f"{PATH}/results/{code}").text)):
        points = _read(svg)
        values = [end for trap in traps for end in (trap.at, trap.upper) if end is not None]
        exactly = (max(values) - min(values)) / TOP_TO_BOTTOM * 0.11
        for number, trap in enumerate(traps):
            day = FIRST + timedelta(days=number)
            assert (day in points) == (trap.at is not None), trap
            if trap.at is not None:
                seen = points[day]
                assert seen.low == pytest.approx(trap.at, abs=exactly), trap
                assert seen.high == pytest.approx(trap.upper or trap.at, abs=exactly), trap
                assert seen.hollow == bool(trap.comparator), trap
                assert seen.arrow == {"<": "↓", ">": "↑"}.get(trap.comparator[:1], ""), trap


def test_a_value_keeps_its_digits_on_the_axis(reader: Client) -> None:
    svg = _pictures(parse(reader.get(f"{PATH}/results/{CREATININE}").text))[0]
    assert [text.text for text in svg.all("text", class_="end")][:2] == ["0.200", "1.13"]


def _cells(page: Node) -> dict[str, list[str]]:
    rows = {}
    for row in page.one("table", class_="lab-table").all("tr"):
        head, *cells = [one for one in row.children if isinstance(one, Node)]
        rows[head.text] = [cell.text for cell in cells]
    return rows


def test_the_table_shows_what_was_written_and_the_converted_beside_it(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?item={CREATININE}").text)
    (told,) = [cells for name, cells in _cells(page).items() if name.startswith("クレアチニン")]
    assert told == [
        "0.1 mmol/L ≈1.13",
        "<17.7 μmol/L ≈< 0.200",
        "74.3 μmol/L ≈0.840",
        "74.3 umol/L ≈0.840",
        "0.71",
    ]


def test_everything_of_a_result_is_one_look_away(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?item={CREATININE}").text)
    (told,) = [one["title"] for one in page.all("a") if one.text == "74.3 umol/L ≈0.840"]
    for part in (
        "74.3 umol/L",
        "見本港湾病院",
        "2024年1月2日",
        "0.840 mg/dL",
        "113.12",
        CREATININE,
        "測定法 271",
    ):
        assert part in told


def test_a_facilitys_own_item_and_urine_stand_in_rows_of_their_own(reader: Client) -> None:
    rows = _cells(parse(reader.get(f"{PATH}/results?before=20240102").text))
    (own,) = [cells for name, cells in rows.items() if name.startswith("院内クレアチニン")]
    (urine,) = [cells for name, cells in rows.items() if name.startswith("尿クレアチニン")]
    assert [cell for cell in own if cell] == ["77"]
    assert [cell for cell in urine if cell] == ["102"]


@pytest.mark.parametrize("panel", ["all", "kidney", "diabetes"])
def test_the_copied_text_says_what_the_table_says(reader: Client, panel: str) -> None:
    shown = list(_cells(parse(reader.get(f"{PATH}/results?panel={panel}").text)).values())
    shown = [cells for cells in shown[1:] if any(cells)]
    text = [line.split("\t") for line in reader.get(f"{PATH}/results.txt?panel={panel}").text.splitlines()]
    assert [[_bare(cell) for cell in line[3:]] for line in text[1:]] == [
        [_bare(cell) for cell in cells] for cells in shown
    ]
    assert text[0][:3] == ["項目", "単位", "基準範囲"]
    assert "見本港湾病院" in " ".join(text[0])


def test_the_file_has_a_line_for_each_result_that_a_spreadsheet_can_plot(
    reader: Client,
) -> None:
    answer = reader.get(f"{PATH}/results.csv")
    heads, *lines = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert ",".join(heads) == "日時,医療機関,項目,JLAC10,値,単位,そろえた値,そろえた単位,基準範囲,判定"
    named = answer.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="results-20\d{6}\.csv"', named)
    written = [trap.value for traps in TRAPS.values() for trap in traps if trap.value != '""']
    assert len(lines) >= len(written) + 2
    creatinine = [line[4:8] for line in lines if line[2] == "クレアチニン"]
    assert creatinine == [
        ["0.1", "mmol/L", "1.13", "mg/dL"],
        ["<17.7", "μmol/L", "< 0.200", "mg/dL"],
        ["74.3", "μmol/L", "0.840", "mg/dL"],
        ["74.3", "umol/L", "0.840", "mg/dL"],
        ["0.71", "mg/dL", "0.71", "mg/dL"],
    ]
    (negative,) = [line for line in lines if line[0].startswith("2024/1/1 ") and "尿蛋白" in line[2]]
    assert [one.removeprefix("'") for one in negative[4:8]] == ["-", "", "陰性", ""]
    moments = [[int(part) for part in re.split("[/ :]", line[0])] for line in lines]
    assert moments == sorted(moments, reverse=True)
    older = reader.get(f"{PATH}/results.csv?before=20240102").text
    assert {line[0] for line in csv.reader(io.StringIO(older))} == {"\ufeff日時", "2024/1/1 9:00"}


def _bare(cell: str) -> str:
    """Undo what keeps a spreadsheet from reading `-` as a formula."""
    return " ".join(cell.removeprefix("'").split())


def test_a_panel_is_drawn_over_one_axis_with_what_was_supplied_below(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?panel=kidney").text)
    pictures = [one for one in _pictures(page) if "slim" not in one["class"]]
    *curves, bands = pictures
    assert len(curves) == 4
    places: dict[str, set[str]] = {}
    for svg in curves:
        for point in [one for one in svg.all("g") if "data-at" in one.attributes]:
            (shape,) = [
                one for one in point.children if isinstance(one, Node) and one.tag in {"circle", "path"}
            ]
            x = shape.attributes.get("cx") or shape["d"].split()[0].lstrip("M")
            places.setdefault(point["data-at"], set()).add(x)
    assert all(len(xs) == 1 for xs in places.values()), "one moment, one place"
    (band,) = bands.all("rect")
    assert "見本降圧錠" in band.one("title").text
    start = next(
        float(xs.copy().pop()) for at, xs in places.items() if int(float(at)) == date(2024, 1, 3).toordinal()
    )
    assert float(band["x"]) == pytest.approx(start, abs=12)


def test_looking_and_taking_along_are_written_down_and_the_refused_get_nothing(
    reader: Client, world: World
) -> None:
    for ending in ("", ".csv", ".txt"):
        assert reader.get(f"{PATH}/results{ending}?panel=liver").status == 200
        assert reader.get(f"/patients/R000000002/results{ending}").status == 404
        assert reader.get(f"/patients/x/results{ending}").status == 404
    with world.store.look() as work:
        ours = [one for one in work.audit.find("R000000001", 100) if one.detail.endswith("liver")]  # type: ignore[arg-type]
        theirs = [(one.action, one.outcome) for one in work.audit.find("R000000002", 100)]  # type: ignore[arg-type]
    assert [(one.action, one.outcome, one.detail) for one in reversed(ours)] == [
        ("view-results", "granted", "liver"),
        ("export-results", "granted", "csv liver"),
        ("export-results", "granted", "text liver"),
    ]
    assert theirs[::-1] == [
        ("view-results", "refused"),
        ("export-results", "refused"),
        ("export-results", "refused"),
    ]


def test_older_results_follow_on_the_next_sheet_and_none_is_lost(reader: Client) -> None:
    address, heads, sheets = f"{PATH}/results", [], 0
    while address:
        page = parse(reader.get(address).text)
        heads += [one.text for one in page.one("table", class_="lab-table").one("thead").all("th")[1:]]
        further = [one["href"] for one in page.all("a") if one.text == "以前の結果 ›"]
        address, sheets = (further[0] if further else ""), sheets + 1
    assert sheets == 2
    assert len(heads) == len(set(heads)) == max(map(len, TRAPS.values()))


def _ticks(page: Node) -> list[str]:
    boxes = [one for one in page.all("input") if one.attributes.get("name") == "item"]
    return [one["value"] for one in boxes if "checked" in one.attributes]


def test_what_was_chosen_stays_ticked_so_that_one_more_can_be_added(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?item={CREATININE}&item={CRP}").text)
    assert set(_ticks(page)) == {CREATININE, CRP}
    (way,) = [one["href"] for one in page.all("a") if one.text == "項目を足す・外す"]
    every = parse(reader.get(way).text)
    assert set(_ticks(every)) == {CREATININE, CRP}
    assert len([one for one in every.all("input") if one.attributes.get("name") == "item"]) > 2
    assert _ticks(parse(reader.get(f"{PATH}/results").text)) == []


def test_table_and_trends_say_in_which_direction_time_runs(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?panel=kidney").text)
    assert "表：← 新しい 古い →" in page.text
    ends = page.all("p", class_="ends")
    assert [one.text for one in ends[0].all("span")] == ["← 古い 2024年1月1日", "2024年1月19日 新しい →"]
    assert page.one("p", class_="ends last").text == "← 古い 新しい →"


def test_a_panel_without_results_says_so(reader: Client) -> None:
    page = parse(reader.get(f"{PATH}/results?panel=coagulation").text)
    assert "凝固の検査結果は、見られる範囲にありません。" not in page.text  # platelets belong to it
    assert "凝固" in page.text
    assert "選んだ項目の検査結果は" in parse(reader.get(f"{PATH}/results?item=4A055").text).text


def test_the_newest_of_each_item_are_found_for_a_summary(world: World) -> None:
    doctor = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
    with world.store.work() as work:
        (answer,) = admit(work, world.clock.now(), [Asked(doctor, "R000000001", "view")])  # type: ignore[arg-type]
        assert answer.grant
        found = {one.item.name: one for one in latest(work, answer.grant, KEY_RESULTS)}
    assert list(found)[:3] == ["血小板数", "白血球数", "CRP"]
    assert found["クレアチニン"].point.written.value == "0.1"
    before = found["クレアチニン"].before
    assert before is not None
    assert before.written.value == "<17.7"
