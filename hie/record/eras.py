"""Japanese eras: years as they are said at a desk, and days as forms write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from hie.record.times import UNKNOWN_DAY, Day, day_from_date


class Era(NamedTuple):
    """An era, its letters, and its first day."""

    name: str
    letter: str
    first: Day

    @property
    def before(self) -> int:
        """The year before its first one: add the era's year to get the calendar's."""
        return self.first // 10000 - 1


ERAS = (
    Era("明治", "M", Day(18680125)),
    Era("大正", "T", Day(19120730)),
    Era("昭和", "S", Day(19261225)),
    Era("平成", "H", Day(19890108)),
    Era("令和", "R", Day(20190501)),
)

_BY_MARK = {mark: era for era in ERAS for mark in (era.letter, era.letter.lower(), era.name[0])}
_ERA_DAY = re.compile(r"([MTSHRmtshr明大昭平令])[治正和成]?(\d{1,2}|元)[./年-]?(\d{1,2})[./月-]?(\d{1,2})日?")
_ERA_DIGITS = re.compile(r"([MTSHRmtshr明大昭平令])[治正和成]?(\d{2})(\d{2})(\d{2})")
_DAY = re.compile(r"(\d{4})[./年-](\d{1,2})[./月-](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


def era_of(day: Day) -> Era | None:
    """Return the era a day lies in; none before Meiji and for an unknown day."""
    return next((era for era in reversed(ERAS) if day >= era.first), None)


def written(day: Day) -> str:
    """Write a day as a form does: `昭和45年1月15日`, by the year before Meiji; empty if unknown."""
    if not day:
        return ""
    era, year = era_of(day), day // 10000
    said = f"{era.name}{'元' if year == era.before + 1 else year - era.before}" if era else str(year)
    return f"{said}年{day // 100 % 100}月{day % 100}日"


def same_in_other_eras(day: Day) -> frozenset[Day]:
    """Return the days that read the same with another era's letter: S45.1.15 and H45.1.15 are one slip."""
    own = era_of(day)
    if own is None:
        return frozenset()
    said = day // 10000 - own.before
    found = (_known(era.before + said, day // 100 % 100, day % 100) for era in ERAS if era is not own)
    return frozenset(other for other in found if other)


def read_day(text: str) -> Day:
    """Read a day as tables and forms write it: `19700115`, `1970/1/15`, `S45.1.15`, `昭和45年1月15日`.

    Return `UNKNOWN_DAY` where it is none of these or no day of the calendar.
    """
    kept = "".join(unicodedata.normalize("NFKC", text).split())
    if match := _DAY.fullmatch(kept):
        return _known(*(int(part) for part in match.groups() if part))
    if match := _ERA_DIGITS.fullmatch(kept) or _ERA_DAY.fullmatch(kept):
        mark, year, month, day = match.groups()
        era = _BY_MARK[mark]
        return _known(era.before + (1 if year == "元" else int(year)), int(month), int(day))
    return UNKNOWN_DAY


def _known(year: int, month: int, day: int) -> Day:
    try:
        return day_from_date(date(year, month, day))
    except ValueError:
        return UNKNOWN_DAY
