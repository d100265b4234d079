"""Which passwords a guesser tries early: patterns shipped with the hub, and a list made from breaches.

Passwords are fifteen characters or more, so the commonest thousands of every list are out by length. What
is left of them is long and cheap: one or two everyday words, walks over a keyboard, years, repetitions.
Those are recognised by what they are made of. A list of breached passwords comes on top where an operator
made one (`hie passwords`): a file of sorted eight-byte beginnings of SHA-1, asked by bisection.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha1
from pathlib import Path

from hie.record.errors import Misconfigured

MAGIC = b"TSUNAGU1"
WIDTH = 8
WORDS = Path(__file__).with_name("common_words.txt")
FEWEST_WORDS = 3
"""Different everyday words that make a password by themselves."""
LEAST_OF_OWN = 6
"""Characters that stand in no word, walk, number or repetition."""
_WALKS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "!@#$%^&*()", "!\"#$%&'()"),
    *("あいうえおかきくけこさしすせそたちつてとなにぬねの", "いろはにほへとちりぬるを"),
)
_PIECE = 3
_LEET = str.maketrans("@4310$57!", "aaeiosstl")


class Patterns:
    """Passwords made of what everybody thinks of."""

    def __init__(self, words: Iterable[str]) -> None:
        """Know everyday words, in small letters."""
        self._words = {word for line in words if (word := line.strip().casefold()) and word[0] != "#"}
        self._longest = max(map(len, self._words), default=0)
        self._walks = {piece for walk in _WALKS for way in (walk, walk[::-1]) for piece in _pieces(way * 2)}

    def has(self, password: str) -> bool:
        """Say whether little is left of it without words, walks, numbers and repetitions."""
        plain = password.casefold()
        return any(self._is_cheap(text) for text in (plain, plain.translate(_LEET)))

    def _is_cheap(self, text: str) -> bool:
        found, covered = self._found(text)
        for at, piece in enumerate(_pieces(text)):
            if piece in self._walks or len(set(piece)) == 1:
                covered.update(range(at, at + _PIECE))
        own = "".join(text[at] for at in range(len(text)) if at not in covered and text[at].isalpha())
        repeated = len(set(text)) < LEAST_OF_OWN or _is_repetition(text)
        return repeated or (len(own) < LEAST_OF_OWN and len(found) < FEWEST_WORDS)

    def _found(self, text: str) -> tuple[set[str], set[int]]:
        found: set[str] = set()
        covered: set[int] = set()
        at = 0
        while at < len(text):
            word = next(
                (text[at : at + n] for n in self._lengths(text, at) if text[at : at + n] in self._words), ""
            )
            if word:
                found.add(word)
                covered.update(range(at, at + len(word)))
            at += len(word) or 1
        return found, covered

    def _lengths(self, text: str, at: int) -> Iterator[int]:
        return iter(range(min(self._longest, len(text) - at), 1, -1))


class BreachedFile:
    """A file that `write_list` wrote, mapped into memory and asked by bisection."""

    def __init__(self, path: Path) -> None:
        """Map the file; raise `Misconfigured` where it is none."""
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise Misconfigured(f"breach_list: {path} cannot be read") from error
        if self._map[: len(MAGIC)] != MAGIC or len(self._map) % WIDTH:
            raise Misconfigured(f"breach_list: {path} was not made by `hie passwords`")

    def has(self, password: str) -> bool:
        """Say whether it, or it in small letters, is in the file."""
        return any(self._holds(beginning(text)) for text in {password, password.casefold()})

    def _holds(self, sought: bytes) -> bool:
        low, high = 1, len(self._map) // WIDTH
        while low < high:
            middle = (low + high) // 2
            if self._map[middle * WIDTH : middle * WIDTH + WIDTH] < sought:
                low = middle + 1
            else:
                high = middle
        return self._map[low * WIDTH : low * WIDTH + WIDTH] == sought


class Guessable:
    """`Breached` by patterns, and by a file where there is one."""

    def __init__(self, file: Path | None = None) -> None:
        """Open the file now, so that a wrong setting is noticed at the start."""
        self._file = BreachedFile(file) if file else None

    def has(self, password: str) -> bool:
        """Say whether a guesser tries it early."""
        return self._patterns.has(password) or (self._file is not None and self._file.has(password))

    @cached_property
    def _patterns(self) -> Patterns:
        with WORDS.open(encoding="utf-8") as lines:
            return Patterns(lines)


def beginning(password: str) -> bytes:
    """Return the first eight bytes of a password's SHA-1, as lists of breaches name it."""
    return sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[:WIDTH]


def _pieces(text: str) -> list[str]:
    return [text[at : at + _PIECE] for at in range(len(text) - _PIECE + 1)]


def _is_repetition(text: str) -> bool:
    """Say whether a text is a shorter one again and again, the last time perhaps in part."""
    lengths = range(1, len(text) // 2 + 1)
    return any((text[:n] * (len(text) // n + 1)).startswith(text) for n in lengths if n < LEAST_OF_OWN * 2)
