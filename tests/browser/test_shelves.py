"""A list and what is read beside it, in a real browser: keys, places kept, pages of a PDF, and a phone."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from hie.record.clinical import Coding
from tests.build.browsing import NewPage
from tests.build.papers import SUMMARY, clinical_document, lay
from tests.build.records import DRUG, PENICILLIN, PROBLEM, REPORT, admission, discharge, result
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, CLINIC, HARBOUR, World
from tests.storages import instance
from viewer.pages.summary import MOST_DRUGS, MOST_PROBLEMS

PATH = "/patients/R000000001/documents"
LETTERS = 12
STAYS, HINTS = 3, 2


def _pdf() -> bytes:
    sheets = [Image.new("RGB", (210, 297), "white"), Image.new("RGB", (297, 210), "white")]
    out = BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region of the tests with a dozen long letters more, the newest with a PDF."""
    region = tell(tmp_path_factory.mktemp("region"))
    root, number = region.world.folder / "extended", region.hanako.numbers[CENTRAL]
    text = "<paragraph>長い手紙の一行。</paragraph>" * 120
    for place in range(LETTERS):
        files = {"main_document.xml": clinical_document(text, patient=number, title=f"手紙{place:02}")}
        if place == 0:
            files["紙.pdf"] = _pdf()
        lay(root, files, SUMMARY, patient=number, key=f"D{place:04}")
    assert region.world.feed(CENTRAL, root) == {"indexed": LETTERS}
    _busy(region.world)
    study = region.world.folder / "dicom"
    study.mkdir()
    (study / "1.dcm").write_bytes(instance(number, 1, 1, 1, bytes(range(128)), day="20240510"))
    region.world.feed(CENTRAL, study)
    return region


def _busy(world: World) -> None:
    """Add somebody of whom a summary says as much as it ever does."""
    built = world.a_patient("R000000003").named("見本 多作", "ミホン タサク")
    whose = (
        built.linked(CENTRAL, "0030000003")
        .linked(HARBOUR, "55503")
        .linked(CLINIC, "7003")
        .consenting()
        .there()
    )
    problems = [
        PROBLEM._replace(
            code=Coding(f"200{place:05}", f"見本の長い病名その{place:02}（治療を続けているもの）", "MDCDX2"),
            icd10=f"E{place:02}0",
            name=f"見本の長い病名その{place:02}（治療を続けているもの）",
            instance=f"000000000300{place:03}",
        )
        for place in range(MOST_PROBLEMS)
    ]
    for facility, told in ((CENTRAL, problems[::2]), (HARBOUR, problems[1::2])):
        world.file(facility, whose, "PPR-01", told)
    world.file(HARBOUR, whose, "ADT-00", [PENICILLIN])
    named = [
        Coding(f"9990{place:05}", f"見本の薬その{place:02}錠１０ｍｇ", "HOT9")
        for place in range(MOST_DRUGS - HINTS)
    ]
    given = [
        Coding("999001111", "見本スタチン錠１０ｍｇ", "HOT9"),
        Coding("Y1", "見本経口ペニシリンカプセル", "99DRG"),
        *named,
    ]
    world.file(CENTRAL, whose, "OMP-01", [DRUG._replace(medication=one) for one in given])
    world.file(
        HARBOUR, whose, "OMP-01", [DRUG._replace(medication=Coding("2189099F1011", "見本の別名錠", "YJ"))]
    )
    for month in range(1, STAYS + 1):
        begins, ends = f"20240{month}04", f"20240{month}15"
        world.file(HARBOUR, whose, "ADT-22", [admission(f"{begins}1000")], begins)
        world.file(HARBOUR, whose, "ADT-52", [discharge(f"{ends}1000", f"{begins}1000")], ends)
    world.file(
        CENTRAL,
        whose,
        "OML-11",
        [REPORT, result("クレアチニン", "0.71"), result("ヘモグロビン", "9.8", flag="L")],
    )
    for facility in (CENTRAL, HARBOUR):
        world.feed(facility)


def _open(page: Page, title: str) -> None:
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("article")).to_contain_text(title)


def test_keys_go_through_the_list_and_back_leads_to_it(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(PATH)
    _open(page, "手紙03")
    papers = page.locator("a.paper")
    at = papers.evaluate_all("all => all.findIndex(one => one.hasAttribute('aria-current'))")
    page.keyboard.press("j")
    expect(papers.nth(at + 1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.get_by_role("article")).to_contain_text("手紙03")
    page.keyboard.press("Escape")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(papers.nth(at)).to_be_focused()
    assert "open=" not in page.url


def test_a_letter_is_found_again_where_it_was_left(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(PATH)
    _open(page, "手紙03")
    page.locator(".leaf .opened").evaluate("one => { one.scrollTop = 700 }")
    _open(page, "手紙04")
    assert page.locator(".leaf .opened").evaluate("one => one.scrollTop") == 0
    _open(page, "手紙03")
    expect(page.locator(".leaf .opened")).to_have_js_property("scrollTop", 700)


def test_a_reload_and_the_other_language_keep_what_is_open(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(PATH)
    _open(page, "手紙03")
    page.reload()
    expect(page.get_by_role("article")).to_contain_text("手紙03")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("article")).to_contain_text("手紙03")


def test_a_pdf_reads_inside_the_pane_page_by_page(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(PATH)
    _open(page, "手紙00")
    page.locator("figure.pages").scroll_into_view_if_needed()
    first = page.get_by_role("img", name="紙.pdf 1/2ページ")
    expect(first).to_have_js_property("complete", value=True)
    assert first.evaluate("one => one.naturalHeight > one.naturalWidth")
    second = page.get_by_role("img", name="紙.pdf 2/2ページ")
    second.scroll_into_view_if_needed()
    page.wait_for_function("one => one.naturalWidth > one.naturalHeight", arg=second.element_handle())


def test_a_session_that_ended_before_a_pdf_is_reached_leaves_nothing_on_the_screen(
    signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto(PATH)
    _open(page, "手紙00")
    page.context.clear_cookies(name="hie_session")
    page.locator("figure.pages").scroll_into_view_if_needed()
    expect(page.get_by_role("main").get_by_role("link", name="サインインする")).to_be_visible()
    assert "手紙" not in page.inner_text("body")
    assert "試験" not in page.inner_text("body") + page.title()
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()


def test_a_phone_shows_the_list_then_the_letter_and_goes_back_to_the_same_place(signed_in: NewPage) -> None:
    page = signed_in(390, 844)
    page.goto(PATH)
    far = page.get_by_role("link", name="手紙").nth(LETTERS - 1)
    far.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 0
    far.click()
    expect(page.get_by_role("article")).to_be_visible()
    expect(far).to_be_hidden()
    page.go_back()
    expect(far).to_be_visible()
    assert page.evaluate("scrollY") == place
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_a_letter_is_read_just_as_well(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    page.goto(PATH)
    _open(page, "手紙03")
    page.get_by_role("link", name="次（古い）").click()
    expect(page.get_by_role("article")).to_be_visible()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
@pytest.mark.parametrize("ending", ["documents", "images", "summary"])
def test_the_pages_are_accessible(signed_in: NewPage, axe: str, size: tuple[int, int], ending: str) -> None:
    page = signed_in(*size)
    page.goto(f"/patients/R000000001/{ending}")
    if ending != "summary":
        page.locator("a.paper").first.click()
        expect(page.get_by_role("article")).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    grave = [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert grave == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_fullest_summary_prints_on_one_sheet(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto("/patients/R000000003/summary")
    for block, lines in (("problems", MOST_PROBLEMS), ("medication", MOST_DRUGS), ("stays", STAYS)):
        expect(page.locator(f".s-{block} ul > li")).to_have_count(lines)
    expect(page.locator(".s-medication .hinted-line")).to_have_count(HINTS)
    assert len(PdfDocument(page.pdf(prefer_css_page_size=True))) == 1
