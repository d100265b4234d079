"""Opened records as a doctor reads them."""

from pathlib import Path

import pytest

from tests.build.page import Node, parse, table
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import CENTRAL

PATH = "/patients/R000000001"


def _chip(doctor: Client, facility: str, row: str, at: str = "20240510") -> str:
    page = parse(doctor.get(f"{PATH}?view=month&at={at}").text)
    (found,) = [
        link["href"] for link in page.all("a") if f" {facility} {row}" in link.attributes.get("title", "")
    ]
    return found


def _opened(doctor: Client, facility: str, row: str, at: str = "20240510") -> Node:
    answer = doctor.get(_chip(doctor, facility, row, at))
    assert answer.status == 200
    return parse(answer.text).one("article")


def _head(group: Node) -> str:
    head = group.children[1]
    assert isinstance(head, Node)
    return head.text


def _groups(article: Node) -> list[list[str]]:
    return [
        [line.text for line in group.walk() if line.tag in {"li", "p"} and line is not group]
        for group in article.one("ol").children
        if isinstance(group, Node)
    ]


def test_a_prescription_reads_rp_by_rp(doctor: Client) -> None:
    article = _opened(doctor, "見本中央病院", "処方")
    assert article.one("h2").text == "処処方 2024年5月10日(金)"
    assert "見本中央病院" in article.one("header").text
    assert "内科" in article.one("header").text
    assert _groups(article) == [
        [
            "見本カルシウム拮抗錠５ｍｇ 1回1錠 1日1錠 全28錠",
            "見本利尿剤錠２０ｍｇ 1回0.5錠 粉砕指示 1日0.5錠 全14錠",
            "内服・経口・１日１回朝食後 28日分 2024年5月10日から",
        ],
        ["見本鎮痛錠２５ｍｇ 1回1錠 全10錠", "内服・経口・疼痛時１日２回まで 10回分 2024年5月10日から"],
        ["見本保湿軟膏０．３％ 全2本", "外用・塗布・１日２回 部位: 右手 2024年5月10日から"],
    ]
    heads = [_head(group) for group in article.one("ol").all("li") if group.all("ul")]
    assert heads == ["Rp01内服", "Rp02頓用", "Rp03外用"]
    assert "処方区分 外来処方・院外処方" in article.text
    assert "RX20240510-0001" in article.text


def test_a_usage_code_without_text_is_said_in_words(doctor: Client) -> None:
    article = _opened(doctor, "見本駅前医院", "処方")
    assert "1日3回毎食後 28日分" in article.text
    assert "1回1〜2錠" in article.text, "an uneven dose, from the least to the most"


def test_laboratory_results_stand_by_panel_with_flags_in_words(doctor: Client) -> None:
    article = _opened(doctor, "見本中央病院", "検体検査")
    assert "基準範囲外 2件" in article.text
    assert table(article, "血液学的検査") == [
        {"項目": "白血球数", "結果": "11.2", "単位": "×10³/μL", "基準範囲": "3.3-8.6", "判定": "H 高"},
        {"項目": "ヘモグロビン", "結果": "9.8", "単位": "g/dL", "基準範囲": "11.6-14.8", "判定": "L 低"},
    ]
    assert table(article, "生化学的検査") == [
        {"項目": "クレアチニン", "結果": "0.71", "単位": "mg/dL", "基準範囲": "0.46-0.79", "判定": "N"},
        {"項目": "ＣＲＰ", "結果": "< 0.02", "単位": "mg/dL", "基準範囲": "0.00-0.14", "判定": ""},
        {"項目": "ＨＢｓ抗原", "結果": "- 陰性 中間", "単位": "", "基準範囲": "", "判定": ""},
    ]
    heading = next(one.text for one in article.all("h3") if one.text.startswith("血液"))
    assert heading == "血液学的検査 全血 採取 2024年5月10日(金) 9:05"


def test_a_value_keeps_the_blanks_that_stood_in_the_file(doctor: Client) -> None:
    article = _opened(doctor, "見本中央病院", "検体検査")
    assert any(cell.raw.startswith("  -") for cell in article.all("td"))


def test_diagnoses_say_main_suspected_code_and_onset(doctor: Client) -> None:
    article = _opened(doctor, "見本中央病院", "病名")
    lines = table(article, "病名")
    assert [(line["病名"], line["区分"], line["ICD-10"], line["開始日"], line["転帰"]) for line in lines] == [
        ("高血圧症", "主病名・外来時", "I10", "2019年4月1日", "継続中"),
        ("肺炎の疑い", "疑い・外来時", "J18.9", "2024年5月10日", "継続中"),
    ]


def test_each_cell_of_a_table_that_stacks_carries_its_columns_name(doctor: Client) -> None:
    row = _opened(doctor, "見本中央病院", "病名").one("tbody").all("tr")[0]
    assert [cell["data-label"] for cell in row.all("td")] == ["区分", "ICD-10", "開始日", "転帰", "診療科"]


def test_allergies_come_before_the_address(doctor: Client) -> None:
    article = _opened(doctor, "見本中央病院", "アレルギー等")
    assert table(article, "アレルギー")[0]["原因"] == "ペニシリン系抗菌剤"
    text = article.text
    assert text.index("ペニシリン系抗菌剤") < text.index("見本県試験市二丁目２番２号")
    for said in (
        "試験 花子",
        "シケン ハナコ",
        "1970年1月15日（昭和45年）",
        "女性",
        "099-000-2222",
        "身長 158.4 cm",
    ):
        assert said in text


def test_an_injection_shows_base_additive_route_rate_and_times(doctor: Client) -> None:
    article = _opened(doctor, "見本港湾病院", "注射", "20240305")
    assert _groups(article) == [
        [
            "見本生理食塩液５００ｍＬ 500 mL 主液",
            "見本ビタミン注 1アンプル 混注 力価5 mg",
            "静脈内 全510 mL 速度 250 mL/hr 2024年3月5日(火) 9:00〜11:00",
        ]
    ]


def test_a_visit_and_a_discharge_say_when_where_and_who(doctor: Client) -> None:
    visit = _opened(doctor, "見本駅前医院", "受診・入退院").text
    for said in ("外来受診", "2024年5月13日(月) 9:30", "内科", "五日 右京"):
        assert said in visit
    page = parse(doctor.get(f"{PATH}?view=month&at=20240310").text)
    (link,) = [one["href"] for one in page.all("a") if one.attributes.get("title", "").endswith("退院 退院")]
    discharge = parse(doctor.get(link).text).one("article").text
    for said in ("入院日時 2024年3月4日(月) 10:00", "退院日時 2024年3月15日(金) 10:00", "通常退院"):
        assert said in discharge


def test_a_script_gets_the_record_alone_and_a_person_a_page_that_leads_back(doctor: Client) -> None:
    link = _chip(doctor, "見本中央病院", "処方")
    assert not parse(doctor.fragment(link).text).all("html")
    page = parse(doctor.get(link).text)
    assert "試験 花子" in page.one("h1").text
    assert "自施設番号 7001" in page.one("main").text
    back = next(one for one in page.all("a") if "診療カレンダーへ戻る" in one.text)
    assert back["href"] == f"{PATH}?view=month&at=20240510"


def test_several_records_open_together_in_the_order_asked(doctor: Client) -> None:
    first, second = (_chip(doctor, "見本中央病院", row).rsplit("/", 1)[1] for row in ("処方", "病名"))
    page = parse(doctor.get(f"{PATH}/entries/{second}-{first}").text)
    assert [article.one("h2").text[1:3] for article in page.all("article")] == ["病名", "処方"]


@pytest.mark.parametrize(
    "numbers", ["999999", "0", "x", "1-x", "", "-", "1--2", "9" * 30, "-".join(["1"] * 61), "１"]
)
def test_what_is_no_entry_of_the_patient_is_not_found(doctor: Client, numbers: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    assert doctor.get(f"{PATH}/entries/{quote(numbers)}").status == 404


def test_an_entry_of_one_patient_is_not_opened_under_another(doctor: Client, region: Region) -> None:
    number = _chip(doctor, "見本中央病院", "処方").rsplit("/", 1)[1]
    assert doctor.get(f"/patients/{region.silent.patient.id}/entries/{number}").status == 404


def test_every_opening_is_written_down_with_its_entry(doctor: Client, region: Region) -> None:
    link = _chip(doctor, "見本中央病院", "処方")
    doctor.fragment(link)
    with region.world.store.look() as work:
        newest = work.audit.find(region.hanako.patient.id, 1)[0]
    assert (newest.action, newest.entry) == ("open", int(link.rsplit("/", 1)[1]))


def test_no_picture_is_drawn_for_a_study_that_is_not_there(doctor: Client) -> None:
    assert doctor.get(f"{PATH}/images/1.2.3/1.2.3.4.png").status == 404


def test_the_published_samples_read_as_their_sheet_says(
    samples: Path, doctor: Client, region: Region
) -> None:
    """Feeds the worked examples, the published ones where they are at hand: they name the same person."""
    assert region.world.feed(CENTRAL, samples / "examples")["indexed"] > 0
    for row in ("処方", "検体検査", "病名"):
        article = parse(doctor.get(_chip(doctor, "見本中央病院", row)).text).all("article")[0].text
        expected = {
            "処方": ("1回0.5錠", "28日分", "10回分", "2本", "右手", "院外処方"),
            "検体検査": ("11.2", "H 高", "9.8", "L 低", "< 0.02", "- 陰性 中間"),
            "病名": ("高血圧症", "主病名", "I10", "肺炎の疑い", "J18.9"),
        }[row]
        assert [said for said in expected if said not in article] == []
