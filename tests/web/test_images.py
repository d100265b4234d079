"""Images of a study: beside their report, as small pictures, drawn only for those who may see them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from hie.hub.app import application
from hie.record.clinical import Coding
from tests.build.page import Node, parse
from tests.build.records import NONE, REPORT
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, PASSWORD, World
from tests.storages import instance

PATH = "/patients/R000000009"


@pytest.fixture(scope="module")
def doctor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The clinic's doctor in a region with one CT and its report."""
    folder: Path = tmp_path_factory.mktemp("images")
    world = World(folder)
    whose = (
        world.a_patient("R000000009").linked(CENTRAL, "0012345678").linked(CLINIC, "9").consenting().there()
    )
    report = REPORT._replace(
        code=Coding("1000000000200000", "胸部ＣＴ", "JJ1017-16M"),
        collected_at="202405101015",
        status="F",
        specimen=NONE,
    )
    world.file(CENTRAL, whose, "OMG-11", [report])
    for number in (1, 2, 3):
        path = folder / "dicom" / f"{number}.dcm"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(instance("0012345678", 1, 1, number, bytes(range(128)), day="20240510"))
    assert world.feed(CENTRAL)["indexed"] == 1
    assert world.feed(CENTRAL, folder / "dicom")["indexed"] == 3
    with served(application(world.hub())) as address:
        client = Client(address)
        client.sign_in("hamada", PASSWORD)
        yield client


def _chips(doctor: Client) -> dict[str, Node]:
    page = parse(doctor.get(f"{PATH}?view=month&at=20240510").text)
    return {link["title"].split()[2]: link for link in page.all("a") if "title" in link.attributes}


def test_images_and_their_report_open_together_the_report_first(doctor: Client) -> None:
    chips = _chips(doctor)
    told = [chips[row].text for row in ("画像", "放射線検査")]
    assert told == ["中央 3枚 ●新着", "中央 実施 ●新着"]  # to who looks for the first time
    articles = parse(doctor.get(chips["放射線検査"]["href"]).text).all("article")
    assert [article.one("h2").text[1:] for article in articles] == [
        "放射線検査 2024年5月10日(金)",
        "画像 2024年5月10日(金)",
    ]
    assert "胸部ＣＴ" in articles[0].text
    assert "受付番号 A000001" in articles[1].text


def test_each_picture_says_what_it_is_and_loads_when_it_is_looked_at(doctor: Client) -> None:
    article = parse(doctor.get(_chips(doctor)["画像"]["href"]).text).all("article")[0]
    pictures = article.all("img")
    assert [picture["alt"] for picture in pictures] == [f"CT AXIAL {number}枚目" for number in (1, 2, 3)]
    assert {picture["loading"] for picture in pictures} == {"lazy"}


def test_a_picture_is_a_png_and_kept_nowhere(doctor: Client) -> None:
    article = parse(doctor.get(_chips(doctor)["画像"]["href"]).text).all("article")[0]
    page = parse(doctor.get(article.all("ul")[-1].all("a")[0]["href"]).text)
    for address in (article.all("img")[0]["src"], page.one("figure").one("img")["src"]):
        answer = doctor.get(address)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["cache-control"] == "no-store"
        assert Image.open(BytesIO(answer.body)).format == "PNG"


def _page(doctor: Client, place: int) -> Node:
    article = parse(doctor.get(_chips(doctor)["画像"]["href"]).text).all("article")[0]
    return parse(doctor.get(article.all("ul")[-1].all("a")[place - 1]["href"]).text)


def test_a_large_picture_stands_on_a_page_that_says_whose_and_what_it_is(doctor: Client) -> None:
    page = _page(doctor, 2)
    said = page.one("main").text
    for text in ("試験 花子", "54歳", "女性", "見本中央病院", "2024年5月10日(金)", "2/3", "参照用"):
        assert text in said
    assert "CT" in page.one("h2").text
    assert "1.2" not in page.one("title").text
    assert page.one("a", rel="prev")["href"] == _address(doctor, 1)
    assert page.one("a", rel="next")["href"] == _address(doctor, 3)
    back = next(one for one in page.all("a") if "診療カレンダーへ戻る" in one.text)
    assert back["href"] == f"{PATH}?view=month&at=20240510"


def _address(doctor: Client, place: int) -> str:
    article = parse(doctor.get(_chips(doctor)["画像"]["href"]).text).all("article")[0]
    return article.all("ul")[-1].all("a")[place - 1]["href"]


def test_the_first_and_the_last_picture_have_no_neighbour_beyond(doctor: Client) -> None:
    assert not _page(doctor, 1).all("a", rel="prev")
    assert not _page(doctor, 3).all("a", rel="next")


@pytest.mark.parametrize("place", ["0", "4", "x", "-1", "9" * 30])
def test_there_is_no_page_for_a_picture_that_is_not_in_the_study(doctor: Client, place: str) -> None:
    address = _address(doctor, 1).rsplit("/", 1)[0]
    assert doctor.get(f"{address}/{place}").status == 404


def test_a_picture_under_another_patient_or_study_is_not_found(doctor: Client) -> None:
    source = parse(doctor.get(_chips(doctor)["画像"]["href"]).text).all("img")[0]["src"]
    assert doctor.get(source.replace("R000000009", "R000000008")).status == 404
    study = source.split("/")[4]
    assert doctor.get(source.replace(f"/{study}/", "/1.2.3/")).status == 404
