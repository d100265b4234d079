"""Both languages say the same things."""

import ast
import re
import string
from collections import defaultdict
from pathlib import Path

from viewer.locale import TABLES, WORDS, Language

JA, EN = TABLES[Language.JAPANESE], TABLES[Language.ENGLISH]


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(JA) == list(EN)


LISTED = {"menu", "notice"}
"""What many pages add a line to, each from its own notebook."""


def test_what_begins_alike_stands_in_one_notebook_which_both_languages_have(repository: Path) -> None:
    notebooks: dict[str, dict[str, set[str]]] = {"japanese": defaultdict(set), "english": defaultdict(set)}
    for file in (repository / "viewer/locale").glob("[!_]*.py"):
        language, _, notebook = file.stem.partition("_")
        (texts,) = (one for one in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(one, ast.Dict))
        for key in map(ast.literal_eval, filter(None, texts.keys)):
            notebooks[language][key.partition(".")[0]].add(notebook)
    assert {key.partition(".")[0] for key in JA} <= notebooks["japanese"].keys()
    assert notebooks["japanese"] == notebooks["english"]
    twice = {beginning for beginning, where in notebooks["japanese"].items() if len(where) > 1}
    assert twice <= LISTED
    subjects = set().union(*notebooks["japanese"].values())
    assert [
        one for one in subjects & notebooks["japanese"].keys() - LISTED if notebooks["japanese"][one] != {one}
    ] == []


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
