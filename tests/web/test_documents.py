"""Documents on the screen: plain text, pictures drawn anew, a PDF as a download, nothing that acts."""

import http.client
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from PIL import Image

from consent.model import Provision
from hie.hub.app import application
from hie.record.identifiers import PatientId
from tests.build.page import Node, parse, table
from tests.build.papers import NOTE, PDF, REFERRAL, SUMMARY, clinical_document, lay, picture, section_of
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, PASSWORD, World
from tests.spec.documents.test_vital_signs import MESSAGE
from viewer.pages.attachments import disposition

WHO, OTHER = "R000000009", "R000000008"
PATH = f"/patients/{WHO}"
VITALS = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    "<paragraph>&lt;script&gt;alert(1)&lt;/script&gt;</paragraph>"
    '<paragraph onclick="alert(1)"><linkHtml href="javascript:alert(1)">読む</linkHtml></paragraph>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(2)</script>'
    '<img src="x" onerror="alert(3)"/></html>'
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region whose hospital keeps documents of all sorts, and one that nobody knows."""
    folder: Path = tmp_path_factory.mktemp("documents")
    world = World(folder)
    to_one = Provision(recipients=frozenset({CLINIC}))
    world.a_patient(WHO).linked(CENTRAL, "0012345678").linked(CLINIC, "9").consenting(to_one).there()
    world.a_patient(OTHER).linked(CENTRAL, "0000700007").linked(CLINIC, "8").consenting().there()
    root = folder / "extended"
    files = {
        "図1.tif": picture("TIFF"),
        "写真.jpg": picture("JPEG"),
        "page.html": SCRIPT.encode(),
        "紙.pdf": PDF,
    }
    lines = (
        "<table><caption>処方</caption><thead><tr><th>薬剤</th><th>用法</th></tr></thead>"
        "<tbody><tr><td>甲錠</td><td>朝</td></tr></tbody></table>"
        '<list listType="ordered"><item>一項</item><item>二項</item></list>'
    )
    inner = f"<component>{section_of('下位の文', '下位の節')}</component>"
    body = f"<structuredBody><component>{section_of(lines, '退院時処方', inner)}</component></structuredBody>"
    lay(root, {"main_document.xml": clinical_document(HOSTILE)}, NOTE)
    lay(
        root,
        {"main_document.xml": clinical_document(title="退院時サマリー", code="18842-5", body=body)} | files,
        SUMMARY,
    )
    lay(root, {"main_document.pdf": PDF}, REFERRAL)
    lay(root, {"main_document.xml": clinical_document()}, "X9^院内様式^99X")
    message = MESSAGE.replace("\n", "\r").encode("iso2022_jp")
    lay(root, {"main_document.hl7": message}, VITALS, patient="0000700007", at="20250303200500000")
    assert world.feed(CENTRAL, root) == {"indexed": 5}
    return world


@pytest.fixture(scope="module")
def doctor(world: World) -> Iterator[Client]:
    with served(application(world.hub())) as address:
        client = Client(address)
        client.sign_in("hamada", PASSWORD)
        yield client


def _chip(doctor: Client, row: str, path: str = PATH, at: str = "20240510") -> str:
    page = parse(doctor.get(f"{path}?view=month&at={at}").text)
    (link,) = {link["href"] for link in page.all("a") if f" {row} " in f"{link.attributes.get('title', '')} "}
    return link


def _article(doctor: Client, row: str) -> Node:
    return parse(doctor.get(_chip(doctor, row)).text).one("article")


def test_a_note_says_who_wrote_it_when_and_what(doctor: Client) -> None:
    said = _article(doctor, "経過記録").text
    for text in (
        "経過記録（内科）",
        "記載者 五日 右京",
        "2024年5月10日",
        "見本中央病院",
        "宛先 見本駅前医院",
        "主観的情報",
    ):
        assert text in said


def test_markup_of_a_document_is_text_or_gone(doctor: Client) -> None:
    answer = doctor.get(_chip(doctor, "経過記録"))
    article = parse(answer.text).one("article")
    assert SCRIPT in article.text
    assert "読む" in article.text
    assert "alert(2)" in article.text
    assert not article.all("script")
    assert not article.all("img")
    assert {name for node in article.walk() for name in node.attributes if name.startswith("on")} == set()
    assert [link for link in article.all("a") if "javascript" in link["href"]] == []


def test_a_summary_shows_tables_lists_and_sections_as_such(doctor: Client) -> None:
    article = _summary(doctor)
    assert table(article, "処方") == [{"薬剤": "甲錠", "用法": "朝"}]
    assert [item.text for item in article.all("ol")[0].all("li")] == ["一項", "二項"]
    assert [head.text for head in article.all("h4")] == ["退院時処方", "下位の節"]


def _summary(doctor: Client) -> Node:
    articles = parse(doctor.get(_chip(doctor, "文書")).text).all("article")
    return next(one for one in articles if "退院時サマリー" in one.text)


def test_pictures_are_drawn_anew_whatever_they_were(doctor: Client) -> None:
    pictures = _summary(doctor).all("img")
    assert [image["alt"] for image in pictures] == ["写真.jpg（2番目の添付画像）"]
    for image in pictures:
        answer = doctor.get(image["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert Image.open(BytesIO(answer.body)).size == (40, 30)
        assert answer.headers["x-content-type-options"] == "nosniff"


def _pages_of(doctor: Client, name: str) -> Node:
    article = _summary(doctor)
    figure = next(one for one in article.all("figure") if name in one.text)
    return parse(doctor.get(figure["data-pages"]).text)


def test_every_page_of_a_file_is_drawn_anew(doctor: Client) -> None:
    page = _pages_of(doctor, "図1.tif")
    (image,) = page.one("ol", class_="drawn").all("img")
    assert image["alt"] == "図1.tif 1/1ページ"
    answer = doctor.get(image["src"])
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert Image.open(BytesIO(answer.body)).size == (40, 30)
    for other in ("0", "2", "201", "x"):
        assert doctor.get(image["src"].replace("1.png", f"{other}.png")).status in {404, 503}


def test_a_broken_file_says_that_it_has_no_pages_to_show(doctor: Client) -> None:
    page = _pages_of(doctor, "紙.pdf")
    assert "このファイルのページは表示できません。" in page.text


def test_a_printed_page_is_given_as_a_download_that_can_do_nothing(doctor: Client) -> None:
    article = _summary(doctor)
    (link,) = [one for one in article.all("a") if one.text == "ダウンロード（PDF）"]
    answer = doctor.get(link["href"])
    assert (answer.status, answer.body) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].endswith(f"; filename*=UTF-8''{quote('紙.pdf')}")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("検査 結果.pdf", "検査 結果.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_bSet-Cookie_ x.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("page.html", "page.html.pdf"),
        ("\udcff.pdf", ""),
        ("..", ""),
        ("あ" * 300 + ".pdf", "あ" * 100 + ".pdf"),
    ],
)
def test_a_download_keeps_its_name_but_nothing_that_could_mislead(name: str, kept: str) -> None:
    started, _, named = disposition(name, "7-2.pdf").partition("; filename*=UTF-8''")
    assert started == 'attachment; filename="7-2.pdf"'
    assert unquote(named) == kept
    assert named.isascii()


def test_every_policy_of_a_file_holds_at_once(doctor: Client) -> None:
    href = next(one["href"] for one in _summary(doctor).all("a") if one.text == "ダウンロード（PDF）")
    connection = http.client.HTTPConnection(urlsplit(doctor.address).netloc)
    cookie = "; ".join(f"{name}={value}" for name, value in doctor.cookies.items())
    connection.request("GET", href, headers={"Cookie": cookie})
    answer = connection.getresponse()
    policies = answer.headers.get_all("Content-Security-Policy") or []
    connection.close()
    assert any(policy.startswith("sandbox;") for policy in policies)
    assert any("script-src 'self'" in policy for policy in policies)


def test_what_could_act_is_listed_and_given_to_nobody(doctor: Client) -> None:
    article = _summary(doctor)
    item = next(one for one in article.all("li") if "page.html" in one.text)
    assert not item.all("a")
    address = next(one["href"] for one in article.all("a") if one.text == "ダウンロード（PDF）").rsplit(
        "/", 1
    )[0]
    assert [doctor.get(f"{address}/{number}").status for number in (1, 2, 3, 4, 5)] == [
        404,
        200,
        200,
        200,
        404,
    ]


@pytest.mark.parametrize("number", ["0", "9", "x", "-1", "９", "9" * 30])
def test_there_is_no_file_beside_those_of_the_document(doctor: Client, number: str) -> None:
    address = next(
        one["href"] for one in _summary(doctor).all("a") if one.text == "ダウンロード（PDF）"
    ).rsplit("/", 1)[0]
    assert doctor.get(f"{address}/{quote(number)}").status == 404


def test_a_file_is_opened_under_its_own_patient_and_by_who_may(doctor: Client, world: World) -> None:
    href = next(one["href"] for one in _summary(doctor).all("a") if one.text == "ダウンロード（PDF）")
    assert doctor.get(href.replace(WHO, OTHER)).status == 404
    nobody = Client(doctor.address)
    assert nobody.get(href).status == 303
    other = Client(doctor.address)
    other.sign_in("kawai", PASSWORD)
    assert other.get(href).status == 404
    with world.store.look() as work:
        events = [event for event in work.audit.find(PatientId(WHO), 50) if event.action == "open-attachment"]
    assert {(event.outcome, event.detail) for event in events} >= {("granted", "4"), ("refused", "4")}


def test_a_letter_of_one_printed_page_opens_as_that(doctor: Client) -> None:
    articles = parse(doctor.get(_chip(doctor, "文書")).text).all("article")
    letter = next(one for one in articles if "紹介状" in one.text)
    assert "本文は添付ファイルにあります。" in letter.text
    links = [link.text for link in letter.all("a")]
    assert links == ["ページを開く main_document.pdf", "ダウンロード（PDF）"]
    assert "main_document.pdf" in letter.text


def test_vital_signs_stand_by_item_and_time_of_day(doctor: Client) -> None:
    link = _chip(doctor, "バイタル", f"/patients/{OTHER}", "20250303")
    article = parse(doctor.get(link).text).one("article")
    assert table(article) == [
        {"項目": "体温 ℃", "06:00": "H 38.2 高 解熱剤を投与 医師に報告", "14:00": "37.1"},
        {"項目": "収縮期血圧 mmHg", "06:00": "128", "14:00": ""},
    ]


def test_a_kind_that_no_table_knows_is_kept_and_shown_to_nobody(doctor: Client, world: World) -> None:
    page = parse(doctor.get(f"{PATH}?view=month&at=20240510").text)
    assert not [link for link in page.all("a") if "その他" in link.attributes.get("title", "")]
    with world.store.look() as work:
        number, _ = work.patients.resolve(CENTRAL, ["0012345678"])["0012345678"]
        assert "X9^院内様式^99X" in {key.data_kind for key in work.registry.known(number)}


def test_the_same_in_english(doctor: Client) -> None:
    english = Client(doctor.address)
    english.cookies = dict(doctor.cookies) | {"hie_language": "en"}
    page = parse(english.get(f"{PATH}?view=month&at=20240510").text)
    titles = " ".join(link.attributes.get("title", "") for link in page.all("a"))
    assert "Progress notes" in titles
    assert "Documents" in titles
