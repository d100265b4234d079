"""The disk after a power cut, made from the shadow that `powercut.c` keeps."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("powercut.c")


def compiled(folder: Path) -> Path:
    """Compile the shim into `folder`."""
    library = folder / "powercut.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, SOURCE, "-ldl"],
        check=True,
    )
    return library


class Disk:
    """A folder whose durable state is kept beside it."""

    def __init__(self, root: Path, shadow: Path) -> None:
        """Begin with all that is in `root` durable."""
        self.root = root.resolve()
        self.shadow = shadow
        shutil.rmtree(shadow, ignore_errors=True)
        for part in ("inodes", "folders", "pins"):
            (shadow / part).mkdir(parents=True)
        for folder in (self.root, *(path for path in self.root.rglob("*") if path.is_dir())):
            self._begin(folder)

    @property
    def environment(self) -> dict[str, str]:
        """What the shim is told."""
        return {"POWERCUT_ROOT": str(self.root), "POWERCUT_SHADOW": str(self.shadow)}

    def after_the_cut(self, target: Path) -> Path:
        """Write what survived to `target`: synced names with their last synced content."""
        shutil.rmtree(target, ignore_errors=True)
        self._restore(self.root.stat().st_ino, target)
        for leftover in target.glob("*-shm"):
            leftover.unlink()
        return target

    def _begin(self, folder: Path) -> None:
        lines = []
        for path in folder.iterdir():
            number = path.stat().st_ino
            lines.append(f"{'d' if path.is_dir() else 'f'} {number} {path.name}\n")
            if path.is_file():
                shutil.copyfile(path, self.shadow / "inodes" / str(number))
                (self.shadow / "pins" / str(number)).hardlink_to(path)
        (self.shadow / "folders" / str(folder.stat().st_ino)).write_text("".join(lines))

    def _restore(self, folder: int, target: Path) -> None:
        target.mkdir()
        names = self.shadow / "folders" / str(folder)
        for line in names.read_text().splitlines() if names.exists() else []:
            kind, number, name = line.split(" ", 2)
            content = self.shadow / "inodes" / number
            if kind == "d":
                self._restore(int(number), target / name)
            elif content.exists():
                shutil.copyfile(content, target / name)
            else:
                (target / name).touch()
