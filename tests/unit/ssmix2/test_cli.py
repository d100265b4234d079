"""The command `ssmix2` on small storages made by the writer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ssmix2.cli import app
from ssmix2.layout import ConditionFlag
from tests.unit.ssmix2 import invented as our

VITALS = (
    "MSH|^~\\&|KARTE1|HOSP|GW||20240510093015.120||ORU^R30^ORU_R30|1|P|2.5||||||~ISO IR87||ISO 2022-1994\r"
    "PID|0001||0012345678^^^^PI||五日^右京^^^^^L^I||19700115|F\r"
    "ORC|SC|000000020240510|||CM\r"
    'OBR|1|000000020240510||""|||20240510\r'
    "OBX|1|NM|9P100000000000001^体温^JC10||36.8|cel^℃^ISO+|||||F|||202405100800\r"
)

FILES = len(our.CASES) + 3


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """Give a storage with every kind, one superseded and one deleted file, one foreign and one unreadable."""
    root = tmp_path / "root"
    our.fill(root)
    older = our.named("OMP-01", our.ENVELOPE._replace(sent_at="20240510090000000"))
    our.put(root, older.flagged(ConditionFlag.SUPERSEDED), our.content("OMP-01"))
    gone = our.named("OML-11", our.ENVELOPE._replace(order_number="000000000104799"))
    our.put(root, gone.flagged(ConditionFlag.DELETED), our.content("OML-11"))
    broken = our.named("OML-11", our.ENVELOPE._replace(order_number="000000000104800"))
    our.put(root, broken, b"\x00\xff\xfe not a message")
    (root / "001/Thumbs.db").write_bytes(b"")
    return root


def run(*arguments: str | Path, code: int = 0) -> str:
    """Run the command in this process and give what it wrote."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def shown(path: Path) -> dict[str, Any]:
    """Give `show --json` of a file."""
    found: dict[str, Any] = json.loads(run("show", path, "--json"))
    return found


def of_case(root: Path, kind: str) -> dict[str, Any]:
    return shown(root / our.named(kind).locator())


def test_stats_counts_by_kind_and_state(storage: Path) -> None:
    counted = json.loads(run("stats", storage, "--json"))
    assert counted["files"] == FILES
    assert counted["patients"] == 1
    assert counted["unreadable"] == 1
    assert counted["kinds"]["OMP-01"] == {"current": 1, "superseded": 1, "deleted": 0}
    assert counted["kinds"]["OML-11"] == {"current": 2, "superseded": 0, "deleted": 1}
    assert (counted["first_date"], counted["last_date"]) == (our.DAY, our.DAY)


def test_stats_for_people_names_kinds_in_japanese(storage: Path) -> None:
    text = run("stats", storage)
    assert "検体検査結果通知" in text
    assert f"1 人 {FILES} 件" in text


def test_ls_marks_what_is_current(storage: Path) -> None:
    lines = [json.loads(line) for line in run("ls", storage, "--kind", "OMP-01", "--json").splitlines()]
    assert [(line["flag"], line["current"]) for line in lines] == [("2", False), ("1", True)]
    assert lines[1]["path"] == our.named("OMP-01").locator()
    assert run("ls", storage, "--patient", "nobody") == ""
    assert "処方オーダ" in run("ls", storage)


def test_show_gives_results_as_they_stood_in_the_file(storage: Path) -> None:
    records = of_case(storage, "OML-11")["records"]
    assert [one["type"] for one in records] == ["DiagnosticReport", "Observation", "Observation"]
    number, qualitative = records[1:]
    assert (number["code"], number["name"]) == ("2A030000001930101", "ヘモグロビン")
    assert (number["value"], number["unit"], number["reference_range"], number["flag"]) == (
        "9.8",
        "g/dL",
        "11.6-14.8",
        "L",
    )
    assert qualitative["value"] == "  +-"


def test_show_gives_a_prescription(storage: Path) -> None:
    drug, ointment, allergy = of_case(storage, "OMP-01")["records"]
    assert allergy["type"] == "AllergyIntolerance"
    assert drug["type"] == "MedicationRequest"
    expected = {
        "code": "999000101",
        "name": "見本糖期剤錠５ｍｇ",
        "dose": "1",
        "unit": "錠",
        "usage": "内服・経口・１日１回朝食後",
        "usage_code": "1011000400000000",
        "days": "28",
        "total": "28",
        "total_unit": "錠",
        "group": "01",
        "start": "20240510",
        "category": "内服",
        "instructions": ["一包化"],
        "route": "口",
        "site": "",
    }
    assert {field: drug[field] for field in expected} == expected
    assert (ointment["dose"], ointment["site"]) == ('""', "右手")


def test_show_gives_diagnosis_visit_and_person(storage: Path) -> None:
    (condition,) = of_case(storage, "PPR-01")["records"]
    assert (condition["code"], condition["name"], condition["icd10"]) == ("20053814", "肺炎の疑い", "J189")
    assert (condition["suspected"], condition["primary"], condition["onset"]) == (True, True, our.DAY)
    (encounter,) = of_case(storage, "ADT-12")["records"]
    assert (encounter["type"], encounter["event"], encounter["at"]) == ("Encounter", "A04", "202405100900")
    person = of_case(storage, "ADT-00")["records"][0]
    assert person["type"] == "Patient"
    assert (person["id"], person["name"], person["kana"]) == ("0012345678", "五日 右京", "イツカ ウキョウ")
    assert (person["birth_date"], person["sex"], person["phone"]) == ("19700115", "F", "099-000-2222")
    assert person["address"] == "見本県試験市二丁目２番２号"
    types = {one["type"] for one in of_case(storage, "ADT-00")["records"]}
    assert types == {"Patient", "Observation", "AllergyIntolerance", "Coverage"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "ADT-00",
            ["患者基本情報", "五日 右京", "1970-01-15", "女", "見本系抗菌剤", "158.4", "組合管掌健康保険"],
        ),
        ("ADT-12", ["外来受付", "2024-05-10 09:00"]),
        ("ADT-22", ["入院", "32 302 1"]),
        ("ADT-52", ["退院", "2024-05-10 16:00"]),
        ("PPR-01", ["肺炎の疑い", "J189", "主", "外来時"]),
        ("OMP-01", ["01", "見本糖期剤錠５ｍｇ", "1錠", "28日分", "02", "2本", "右手", "院外処方"]),
        ("OMP-02", ["見本輸液５００ｍＬ", "500mL", "+ 見本添加剤", "100 mL/hr"]),
        ("OML-11", ["ヘモグロビン", "9.8", "g/dL", "11.6-14.8", "L", "全血"]),
        ("OMG-11", ["胸部ＣＴ", "期日 応枝", "入江 移", "見本造影剤", "A0000001"]),
        ("OMG-12", ["実施医師", "2024-05-10 09:25"]),
        ("OMG-03", ["胸部ＣＴ", "動悸", "52.3"]),
        ("OML-01", ["ヘモグロビン", "左前腕"]),
        ("OMP-12", ["500mL", "完了", "250mL/h"]),
        ("OMD", ["五分粥", "塩分控えめ", "夕食"]),
    ],
)
def test_show_is_readable(storage: Path, kind: str, words: list[str]) -> None:
    text = run("show", storage / our.named(kind).locator())
    assert [word for word in words if word not in text] == []


def test_show_opens_a_file_outside_every_storage(tmp_path: Path) -> None:
    events = [our.content(kind).split(b"|")[8] for kind in our.CASES]
    for kind, event in zip(our.CASES, events, strict=True):
        path = tmp_path / f"{kind}.hl7"
        path.write_bytes(our.content(kind))
        # One event serves several kinds of imaging: outside a storage the first is taken.
        first = kind if kind.startswith("OMP") else list(our.CASES)[events.index(event)]
        assert shown(path)["kind"] in {kind, first}


def test_show_reads_an_extended_storage_document(tmp_path: Path) -> None:
    kind = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
    folder = tmp_path / kind / f"0012345678_20240510_{kind}_000000020240510_20240510093015120_1"
    folder.mkdir(parents=True)
    document = folder / "main_document.hl7"
    document.write_bytes(VITALS.replace("℃", "").encode("iso2022_jp"))
    found = shown(document)
    assert found["kind"] == kind
    (temperature,) = found["records"]
    assert (temperature["type"], temperature["name"], temperature["value"]) == ("Observation", "体温", "36.8")
    assert "OBSERVATIONS" in run("show", document)


def test_show_gives_the_segments_of_a_kind_nobody_reads(tmp_path: Path) -> None:
    path = tmp_path / "somewhere"
    path.write_bytes(b"MSH|^~\\&|A|B|||20240510||XXX^Y01|1|P|2.5\rZZZ|1|text [bold]\r")
    assert shown(path) == {
        "path": str(path),
        "kind": "XXX^Y01",
        "findings": shown(path)["findings"],
        "records": [],
    }
    assert "text [bold]" in run("show", path)


def test_show_sends_no_command_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(our.content("OML-11").replace(b"9.8", "\x1b]0;五\x07\x9b".encode()))
    text = run("show", path)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\x9b" not in text


@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe", b"plain text", b"\x89PNG\r\n\x1a\n\x00\x01"])
def test_show_of_an_unreadable_file_is_a_finding_and_no_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    found = json.loads(run("show", path, "--json", code=1))
    assert found["records"] == []
    assert [one["severity"] for one in found["findings"]] == ["error"]
    assert "所見" in run("show", path, code=1)


def test_check_ends_with_one_where_an_error_is_found(storage: Path) -> None:
    findings = [json.loads(line) for line in run("check", storage, "--json", code=1).splitlines()]
    assert {"rule", "severity", "path", "place", "message"} == set(findings[0])
    assert [one["path"] for one in findings if one["severity"] == "error"] == [
        our.named("OML-11", our.ENVELOPE._replace(order_number="000000000104800")).locator()
    ]
    assert "PATH-11" in run("check", storage, code=1)


def test_check_ends_with_a_sum_and_leaves_out_what_was_not_asked_for(storage: Path) -> None:
    every = [json.loads(line)["severity"] for line in run("check", storage, "--json", code=1).splitlines()]
    counts = {severity: every.count(severity) for severity in ("error", "warning", "information")}
    told = ", ".join(f"{severity} {count}" for severity, count in counts.items())
    below = {"error": 0, "warning": 0, "information": 0}
    for number, severity in enumerate(counts):
        below[severity] = sum(list(counts.values())[: number + 1])
        result = CliRunner().invoke(app, ["check", str(storage), "--severity", severity])
        assert result.exit_code == 1
        assert len(result.stdout.splitlines()) == below[severity]
        assert result.stderr.splitlines()[-1].endswith(f"files checked: {told}")
    assert counts["error"] < below["information"]


def test_whoever_stops_reading_hears_no_complaint(storage: Path, repository: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "ssmix2", "check", str(storage)],
            cwd=repository, stdout=closed, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == b""


def test_check_ends_with_zero_where_nothing_is_wrong(tmp_path: Path) -> None:
    our.fill(tmp_path)
    findings = [json.loads(line) for line in run("check", tmp_path, "--json").splitlines()]
    assert {one["severity"] for one in findings} == {"information"}


def test_a_file_that_is_gone_is_not_counted_and_one_that_cannot_be_read_is_reported(
    storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(run("stats", storage, "--json"))
    real = Path.open

    def refusing(self: Path, *arguments: Any, **options: Any) -> Any:
        if "_OMP-01_" in self.name:
            raise FileNotFoundError(2, "No such file or directory", str(self))
        if "_ADT-00_" in self.name:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refusing)
    after = json.loads(run("stats", storage, "--json"))
    assert "OMP-01" not in after["kinds"]
    assert after["unreadable"] == before["unreadable"] + before["kinds"]["ADT-00"]["current"]
    lines = [json.loads(line) for line in run("check", storage, "--json", code=1).splitlines()]
    assert {"_ADT-00_" in one["path"] for one in lines if one["rule"] == "READ-01"} == {True}


def test_no_more_of_a_file_is_read_than_a_message_can_be_long(tmp_path: Path) -> None:
    path = tmp_path / our.named("OMP-01").locator()
    path.parent.mkdir(parents=True)
    with path.open("wb") as sparse:
        sparse.truncate(1 << 40)
    for command, file in (("check", tmp_path), ("check", path), ("show", path)):
        assert "READ-02" in run(command, file, code=1)
    assert json.loads(run("stats", tmp_path, "--json"))["unreadable"] == 1
    assert "0 / 0" in run("fields", tmp_path, "--field", "MSH-3")


@pytest.mark.parametrize("command", ["stats", "check"])
def test_a_folder_that_cannot_be_listed_ends_with_one_line(
    storage: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def refuse(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = CliRunner().invoke(app, [command, str(storage)])
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["ls", "stats", "check", "show"])
def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, command: str) -> None:
    run(command, tmp_path / "nowhere", code=2)


def test_the_module_runs_as_a_command(storage: Path, repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ssmix2", "stats", str(storage), "--json"],
        cwd=repository,
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout)["files"] == FILES


def test_every_published_sample_is_shown(samples: Path) -> None:
    paths = [
        path for pattern in ("*_1", "*.hl7") for path in sorted(samples.rglob(pattern)) if path.is_file()
    ]
    assert len(paths) >= 5
    for path in paths:
        assert shown(path)["records"]
