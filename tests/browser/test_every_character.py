"""All 6,879 characters of JIS X 0208 survive file, record and screen; none is split or lost."""

import pytest
from playwright.sync_api import expect

from tests.build.browsing import NewPage
from tests.build.records import drug
from tests.build.stories import Region
from tests.build.world import CENTRAL

pytestmark = pytest.mark.browser

CHUNK = 48
DRUGS = 20
IDEOGRAPHIC_SPACE = "\u3000"


def _characters() -> str:
    found = []
    for row in range(0x21, 0x7F):
        for cell in range(0x21, 0x7F):
            try:
                found.append(bytes((0x1B, 0x24, 0x42, row, cell)).decode("iso2022_jp"))
            except UnicodeDecodeError:
                continue
    return "".join(found)


CHARACTERS = _characters()


def test_there_are_6879_of_them() -> None:
    assert len(CHARACTERS) == len(set(CHARACTERS)) == 6879


def test_every_character_reaches_the_screen(signed_in: NewPage, region: Region) -> None:
    # A name is bounded by letters, so that the ideographic space, too, stands inside.
    names = [f"A{CHARACTERS[start : start + CHUNK]}Z" for start in range(0, len(CHARACTERS), CHUNK)]
    whose = region.hanako
    days = []
    for number, start in enumerate(range(0, len(names), DRUGS), 1):
        day = f"202311{number:02d}"
        days.append(day)
        drugs = [drug(name, ordered_at=f"{day}0900", start=day) for name in names[start : start + DRUGS]]
        region.world.file(CENTRAL, whose, "OMP-01", drugs, day)
    tally = region.world.feed(CENTRAL)
    assert tally["indexed"] == len(days)

    page = signed_in()
    page.goto(f"/patients/{whose.patient.id}?view=month&at=20231101")
    seen = ""
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="処方"))
    expect(row.get_by_role("link")).to_have_count(len(days))
    for place in reversed(range(len(days))):
        row.get_by_role("link").nth(place).click()
        article = page.get_by_role("article")
        expect(article.get_by_role("heading", level=2)).to_contain_text(f"2023年11月{len(days) - place}日")
        seen += article.inner_text() + (article.text_content() or "")
        texts = article.get_by_role("listitem").all_text_contents()
        shown = [text for text in texts if text.startswith("A")]
        first = (len(days) - place - 1) * DRUGS
        for name, text in zip(names[first : first + DRUGS], shown, strict=True):
            assert text.startswith(f"{name} "), f"characters from {CHARACTERS.index(name[1])}"
    assert [character for character in CHARACTERS if character not in seen] == []
