"""Rules for every text of the project: no machine's paths, no registry's address, records in their form."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

# put together here, so that this file does not contain what it looks for
MACHINE_FOLDERS = ("wor" + "k", "roo" + "t", "hom" + "e", "op" + "t", "mn" + "t", "Use" + "rs")
MACHINE_PATH = re.compile(rf"(?<![\w.\-/\]}})])/(?:{'|'.join(MACHINE_FOLDERS)})/")
REGISTRY = re.compile("|".join(["pyp" + r"i\.org", "pythonhoste" + r"d\.org", "npmj" + r"s\.(?:org|com)"]))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
ADR_HEADINGS = ["Status", "Context", "Decision", "Consequences", "What would change our mind"]


def _tracked(repository: Path) -> list[Path]:
    """Every text file that git keeps or would keep."""
    git = ["git", "-c", "safe.directory=*"]
    listing = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = (
        subprocess.run(listing, cwd=repository, capture_output=True, check=True).stdout.decode().split("\0")
    )
    found = [repository / name for name in names if name and (repository / name).is_file()]
    return [path for path in found if b"\0" not in path.read_bytes()[:8000]]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def test_no_text_names_a_place_on_somebodys_machine(repository: Path) -> None:
    found = [
        path.relative_to(repository) for path in _tracked(repository) if MACHINE_PATH.search(_text(path))
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINE_PATH.search("see " + "/wor" + "k/notes")
    assert MACHINE_PATH.search('"' + "/hom" + 'e/somebody/x"')
    assert not MACHINE_PATH.search("patient/home/visits")
    assert REGISTRY.search("https://files.pythonhoste" + "d.org/x")


def test_no_text_names_a_package_registry(repository: Path) -> None:
    found = [path.relative_to(repository) for path in _tracked(repository) if REGISTRY.search(_text(path))]
    assert found == []


def test_the_locks_hold_hashes_and_no_address(repository: Path) -> None:
    python = (repository / "requirements.lock").read_text()
    screen = (repository / "frontend/package-lock.json").read_text()
    assert "://" not in python
    assert "://" not in screen
    pins = re.findall(r"^[a-z0-9][\w.\-]*==", python, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", python, flags=re.MULTILINE)
    assert len(pins) == sum("--hash=sha256:" in block for block in blocks)
    packages = json.loads(screen)["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_the_screen_takes_exact_versions(repository: Path) -> None:
    own = json.loads((repository / "frontend/package.json").read_text())
    versions = {**own["dependencies"], **own["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_every_decision_record_has_its_headings(repository: Path) -> None:
    records = sorted((repository / "docs/adr").glob("[0-9]*.md"))
    assert records
    for record in records:
        text = record.read_text()
        assert re.match(rf"# {record.name[:4]} \S", text), record.name
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ADR_HEADINGS, record.name


def test_no_two_decision_records_share_a_number(repository: Path) -> None:
    numbers = [record.name[:4] for record in (repository / "docs/adr").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readme_names_the_two_commands(name: str, repository: Path) -> None:
    text = (repository / name).read_text()
    assert "make demo" in text
    assert "make test" in text


def test_make_alone_lists_every_command_with_one_line(repository: Path) -> None:
    listed = subprocess.run(["make"], cwd=repository, capture_output=True, text=True, check=True).stdout
    commands = dict(re.findall(r"^  make (\S+) +(\S.*)$", listed, flags=re.MULTILINE))
    wanted = {"setup", "demo", "test", "check", "fix", "bench", "sample", "screenshot", "lock", "hub"}
    assert wanted <= set(commands)


def test_hooks_run_only_what_the_repository_holds(repository: Path) -> None:
    settings = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())
    assert [entry["repo"] for entry in settings["repos"]] == ["local"]
    assert all(hook["language"] == "system" for entry in settings["repos"] for hook in entry["hooks"])


def test_relative_links_between_documents_lead_somewhere(repository: Path) -> None:
    documents = [path for path in _tracked(repository) if path.suffix == ".md"]
    links = [(path, link) for path in documents for link in LINK.findall(path.read_text())]
    broken = [(path.name, link) for path, link in links if not (path.parent / link).exists()]
    assert broken == []
