"""What the screen says, in Japanese first and in English by switch: two tables with the same keys.

Each is joined of the files beside this one that begin with the language's name, one for each subject.
"""

from __future__ import annotations

import importlib
import pkgutil
from enum import StrEnum


class Language(StrEnum):
    """A language of the screen, by its HTML code."""

    JAPANESE = "ja"
    ENGLISH = "en"


def _collected(language: str) -> dict[str, str]:
    """Join the texts of a language; a key that two files have is a defect."""
    texts: dict[str, str] = {}
    for found in pkgutil.iter_modules(__path__):
        if found.name.partition("_")[0] == language:
            more: dict[str, str] = importlib.import_module(f"{__name__}.{found.name}").TEXTS
            if twice := texts.keys() & more.keys():
                raise ValueError(f"said twice: {sorted(twice)}")
            texts |= more
    return texts


TABLES = {Language.JAPANESE: _collected("japanese"), Language.ENGLISH: _collected("english")}


class Words:
    """The texts of one language; asking for a key that is not there is a defect."""

    __slots__ = ("_table", "language")

    def __init__(self, language: Language) -> None:
        """Speak `language`."""
        self.language = language
        self._table = TABLES[language]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under `key` with `values` put into its braces."""
        text = self._table[key]
        return text.format(**values) if values else text

    def counted(self, key: str, n: int) -> str:
        """Return the text under `key` for `n` of them, in the singular where there is one."""
        return self(f"{key}.one" if n == 1 and f"{key}.one" in self._table else key, n=n)

    def either(self, key: str, otherwise: str) -> str:
        """Return the text under `key`, or `otherwise` for codes that no table of ours knows."""
        return self._table.get(key, otherwise)


WORDS = {language: Words(language) for language in Language}


def language_of(cookie: str) -> Language:
    """Read the language from a cookie's value; Japanese where it says nothing known."""
    return Language.ENGLISH if cookie == Language.ENGLISH else Language.JAPANESE
