"""What the screen says, in Japanese first and in English by switch: two tables with the same keys."""

from __future__ import annotations

from enum import StrEnum

from viewer.locale import english, english_feeds, japanese, japanese_feeds


class Language(StrEnum):
    """A language of the screen, by its HTML code."""

    JAPANESE = "ja"
    ENGLISH = "en"


TABLES = {
    Language.JAPANESE: japanese.TEXTS | japanese_feeds.TEXTS,
    Language.ENGLISH: english.TEXTS | english_feeds.TEXTS,
}


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
