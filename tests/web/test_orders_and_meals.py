"""Meals, administrations and examinations in the calendar and opened."""

from collections.abc import Iterator

import pytest

from hie.hub.app import application
from hie.record.clinical import Coding, DiagnosticReport, ParentResult, Record
from tests.build.page import Node, parse, table
from tests.build.served import Client, served
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, PASSWORD
from tests.unit.ssmix2 import invented as our

PATH = "/patients/R000000001"
CULTURE = Coding("E006", "培養同定", "99O03")
SENSITIVITY = Coding("E007", "薬剤感受性", "99O03")


def _panels() -> list[Record]:
    """Two organisms of one culture, and the susceptibilities of each."""
    culture = our.REPORT._replace(code=CULTURE)
    found = our.HAEMOGLOBIN._replace(
        group=CULTURE, value_type="ST", unit="", unit_code="", reference_range=""
    )
    organism = Coding("6B010000006174114", "培養同定菌名", "JC10")
    records: list[Record] = [culture]
    for number, name in (("1", "見本大腸菌"), ("2", "見本球菌")):
        records.append(
            found._replace(
                code=organism, value=name, value_text=name, flag="", sub_id=number, note=f"{name}の所見"
            )
        )
    for number, name, flag in (("1", "見本大腸菌", "S"), ("2", "見本球菌", "R")):
        parent = ParentResult(organism, number, name)
        records.append(DiagnosticReport(*culture._replace(code=SENSITIVITY)[:8], parent=parent))
        drug = Coding("6C205000006174205", "見本抗菌薬", "JC10")
        records.append(
            found._replace(
                code=drug, group=SENSITIVITY, value="2", value_text="2", flag=flag, local=our.NOTHING
            )
        )
    return records


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The clinic's doctor, in a region where Hanako was on a ward in April."""
    region: Region = tell(tmp_path_factory.mktemp("ward"))
    world, hanako = region.world, region.hanako
    fasting = our.MEAL._replace(foods=(Coding("000", "絶食", "99FOD"),), texts=(), order_number="")
    for at, meal in (
        ("20240408", fasting._replace(start="2024040818", end="2024041007")),
        ("20240410", our.MEAL._replace(start="2024041112", end="2024041318")),
        ("20240420", our.MEAL._replace(start="2024042012", end="2024042018")),
    ):
        world.file(CENTRAL, hanako, "OMD", [meal, our.ALLERGY], at)
    world.file(
        CENTRAL,
        hanako,
        "OMP-12",
        [our.INFUSION, our.ADDITIVE, our.DRIPPED, our.DRIPPED._replace(status="NA", lots=("L-7",))],
        "20240510",
    )
    world.file(CENTRAL, hanako, "OMG-02", [our.REQUEST, our.QUESTION], "20240409")
    world.file(CENTRAL, hanako, "OMG-12", [our.EXAMINATION, our.SCOPED, our.STUDY], "20240409")
    world.file(CENTRAL, hanako, "OML-01", [our.BLOOD_TEST], "20240409")
    world.file(CENTRAL, hanako, "OML-11", _panels(), "20240409")
    assert world.feed(CENTRAL)["indexed"] > 0
    with served(application(world.hub())) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def _links(client: Client, words: str, at: str = "20240409", language: str = "") -> list[Node]:
    page = parse(client.get(f"{PATH}?view=month&at={at}{language}").text)
    return [link for link in page.all("a") if words in link.attributes.get("title", "")]


def _opened(client: Client, words: str, at: str = "20240409") -> Node:
    return parse(client.get(_links(client, words, at)[0]["href"]).text)


def test_meals_that_touch_are_one_band_over_the_days_they_run(ward: Client) -> None:
    later, first = _links(ward, "見本中央病院 食事", "20240430")
    assert (later.text, first.text) == ("中央 4/20", "中央 4/8〜4/13")
    assert first["href"].count("-") == 1, "the band opens both orders"


def test_a_meal_says_what_when_and_which_allergies_were_known(ward: Client) -> None:
    page = _opened(ward, "見本中央病院 食事", "20240430")
    (line,) = table(page.all("article")[0], "食事内容")
    assert (line["食事"], line["区分"], line["時間帯"], line["指示"]) == (
        "五分粥",
        "食事",
        "朝食 夕食",
        "塩分控えめ",
    )
    assert "見本系抗菌剤" in page.text


def test_what_was_given_stands_beside_its_order(ward: Client) -> None:
    page = _opened(ward, "見本中央病院 注射 実施", "20240510")
    complete, refused = table(page, "実施内容")
    assert (complete["薬剤"], complete["投与量"], complete["状態"]) == (
        "見本輸液５００ｍＬ 250mL/h 左手に実施",
        "500 mL",
        "完了",
    )
    assert complete["経路・方法"] == "静脈内 腕 点滴ポンプ"
    assert refused["状態"] == "未投与"
    assert "ロット L-7" in refused["薬剤"]
    assert "指示内容" in page.text


def test_an_endoscopy_tells_order_from_performance_and_says_who_did_what(ward: Client) -> None:
    asked = _opened(ward, "見本中央病院 内視鏡 依頼")
    assert table(asked, "依頼時の情報") == [{"項目": "体重", "内容": "52.3 kg"}]
    assert "（オーダ番号からの推定）" in asked.text, "an order does not know the number of its images"
    assert "推定" not in _opened(ward, "見本中央病院 内視鏡 実施").text
    done = table(_opened(ward, "見本中央病院 内視鏡 実施"), "実施:")
    assert {"項目": "実施医師", "内容": "入江 移"} in done
    assert {"項目": "スコープ", "内容": "見本スコープ 1本"} in done


def test_a_laboratory_order_names_items_specimen_and_time(ward: Client) -> None:
    text = _opened(ward, "見本中央病院 検査依頼").text
    for said in ("ヘモグロビン、異型リンパ球", "全血(添加物入り) 左前腕", "2024年5月10日(金) 9:00"):
        assert said in text


def test_susceptibilities_stand_under_their_organism(ward: Client) -> None:
    page = _opened(ward, "見本中央病院 検体検査")
    headings = [one.text for one in page.all("h3")]
    assert [one for one in headings if "薬剤感受性" in one and "1 見本大腸菌" in one]
    assert table(page, "薬剤感受性（2 見本球菌）")[0]["判定"] == "R 耐性"
    assert "見本球菌の所見" in page.text
