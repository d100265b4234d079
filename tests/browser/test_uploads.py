"""A clinic's own files, dropped onto a patient's page: seen, added, found on the calendar, taken back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.build import uploads
from tests.build.browsing import NewPage, found_by

PAGE = "/patients/R000000001/uploads"


def _drop(page: Page, files: Sequence[tuple[str, str, bytes]]) -> None:
    """Drop files onto the form, as a hand does with files of a folder."""
    given = [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files]
    transfer = page.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, type, content] of files) {
                const bytes = Uint8Array.from(atob(content), sign => sign.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type }));
            }
            return transfer;
        }""",
        given,
    )
    page.dispatch_event("form#hand-in", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("form#hand-in", "drop", {"dataTransfer": transfer})


def _add(page: Page, title: str) -> None:
    form = page.locator("form.upload").first
    form.get_by_label("文書の種類").select_option("57133-1")
    form.get_by_label("題名").fill(title)
    form.get_by_label("いつの記録か").fill("2024-05-10")
    form.get_by_label("診療科").select_option(label="内科")
    form.get_by_role("button", name="追加する").click()


def test_dropped_files_are_seen_added_and_taken_back(signed_in: NewPage, pictures: Path, axe: str) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    page.get_by_role("link", name="自院の記録を追加").click()
    _drop(
        page,
        [
            ("逆紹介状.pdf", "application/pdf", uploads.letter()),
            ("仕掛け.pdf", "application/pdf", uploads.scripted()),
            ("絵.svg", "image/svg+xml", uploads.HOSTILE["svg"]),
        ],
    )
    expect(page.locator("form.upload")).to_have_count(1)
    expect(page.locator("#refused li")).to_have_count(2)
    drawn = page.locator("form.upload img")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("picture => picture.complete && picture.naturalWidth > 100")
    assert found_by(axe, page) == []
    page.screenshot(path=pictures / "uploads_1366.png", full_page=True)
    _add(page, "かかりつけからの手紙")
    expect(page.locator("#filed li")).to_contain_text("かかりつけからの手紙")
    page.locator("#filed").get_by_role("link", name="カレンダーで見る").first.click()
    assert "文書" in page.locator("main").inner_text()
    page.go_back()
    page.get_by_role("button", name="かかりつけからの手紙の追加を取り消す").click()
    expect(page.locator("#filed")).not_to_contain_text("かかりつけからの手紙")
    expect(page.get_by_role("status").filter(has_text="取り消しました")).to_contain_text(
        "かかりつけからの手紙"
    )
    for _ in range(2):
        page.locator("#refused").get_by_role("button").first.click()
    expect(page.locator("#refused")).to_have_count(0)


def test_why_nothing_was_taken_is_said_in_the_servers_own_words(
    signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto(PAGE)
    page.context.clear_cookies()
    _drop(page, [("逆紹介状.pdf", "application/pdf", uploads.letter())])
    expect(page.locator("form#hand-in [role=status]")).to_contain_text("サインインし直すと")
    expect(page.locator("form#hand-in button")).to_be_enabled()
    assert len(complaints) == 1
    assert "401" in complaints.pop()


def test_without_scripts_and_on_a_phone_files_are_chosen(
    signed_in: NewPage, pictures: Path, axe: str
) -> None:
    page = signed_in(390, 844, scripts=False)
    page.goto(PAGE)
    page.set_input_files(
        "input[type=file]", {"name": "創部.jpg", "mimeType": "image/jpeg", "buffer": uploads.photo()}
    )
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.locator("form.upload h3")).to_have_text("創部.jpg")
    page.screenshot(path=pictures / "uploads_390.png", full_page=True)
    _add(page, "創部の写真")
    expect(page.locator("#filed li")).to_contain_text("創部の写真")
    phone = signed_in(390, 844)
    phone.goto(PAGE)
    assert found_by(axe, phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_table_is_seen_line_by_line_before_it_is_added(
    signed_in: NewPage, pictures: Path, axe: str
) -> None:
    page = signed_in()
    page.goto("/tables")
    assert found_by(axe, page) == []
    table: FilePayload = {"name": "検査.csv", "mimeType": "text/csv", "buffer": uploads.TABLE.encode("cp932")}
    page.set_input_files("input[type=file]", table)
    page.get_by_role("button", name="中身を確かめる").click()
    expect(page.locator("#summary")).to_contain_text("5行を追加できます（患者1人、新しい記録4件）")
    expect(page.locator("tbody tr").first).to_contain_text("カナか生年月日が登録と違います")
    assert found_by(axe, page) == []
    page.screenshot(path=pictures / "table_1366.png", full_page=True)
    page.get_by_text("どの列が何か").click()
    page.get_by_label("カナ氏名（照合用）").select_option("")
    page.get_by_role("button", name="この列で読み直す").click()
    page.get_by_role("button", name="6行を追加する").wait_for()
    page.get_by_text("どの列が何か").click()
    page.get_by_label("カナ氏名（照合用）").select_option(label="カナ氏名")
    page.get_by_role("button", name="この列で読み直す").click()
    page.get_by_role("button", name="5行を追加する").click()
    expect(page.locator("#tables li").first).to_contain_text("新しい記録4件")
    page.get_by_role("button", name="検査.csvの追加を取り消す").click()
    expect(page.locator("#tables li").first).to_contain_text("取り消し済み")
