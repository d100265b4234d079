"""How a person wants pages to look: kept with the account, carried by a cookie, said on the page's root.

The cookie lets the server write the choice into the first byte of a page, so nothing flashes, and asks the
store nothing; it is given anew at every sign-in. It holds three words of a fixed list and opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

DISPLAY_COOKIE = "hie_display"
ORDER = "order"
"""Name of the preference that says in which order the calendar's days run."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("device", "light", "dark"),
    "contrast": ("device", "usual", "more"),
    "letters": ("usual", "small", "large", "largest"),
    ORDER: ("newest", "oldest"),
}
"""What may be chosen; the first is what is shown to whoever chose nothing."""
LOOK = ("theme", "contrast", "letters")
"""What concerns every page."""


def known(name: str, value: str) -> str:
    """Return a choice, or what is usual for one that is none of ours."""
    return value if value in CHOICES[name] else CHOICES[name][0]


class Display(NamedTuple):
    """The look of every page."""

    theme: str = CHOICES["theme"][0]
    contrast: str = CHOICES["contrast"][0]
    letters: str = CHOICES["letters"][0]

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> Self:
        """Read it from the preferences of an account."""
        return cls(*(known(name, chosen.get(name, "")) for name in LOOK))

    @classmethod
    def of_cookie(cls, value: str) -> Self:
        """Read it from a cookie; what is not ours is as if nothing was chosen."""
        return cls.of(dict(zip(LOOK, value.split("."), strict=False)))

    def cookie(self) -> str:
        """Write it as a cookie."""
        return ".".join(self)
