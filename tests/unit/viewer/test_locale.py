"""Both languages say the same things."""

import re
import string
from pathlib import Path

from viewer.locale import TABLES, WORDS, Language

JA, EN = TABLES[Language.JAPANESE], TABLES[Language.ENGLISH]


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(JA) == list(EN)


def test_both_languages_leave_the_same_holes() -> None:
    assert {key for key in JA if _holes(JA[key]) != _holes(EN[key])} == set()


def test_no_text_is_empty_and_english_holds_no_japanese() -> None:
    assert [key for table in (JA, EN) for key, text in table.items() if not text.strip()] == []
    kana = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    assert [key for key, text in EN.items() if kana.search(text)] == ["language.other", "patients.examples"]


def test_every_text_asked_for_by_name_is_there_and_every_text_is_asked_for(repository: Path) -> None:
    sources = [*(repository / "viewer").rglob("*.py"), *(repository / "viewer/templates").glob("*.html")]
    code = "\n".join(path.read_text() for path in sources if "locale" not in path.parts)
    asked = set(re.findall(r"""words\(\s*["']([a-z0-9_.A-Z-]+[a-zA-Z0-9])["']\s*[,)]""", code))
    assert asked - set(JA) == set()
    mentioned = set(re.findall(r"""["']([a-z_]+(?:\.[A-Za-z0-9_-]+)+)["']""", code))
    stems = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*\.)[{"']""", code))
    unused = {
        key
        for key in JA
        if key.removesuffix(".one") not in asked | mentioned
        and not any(key.startswith(stem) for stem in stems)
    }
    assert unused == set()


def test_one_of_a_kind_is_said_in_the_singular() -> None:
    english, japanese = WORDS[Language.ENGLISH], WORDS[Language.JAPANESE]
    assert [english.counted("patients.count", n) for n in (0, 1, 2)] == [
        "0 patients",
        "1 patient",
        "2 patients",
    ]
    assert [japanese.counted("calendar.items", n) for n in (1, 2)] == ["1件", "2件"]
