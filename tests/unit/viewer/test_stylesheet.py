"""Every colour is a variable of the ground, and what is read stands out from what it stands on."""

import re
from itertools import product

import pytest

from viewer.stylesheet import PARTS, stylesheet

GROUNDS = ("paper", "ground", "head", "hover")
READ = ("ink", "soft", "link", "accent", "head-ink")
ON_ITS_OWN = (
    *(("ink", ground) for ground in ("field", "today", "today-strong", "weekend", "highlight")),
    *product(("soft", "link", "alarm", "low"), ("today", "today-strong", "weekend", "highlight")),
    *(("ink", f"t{mark}") for mark in range(8)),
    *((f"h{mark}", f"t{mark}") for mark in range(8)),
    *((f"h{mark}", "paper") for mark in range(8)),
    *((kind, f"{kind}-ground") for kind in ("alarm", "low", "well", "warn")),
    *(("ink", f"{kind}-ground") for kind in ("alarm", "low", "well", "warn")),
    *((kind, "paper") for kind in ("alarm", "low", "well", "warn")),
    *(("on-brand", ground) for ground in ("brand", "brand-deep", "mute")),
    *(("on-alarm", "alarm"), ("on-badge", "badge"), ("on-film", "film")),
)
SEEN = (*product(("edge", "focus"), ("paper", "ground")), ("on-brand", "brand"))


def colours(theme: str) -> dict[str, str]:
    """Read the colours of a theme."""
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (PARTS / "00_ground.css").read_text()))
    if theme == "dark":
        found |= re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (PARTS / "01_dark.css").read_text())
    return found


def light(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return how much two colours differ, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_read_stands_out_from_what_it_stands_on(theme: str) -> None:
    found = colours(theme)
    pairs = (*product(READ, GROUNDS), *ON_ITS_OWN)
    weak = [(text, on) for text, on in pairs if contrast(found[text], found[on]) < 4.5]
    faint = [(line, on) for line, on in SEEN if contrast(found[line], found[on]) < 3]
    assert weak + faint == []


def test_no_file_but_the_ground_names_a_colour() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\brgba?\(|\bhsla?\(")
    found = [
        f"{part.name}: {line.strip()[:90]}"
        for part in sorted(PARTS.glob("*.css"))
        if part.name not in {"00_ground.css", "01_dark.css"}
        for line in part.read_text().splitlines()
        if literal.search(line)
    ]
    assert found == []


def test_every_variable_that_is_used_is_given() -> None:
    whole = stylesheet().decode()
    used, given = set(re.findall(r"var\((--[\w-]+)", whole)), set(re.findall(r"(--[\w-]+):", whole))
    assert used - given == set()


def test_the_night_is_written_for_the_chosen_and_for_the_wished() -> None:
    whole = stylesheet().decode()
    assert whole.count("--paper: #161f28") == 2
    assert '@media screen and (prefers-color-scheme: dark) {\n  :root:not([data-theme="light"])' in whole
    assert '@media (prefers-contrast: more) {\n  :root:not([data-contrast="usual"])' in whole
