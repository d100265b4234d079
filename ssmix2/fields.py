"""Field types of HL7 v2.5 as SS-MIX2 uses them: CWE, TS, XPN, XCN, CQ, RPT (fact sheet §3.6, §3.7).

Functions in capitals are memos: look the raw field up by `[raw]`.
"""

from __future__ import annotations

from datetime import date, timedelta

from hie.record.clinical import Coding
from hie.record.people import HumanName
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, day_of
from ssmix2.er7 import NULL, component, repetitions, subcomponent, unescape
from ssmix2.memo import Memo

NO_CODING = Coding()

_HOUR = slice(8, 10)
_LONGEST = 14
_DAY_UNITS = frozenset({"d", "D", "DAY", "day", "日"})
_IDEOGRAPHIC, _PHONETIC = "I", "P"
_NO_NAME = ("", "")
_NO_NAMES = (_NO_NAME, (NULL, ""), (NULL, NULL))


def _pair(raw: str) -> tuple[Coding, Coding]:
    """Read both triplets of the first repetition of a CWE; outer blanks go (D9)."""
    parts = [unescape(part).strip() for part in raw.partition("~")[0].split("^")]
    parts += [""] * (6 - len(parts))
    first, second = Coding(*parts[:3]), Coding(*parts[3:6])
    return (first if any(first) else NO_CODING), (second if any(second) else NO_CODING)


TRIPLETS: Memo[tuple[Coding, Coding]] = Memo(_pair)
"""Raw CWE -> its two triplets."""


def known(raw: str, number: int) -> str:
    """Read a component without outer blanks; the explicit null says that there is nothing."""
    text = component(raw, number).strip()
    return "" if text == NULL else text


def _first(raw: str) -> Coding:
    first = _pair(raw)[0]
    return NO_CODING if first.code == NULL and first.text in {"", NULL} else first


CODINGS: Memo[Coding] = Memo(_first)
"""Raw CWE -> its first triplet; the explicit null names nothing."""


def _shown(raw: str) -> tuple[str, str]:
    """Read a unit: what a person reads (text, else code) and its code."""
    code = _pair(raw)[0]
    return code.text or code.code, code.code


SHOWN: Memo[tuple[str, str]] = Memo(_shown)
"""Raw CWE -> text to show and code; the text of a unit may be missing, or its code."""


def _texts(raw: str) -> tuple[str, ...]:
    """Read what a person reads of each repetition of a CWE."""
    shown = (_shown(repetition)[0] for repetition in raw.split("~"))
    return tuple(text for text in shown if text not in {"", NULL})


TEXTS: Memo[tuple[str, ...]] = Memo(_texts)
"""Raw CWE* -> texts of its repetitions, codes where there is no text."""


def _digits(raw: str) -> str:
    """Read the digits of a TS, DTM, DT or the start of a DR, to seconds at most.

    Hours 24 to 47 mean the next day (D12); `24`, `2400` and `240000` are the end of the day (Q16)
    and become its last minute, so that the day stays what the sender wrote.
    """
    text = raw.partition("^")[0].partition("~")[0].strip()
    length = 0
    while length < min(len(text), _LONGEST) and "0" <= text[length] <= "9":
        length += 1
    text = text[:length]
    if length < _HOUR.stop or text[_HOUR] < "24":
        return text
    hour, rest = int(text[_HOUR]), text[_HOUR.stop :]
    if hour == 24 and not rest.strip("0"):  # noqa: PLR2004  hours of a day
        return text[:8] + "2359"
    if hour >= 48 or day_of(text) in {UNKNOWN_DAY, LAST_DAY}:  # noqa: PLR2004  two days
        return text[:8]
    following = date(int(text[:4]), int(text[4:6]), int(text[6:8])) + timedelta(days=1)
    return f"{following:%Y%m%d}{hour - 24:02}{rest}"


TIMES: Memo[str] = Memo(_digits)
"""Raw TS -> its digits."""

DAYS: Memo[Day] = Memo(day_of)
"""Raw TS or DT -> its day, or `UNKNOWN_DAY`."""


def _usage(raw: str) -> tuple[Coding, tuple[str, ...]]:
    """Read TQ1-3: the usage, and the texts of its supplements (repetitions 2 and on)."""
    usages = [_repeat_pattern(repetition) for repetition in raw.split("~")]
    return usages[0], tuple(usage.text or usage.code for usage in usages[1:] if any(usage))


def _repeat_pattern(repetition: str) -> Coding:
    """Read RPT.1: sub-components by the standard, components by deviation D10."""
    first = repetition.partition("^")[0]
    parts = (first if "&" in first else repetition).split("&" if "&" in first else "^")
    parts = [unescape(part).strip() for part in parts[:3]]
    return Coding(*parts)


USAGES: Memo[tuple[Coding, tuple[str, ...]]] = Memo(_usage)
"""Raw TQ1-3 -> usage and texts of its supplements."""


def _days(raw: str) -> str:
    """Read the number of a CQ whose unit is the day, or "" (TQ1-6)."""
    if raw == "":
        return ""
    unit = raw.partition("~")[0].partition("^")[2].replace("^", "&")
    code, text = subcomponent(unit, 1).strip(), subcomponent(unit, 2).strip()
    return known(raw, 1) if code in _DAY_UNITS or text in _DAY_UNITS else ""


DURATIONS: Memo[str] = Memo(_days)
"""Raw TQ1-6 -> number of days."""


def _quantity(raw: str) -> str:
    return known(raw, 1)


QUANTITIES: Memo[str] = Memo(_quantity)
"""Raw CQ -> its number."""


def _practitioner(raw: str) -> str:
    """Read the written name of an XCN: family and given name of the ideographic repetition.

    The representation stands in XCN.15, or one place further right (D17).
    """
    people = repetitions(raw)
    chosen = next((one for one in people if _representation(one, 15) == _IDEOGRAPHIC), "")
    chosen = chosen or next((one for one in people if _representation(one, 15) != _PHONETIC), "")
    family = subcomponent(component(chosen, 2), 1).strip()
    return f"{family} {component(chosen, 3).strip()}".strip()


def _representation(name: str, place: int) -> str:
    """Read a name's representation code, or the one a place to the right of where it belongs."""
    return component(name, place).strip() or component(name, place + 1).strip()


PRACTITIONERS: Memo[str] = Memo(_practitioner)
"""Raw XCN* -> name as written."""


def human_name(raw: str) -> HumanName:
    """Read PID-5: kanji and kana by XPN.8, else by order and script (fact sheet §3.6).

    Splits in place instead of calls.
    """
    kanji = kana = _NO_NAME
    for repetition in raw.split("~"):
        parts = repetition.split("^")
        family, given = parts[0], parts[1] if len(parts) > 1 else ""
        representation = parts[7].strip() if len(parts) > 7 else ""  # noqa: PLR2004  XPN.8
        if "\\" in repetition or "&" in family:
            family, given = subcomponent(family, 1), unescape(given)
        name = (family.strip(), given.strip())
        if name in _NO_NAMES:
            continue
        if representation == _IDEOGRAPHIC:
            kanji = name if kanji is _NO_NAME else kanji
        elif representation == _PHONETIC or (representation == "" and _is_kana("".join(name))):
            kana = name if kana is _NO_NAME else kana
        elif representation == "" and kanji is _NO_NAME:
            kanji = name
        elif representation == "" and kana is _NO_NAME:
            kana = name
    return tuple.__new__(HumanName, (*kanji, *kana))


def _is_kana(text: str) -> bool:
    """Say whether every letter is katakana or hiragana."""
    return all("\u3041" <= letter <= "\u30ff" or letter in " \u3000" for letter in text)
