"""The acceptance report counts, judges and shows, and holds no value of a patient."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from hie.record.findings import Finding, Severity
from ssmix2.acceptance import MOST_CODES, MOST_FILES, Acceptance, Unmapped, unmapped
from ssmix2.acceptance_page import LANGUAGES, page
from ssmix2.cli import app
from ssmix2.er7 import parse
from ssmix2.transactions import Header, TransactionWriter
from ssmix2.validation import Examined, Part, check_transactions, examine
from ssmix2.volumes import as_volumes
from tests.unit.ssmix2 import clean

LOCAL_ITEM = "0012^見本ＧＬＵ^99LAB"


def put(root: Path, kind: str, lines: list[str], **parts: str) -> None:
    name = clean.named(kind, **parts)
    path = root / name.locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(clean.written(lines))


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """Give a storage of clean files, one with a local item, one bad name and one superseded version."""
    root = tmp_path / "root"
    for kind in clean.EVENTS:
        put(root, kind, clean.segments(kind))
    local = [each.replace("2A030000001930101^見本項目^JC10", LOCAL_ITEM) for each in clean.segments("OML-11")]
    put(root, "OML-11", local, order_number="000000000000009", care_date="20230105")
    put(root, "OMP-01", clean.segments("OMP-01"), timestamp="20240509000000000", flag="2")
    bad = root / f"001/234/{clean.PATIENT}/{clean.DAY}/OMP-01/<script>alert(1)<_x_&_3_4_5_6"
    bad.write_bytes(b"")
    return root


def accepted(root: Path) -> Acceptance:
    found = Acceptance()
    for one in examine(as_volumes([root])):
        found.add(one)
    return found


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_it_counts_by_kind_state_and_month(storage: Path) -> None:
    found = accepted(storage)
    assert (found.files, found.patients) == (28, 1)
    assert found.kinds["OMP-01"] == {"1": 1, "2": 1}
    assert found.months["OML-11"] == {"202405": 1, "202301": 1}
    assert found.months["PPR-01"] == {"-": 1}


def test_it_judges_each_chapter(storage: Path) -> None:
    verdicts = {one.chapter: one for one in accepted(storage).verdicts()}
    assert verdicts["7.1"].errors == 1
    assert verdicts["7.2"].warnings > 0
    assert (verdicts["7.3"].errors, verdicts["7.3"].warnings, verdicts["7.3"].checked) == (0, 0, True)
    assert not any(verdicts[f"7.6 {part}"].checked for part in Part)


def test_it_names_codes_without_a_standard_one(storage: Path) -> None:
    assert dict(accepted(storage).unmapped) == {Unmapped("JLAC10", "0012", "見本ＧＬＵ", "99LAB"): 1}


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("OMP-01", "^HOT9", "^99DRG", Unmapped("HOT/YJ", "999000101", "見本剤", "99DRG")),
        ("OMP-02", "999000606^見本薬^HOT9", "X1^見本薬^99DRG", Unmapped("HOT/YJ", "X1", "見本薬", "99DRG")),
        ("PPR-01", "20053814^肺炎^MDCDX2", "D1^肺炎^99DIS", Unmapped("MDCDX2", "D1", "肺炎", "99DIS")),
        ("PPR-01", "20053814^肺炎^MDCDX2", "^本人の言葉", Unmapped("MDCDX2", "", "", "")),
    ],
)
def test_a_drug_or_diagnosis_of_the_house_is_missing_its_code(
    kind: str, old: str, new: str, expected: Unmapped
) -> None:
    text = "\r".join(clean.segments(kind))
    assert unmapped(parse(text + "\r")) == []
    assert unmapped(parse(text.replace(old, new) + "\r")) == [expected]


def test_it_keeps_the_worst_files_and_a_bounded_list_of_codes() -> None:
    found = Acceptance()
    error, warning = (
        Finding("PATH-01", severity, "path", "") for severity in (Severity.ERROR, Severity.WARNING)
    )
    for number in range(MOST_FILES * 3):
        found.add(Examined(f"{number:03d}", None, [warning] * number + [error] * (number == 7), None))
    assert found.worst[0].path == "007"
    assert [bad.warnings for bad in found.worst[1:4]] == [59, 58, 57]
    assert len(found.worst) == MOST_FILES
    lines = clean.segments("OML-11")[:-1]
    items = [clean.line("OBX", {3: f"{number}^x^99LAB"}) for number in range(MOST_CODES + 10)]
    message = parse("\r".join([*lines, *items]) + "\r")
    found.add(Examined("many", clean.named("OML-11"), [], message))
    assert len(found.unmapped) == MOST_CODES + 1
    assert sum(found.unmapped.values()) == MOST_CODES + 10


class Page(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_file_without_scripts_and_values(storage: Path, language: str) -> None:
    text = page(accepted(storage), [str(storage)], "2026-11-20 10:00", language)
    parsed = Page(text)
    assert "script" not in parsed.tags
    assert parsed.fetched == []
    assert "url(" not in text
    assert "&lt;script&gt;" in text
    assert "OML-11" in text
    assert "見本ＧＬＵ" in text
    for value in ("五日", "試験", "ハナコ", "11.6-14.8", "19700115"):
        assert value not in text


def test_both_languages_say_the_same_things(storage: Path) -> None:
    japanese, english = (page(accepted(storage), ["root"], "now", each) for each in LANGUAGES)
    assert [len(re.findall(rf"<{tag}[ >]", japanese)) for tag in ("h2", "tr", "td")] == [
        len(re.findall(rf"<{tag}[ >]", english)) for tag in ("h2", "tr", "td")
    ]
    assert "受入検査報告書" in japanese
    assert "Acceptance report" in english
    assert not re.search(r"[ぁ-ん]", english)


def test_many_months_are_drawn_as_years() -> None:
    found = Acceptance()
    for year in range(2000, 2024):
        for month in range(1, 13):
            name = clean.named("OMP-01", care_date=f"{year}{month:02d}01")
            found.add(Examined("path", name, [], None))
    text = page(found, ["root"], "now")
    assert '<th scope="col">2000</th>' in text
    assert "2000-01" not in text


@pytest.mark.browser
def test_the_page_is_readable_in_a_browser(storage: Path, tmp_path: Path, browser: Browser) -> None:
    out = tmp_path / "report.html"
    run("report", storage, "--out", out, code=1)
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(out.as_uri())
    assert asked == [out.as_uri()]
    assert shown.locator("h1").inner_text() == "SS-MIX2標準化ストレージ 受入検査報告書"
    assert shown.locator("dd .failed").inner_text() == "不合格"
    assert shown.locator(".heat tbody tr").count() == len(clean.EVENTS)
    context.close()


def test_check_writes_the_same_page_and_ends_with_one_where_an_error_is(storage: Path) -> None:
    text = run("check", storage, "--format", "html", code=1)
    assert text.startswith("<!DOCTYPE html>")
    lines = [json.loads(line) for line in run("check", storage, "--format", "json", code=1).splitlines()]
    assert lines == [json.loads(line) for line in run("check", storage, "--json", code=1).splitlines()]
    assert {one["severity"] for one in lines} == {"error", "warning", "information"}


def test_check_takes_single_files(storage: Path) -> None:
    path = storage / clean.named("OMP-01").locator()
    assert run("check", path) == ""
    assert "PATH-11" in run("check", path.rename(path.with_name("strange")))


def test_fields_lists_values_with_counts_and_examples(storage: Path) -> None:
    line = run("fields", storage, "--field", "OBX-3.1", "--kind", "OML-11", "--json")
    listed = json.loads(line)
    assert (listed["field"], listed["segments"], listed["filled"]) == ("OBX-3.1", 2, 2)
    assert {one["text"] for one in listed["values"]} == {"0012", "2A030000001930101"}
    assert "2 / 2" in run("fields", storage, "--field", "OBX-3.1", "--kind", "OML-11")
    run("fields", storage, "--field", "OBX", code=2)


def test_index_is_built_checked_and_shown(storage: Path, tmp_path: Path) -> None:
    database = tmp_path / "index.sqlite"
    assert "28" in run("index", "build", database, storage, "--facility", "1312345678")
    assert run("index", "check", database, storage) == ""
    assert len(run("index", "show", database).splitlines()) == 28
    assert len(run("index", "show", database, "--patient", clean.PATIENT, "--json").splitlines()) == 28
    assert run("index", "show", database, "--after", "9999-01-01") == ""
    assert "IDX" not in run("check", storage, "--index", database, code=1)
    (storage / clean.named("ADT-12").locator()).unlink()
    assert "IDX-01" in run("index", "check", database, storage, code=1)
    assert "IDX-01" in run("check", storage, "--index", database, code=1)


def judged(text: str) -> dict[str, str]:
    """Give the word for each chapter of a page."""
    return dict(re.findall(r"<td>§([\d.]+(?: [A-Z]{3})?) [^<]*</td><td class=\"(\w+)\">", text))


def log_of(root: Path, header: Header, body: bytes) -> Path:
    """Write a log of one record."""
    root.mkdir()
    with TransactionWriter(root) as writer:
        writer.append(header, body, clean.STAMP)
    return root


def test_a_part_that_was_not_given_is_not_judged_and_one_that_was_is(tmp_path: Path) -> None:
    root, extended = tmp_path / "root", tmp_path / "extended"
    put(root, "OMP-01", clean.segments("OMP-01"))
    kind = "^SUM^^18842-5^退院時サマリー^LN"
    name = f"{clean.PATIENT}_{clean.DAY}_{kind}_000000000000001_{clean.STAMP}_01_1"
    folder = extended / f"001/234/{clean.PATIENT}/{clean.DAY}/{kind}/{name}"
    folder.mkdir(parents=True)
    (folder / "main_document.pdf").write_bytes(b"%PDF")
    database = tmp_path / "index.sqlite"
    run("index", "build", database, root, "--extended", extended, "--facility", "1312345678")
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)
    log = log_of(tmp_path / "log", header, clean.written(clean.segments("OMP-01")))
    document = header._replace(data_kind=kind, order_number="000000000000001")
    extended_log = log_of(tmp_path / "extended log", document, b"")
    html = ("--format", "html")
    parts = {f"7.6 {part}" for part in Part}
    alone = judged(run("check", root, *html))
    assert {alone[part] for part in parts} == {"unchecked"}
    assert {word for chapter, word in alone.items() if chapter not in parts} == {"pass"}
    options = {
        "EXT": ("--extended", extended),
        "IDX": ("--index", database),
        "TRX": ("--transactions", log),
    }
    for part, option in options.items():
        page_of_one = run("check", root, *option, *html, code=1 if part == "IDX" else 0)
        found = judged(page_of_one)
        assert {each for each in parts if found[each] != "unchecked"} == {f"7.6 {part}"}
        assert str(option[1]) in page_of_one
    everything = [each for option in options.values() for each in option]
    logs = ("--extended-transactions", extended_log)
    assert judged(run("check", root, *everything, *logs, *html)) == dict.fromkeys([*alone], "pass")
    assert run("check", root, *everything, *logs) == ""


def test_a_log_is_compared_with_the_storage_it_is_of(tmp_path: Path) -> None:
    """A standardized and an extended storage have a log each (fact sheet §1.7)."""
    root, extended = tmp_path / "root", tmp_path / "extended"
    put(root, "OMP-01", clean.segments("OMP-01"))
    kind = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
    name = f"{clean.PATIENT}_{clean.DAY}_{kind}_000000000000001_{clean.STAMP}_01_1"
    folder = extended / f"001/234/{clean.PATIENT}/{clean.DAY}/{kind}/{name}"
    folder.mkdir(parents=True)
    (folder / "main_document.pdf").write_bytes(b"%PDF")
    volumes = as_volumes([root], [extended])
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)
    log = log_of(tmp_path / "log", header, clean.written(clean.segments("OMP-01")))
    assert list(check_transactions(log, volumes)) == []
    found = [one.finding.code for one in check_transactions(log, volumes, is_extended=True)]
    assert found == ["TRX-02", "TRX-03", "TRX-03"]  # not stored, not there, and nobody's
    document = header._replace(data_kind=kind, order_number="000000000000001")
    other = log_of(tmp_path / "other", document, b"")
    assert list(check_transactions(other, volumes, is_extended=True)) == []
    assert [one.finding.code for one in check_transactions(other, volumes)] == ["TRX-01", "TRX-03"]


def test_a_single_file_is_judged_by_every_chapter_that_was_applied(storage: Path) -> None:
    found = judged(run("check", storage / clean.named("OMP-01").locator(), "--format", "html"))
    assert {chapter for chapter, word in found.items() if word == "pass"} == {
        "7.1", "7.2", "7.3", "7.4", "7.5"
    }  # fmt: skip


def test_what_is_wrong_with_a_message_in_the_log_is_held_against_the_log(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "OMP-01", clean.segments("OMP-01"))
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)
    log = log_of(tmp_path / "log", header, b"PID|no message\r")
    found = judged(run("check", root, "--transactions", log, "--format", "html", code=1))
    assert (found["7.2"], found["7.6 TRX"]) == ("pass", "failed")


@pytest.mark.parametrize("characters", ["cp932", "iso2022_jp", "utf-8"])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_log_of_any_characters_is_listed_and_replayed(tmp_path: Path, characters: str, end: str) -> None:
    """The specification does not say in what characters a header stands (fact sheet §1.7)."""
    kind = "^経過記録、表^99ZL01"  # 表 ends with the byte of a backslash in Shift JIS
    header = Header("1312345678", clean.PATIENT, clean.DAY, kind, "000000000000001", "INS", "01", clean.STAMP)
    later = header._replace(timestamp="20240511090000000")
    body = end.join(clean.segments("OMP-01")) + end
    lines = "".join(one.text() + end + body for one in (header, later))
    file = tmp_path / "log/2024/TR_20240510101502004_00001.DAT"
    file.parent.mkdir(parents=True)
    file.write_bytes(lines.encode(characters))
    log, root = tmp_path / "log", tmp_path / "root"
    listed = [json.loads(line) for line in run("transactions", "ls", log, "--json").splitlines()]
    assert [(one["data_kind"], one["timestamp"]) for one in listed] == [
        (kind, clean.STAMP),
        (kind, later.timestamp),
    ]
    after = run("transactions", "ls", log, "--after", listed[0]["position"])
    assert (kind in after, len(after.splitlines())) == (True, 1)
    run("transactions", "replay", log, root)
    names = sorted(path.name for path in root.rglob("*") if path.is_file())
    assert [(name.split("_")[2], name[-1]) for name in names] == [(kind, "2"), (kind, "1")]
    found = run("check", root, "--transactions", log, code=0 if characters == "iso2022_jp" else 1)
    assert "TRX-01" not in found
    assert "TRX-03" not in found


def test_a_log_that_ends_in_half_a_record_is_said_to(tmp_path: Path) -> None:
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)
    log = log_of(tmp_path / "log", header, clean.written(clean.segments("OMP-01")))
    (file,) = log.rglob("*.DAT")
    file.write_bytes(file.read_bytes()[:-3])
    root = tmp_path / "root"
    assert "TRX-01" in run("transactions", "replay", log, root, code=1)
    assert "cut off" in run("transactions", "ls", log, code=1)
    assert "TRX-01" in run("check", root, "--transactions", log, code=1)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_transactions_are_listed_and_replayed(tmp_path: Path) -> None:
    log, root = tmp_path / "log", tmp_path / "root"
    log.mkdir()
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)
    with TransactionWriter(log) as writer:
        for kind in ("OMP-01", "OMP-11"):
            writer.append(header._replace(data_kind=kind), clean.written(clean.segments(kind)), clean.STAMP)
    lines = [json.loads(line) for line in run("transactions", "ls", log, "--json").splitlines()]
    assert [one["data_kind"] for one in lines] == ["OMP-01", "OMP-11"]
    assert "OMP-11" in run("transactions", "ls", log, "--after", lines[0]["position"])
    run("transactions", "ls", log, "--after", "nonsense", code=2)
    assert "2" in run("transactions", "replay", log, root)
    assert run("check", root, "--transactions", log) == ""
    (root / clean.named("OMP-11").locator()).unlink()
    assert "TRX-03" in run("check", root, "--transactions", log)
