"""The stylesheet: the files of `styles`, joined in the order of their names, one file for the browser."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PARTS = Path(__file__).resolve().parent / "styles"
NAME = "viewer.css"
WISHED = {
    "01_dark.css": (
        ("@media screen", "@media screen and (prefers-color-scheme: dark)"),
        ('[data-theme="dark"]', ':not([data-theme="light"])'),
    ),
    "02_contrast.css": (
        ("@media all", "@media (prefers-contrast: more)"),
        ('[data-contrast="more"]', ':not([data-contrast="usual"])'),
    ),
}
"""Files written for a person's choice that are written again for a device's wish, and how that differs."""


@cache
def stylesheet() -> bytes:
    """Return the whole, read once; `00` are the colours and sizes that all others use."""
    parts = {part.name: part.read_text(encoding="utf-8") for part in sorted(PARTS.glob("*.css"))}
    return "\n".join(text + wished(name, text) for name, text in parts.items()).encode()


def wished(name: str, text: str) -> str:
    """Return what stands in a file once more, for devices that ask for it; nothing for most files."""
    if name not in WISHED:
        return ""
    for chosen, asked in WISHED[name]:
        text = text.replace(chosen, asked)
    return text


def digest() -> str:
    """Return a name for its content, new whenever that is."""
    return hashlib.sha256(stylesheet()).hexdigest()[:12]
