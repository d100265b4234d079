"""The build of the screen: once, with a Node that is new enough, and clear when it cannot."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def hatch_build(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", repository / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(repository: Path, tmp_path: Path) -> Path:
    """Copy of what the build reads, without packages."""
    for folder in ("frontend", "viewer/islands"):
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(repository / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def _machine_with(version: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the build see one `node`, of this version, and nothing else."""
    programs = folder / "bin"
    programs.mkdir()
    node = programs / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "executable", str(folder / "python"))


def test_the_manifest_names_a_file_for_every_island(repository: Path) -> None:
    manifest = (repository / "viewer/static/dist/manifest.json").read_text()
    for island in (repository / "viewer/islands").glob("*.ts"):
        assert f'"islands/{island.name}"' in manifest


def test_a_build_of_the_same_sources_does_nothing(
    hatch_build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hatch_build.stamp(tree).parent.mkdir(parents=True)
    hatch_build.stamp(tree).write_text(hatch_build.digest(tree))
    monkeypatch.setenv("PATH", "")
    hatch_build.build(tree)
    assert not (tree / "frontend/node_modules").exists()


def test_a_changed_island_makes_the_build_stale(hatch_build: ModuleType, tree: Path) -> None:
    hatch_build.stamp(tree).parent.mkdir(parents=True)
    hatch_build.stamp(tree).write_text(hatch_build.digest(tree))
    assert not hatch_build.is_stale(tree)
    (tree / "viewer/islands/page.ts").write_text("export {};\n")
    assert hatch_build.is_stale(tree)


def test_without_a_new_enough_node_one_line_says_so(
    hatch_build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _machine_with("v20.20.2", tree, monkeypatch)
    with pytest.raises(hatch_build.FrontendFailed) as failure:
        hatch_build.build(tree)
    assert "Node 24" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_new_enough_node_is_found(
    hatch_build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _machine_with("v24.1.0", tree, monkeypatch)
    assert hatch_build.node_folder() == tree / "bin"


def test_a_build_without_front_end_is_possible(repository: Path, tree: Path) -> None:
    shutil.copy(repository / "hatch_build.py", tree)
    environment = {**os.environ, "HIE_SKIP_FRONTEND": "1", "PATH": ""}
    subprocess.run([sys.executable, "hatch_build.py"], cwd=tree, env=environment, check=True)
    assert not (tree / "viewer/static/dist").exists()


def test_a_failed_build_prints_one_line(repository: Path, tree: Path) -> None:
    shutil.copy(repository / "hatch_build.py", tree)
    (tree / "frontend/package-lock.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "hatch_build.py"], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("front end: npm ci")
    assert done.stderr.count("\n") == 1
