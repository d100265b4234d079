"""What a hospital wrote, read by another program's eyes: python-hl7, and nothing of ours.

From each kind of message it says what the page of it must show, as the values that a doctor reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import hl7

ESCAPES = {"\\F\\": "|", "\\S\\": "^", "\\T\\": "&", "\\R\\": "~", "\\E\\": "\\", "\\.br\\": " "}
DOUBTFUL = {"+-": "±", "(+-)": "(±)", "+/-": "±", "(+/-)": "(±)"}
"""With raised powers and the null, all that the screen writes in another way than the file."""
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
POWER = re.compile(r"\^(-?\d+)")
HL7_NULL, NULL = '""', "（空値）"
WEEKDAYS = "月火水木金土日"
EXTERNAL, WHEN_NEEDED = "23", "22"
"""RXE-27: what is rubbed in or stuck on, and what is taken when needed."""
HAPPENED = {
    "A01": ("PV1", 44), "A02": ("EVN", 6), "A03": ("PV1", 45), "A04": ("PV1", 44), "A14": ("EVN", 3),
    "A15": ("EVN", 6), "A16": ("EVN", 3), "A21": ("EVN", 6), "A22": ("EVN", 6), "A54": ("EVN", 6),
}  # fmt: skip
"""Where each event of an ADT message says when it happened or is to happen."""


def message_of(path: Path) -> hl7.Message | None:
    """Parse a file; nothing where its encoding is not the one that all agreed on."""
    for codec in ("iso2022_jp", "iso2022_jp_ext"):
        try:
            text = path.read_bytes().decode(codec)
        except UnicodeDecodeError:
            continue
        return hl7.parse(text.replace("\r\n", "\r").replace("\n", "\r"))
    return None


def plain(text: object) -> str:
    """Undo HL7's escapes; blanks as a page keeps them."""
    told = str(text)
    for code, sign in ESCAPES.items():
        told = told.replace(code, sign)
    return " ".join(told.split())


def field(segment: hl7.Segment | None, number: int, component: int = 1, part: int = 1) -> str:
    """Return a part of a component of a field's first repetition."""
    return next(iter(repetitions(segment, number, component, part)), "")


def repetitions(segment: hl7.Segment | None, number: int, component: int = 1, part: int = 1) -> list[str]:
    """Return a part of a component of each repetition of a field; an absent one is empty."""
    if segment is None or number >= len(segment):
        return []
    found = []
    for repetition in str(segment[number]).split("~"):
        text = repetition
        for sign, place in (("^", component), ("&", part)):
            pieces = text.split(sign)
            text = pieces[place - 1] if place <= len(pieces) else ""
        found.append(plain(text))
    return found


def said(text: str) -> str:
    """Take away HL7's null."""
    return "" if text == HL7_NULL else text


def segments(message: hl7.Message, name: str) -> list[hl7.Segment]:
    """Return the segments of a name."""
    return [segment for segment in message if str(segment[0]) == name]


def orders(message: hl7.Message) -> Iterator[dict[str, list[hl7.Segment]]]:
    """Yield what belongs to each ORC, by the names of the segments."""
    order: dict[str, list[hl7.Segment]] = {}
    for segment in message:
        if str(segment[0]) == "ORC":
            if order:
                yield order
            order = {}
        if order or str(segment[0]) == "ORC":
            order.setdefault(str(segment[0]), []).append(segment)
    if order:
        yield order


def words_of(message: hl7.Message) -> Iterator[tuple[str, str]]:
    """Yield every word that is not plain ASCII with the field it stands in."""
    for segment in message:
        for number in range(1, len(segment)):
            for component in re.split(r"[~^&]", str(segment[number])):
                if not component.isascii():
                    yield f"{segment[0]}-{number}", plain(component)


def close(text: str) -> str:
    """Leave out blanks, which a page sets as it likes."""
    return "".join(text.split())


def written_unit(text: str) -> str:
    """Raise the powers of a unit, as the screen writes it."""
    return POWER.sub(lambda power: power[1].translate(RAISED), text)


def bare_unit(text: str) -> str:
    """Bring spellings of one unit together: width, case, times sign, raised or not."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded.replace("^", "").replace("*", "").removeprefix("×").replace("ℓ", "l")


def day(digits: str) -> str:
    """Write a day: 2026年5月12日."""
    return f"{int(digits[:4])}年{int(digits[4:6])}月{int(digits[6:8])}日"


def moment(digits: str) -> str:
    """Write a moment: 2026年5月12日(火) 9:05; empty if there is none."""
    if not said(digits):
        return ""
    weekday = WEEKDAYS[date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).weekday()]
    clock = f" {int(digits[8:10])}:{digits[10:12] or '00'}" if digits[8:] else ""
    return f"{day(digits)}({weekday}){clock}"


def span(start: str, end: str) -> str:
    """Write from when to when; the end's day only where it is another."""
    if not said(end) or end == start:
        return moment(start)
    told = moment(end)
    return f"{moment(start)}〜{told.partition(' ')[2] if end[:8] == start[:8] else told}"


def amount(number: str, unit: str) -> str:
    """Write a number without zeros that say nothing, and its unit; nothing where there is none."""
    if not said(number):
        return ""
    whole, point, part = number.partition(".")
    shown = f"{whole or '0'}.{part}".rstrip("0").rstrip(".") if point else number
    return f"{shown}{said(unit)}"


class Result(NamedTuple):
    """A line of a laboratory table."""

    name: str
    value: str
    unit: str
    range: str
    flag: str


def value_of(segment: hl7.Segment) -> str:
    """Return what an OBX found, as the screen writes it."""
    value = field(segment, 5)
    if field(segment, 2) in {"CWE", "CE"}:
        value = field(segment, 5, 2) or value
    return NULL if value == HL7_NULL else DOUBTFUL.get(value, value)


def unit_of(segment: hl7.Segment) -> str:
    """Return an OBX's unit, as the screen writes it."""
    return said(written_unit(field(segment, 6, 2) or field(segment, 6)))


def result(segment: hl7.Segment) -> Result:
    """Say what the table must hold of an OBX."""
    name = field(segment, 3, 2) or field(segment, 3, 5) or field(segment, 3)
    return Result(name, value_of(segment), unit_of(segment), said(field(segment, 7)), said(field(segment, 8)))


class Measured(NamedTuple):
    """A vital sign."""

    day: str
    clock: str
    name: str
    unit: str
    value: str


def measured(message: hl7.Message) -> Counter[Measured]:
    """Say what the sheet of vital signs must hold."""
    return Counter(
        Measured(
            moment(at[:8]), f"{at[8:10]}:{at[10:12]}", field(one, 3, 2), close(unit_of(one)), value_of(one)
        )
        for one in segments(message, "OBX")
        for at in [field(one, 14)]
    )


class Ordered(NamedTuple):
    """A drug of an order, with how it is used; blanks left out."""

    group: str
    category: str
    name: str
    amount: str
    remarks: tuple[str, ...]
    """In the order of their letters."""
    usage: str
    supply: str
    start: str


def prescribed(message: hl7.Message) -> Counter[Ordered]:
    """Say what the groups of a prescription must hold."""
    return Counter(_prescribed(order) for order in orders(message))


def _prescribed(order: dict[str, list[hl7.Segment]]) -> Ordered:
    drug, timing, route = order["RXE"][0], order["TQ1"][0], order["RXR"][0]
    total = amount(field(drug, 10), field(drug, 11, 2))
    once = amount(field(drug, 3), field(drug, 5, 2))
    daily = amount(field(drug, 19), field(drug, 19, 2, 2))
    category = field(drug, 27)
    rubbed_in = category == EXTERNAL or not once
    remarks = [f"1日{daily}" if daily else "", "" if rubbed_in else f"全{total}"]
    return Ordered(
        f"Rp{field(order['ORC'][0], 4).split('_')[1]}",
        field(drug, 27, 2),
        close(field(drug, 2, 2)),
        close(total if rubbed_in else f"1回{once}"),
        _sorted(*remarks, *repetitions(drug, 7, 2)),
        close(_usage(timing, route)),
        _supplied(timing, category),
        f"{day(field(timing, 7))}から",
    )


def _usage(timing: hl7.Segment, route: hl7.Segment) -> str:
    texts = repetitions(timing, 3, 1, 2)
    usage = texts[0]
    for more in (*texts[1:], said(field(timing, 11))):
        usage += "" if more in usage else f" {more}"
    site = said(field(route, 2, 2))
    return f"{usage} 部位: {site}" if site else usage


def _supplied(timing: hl7.Segment, category: str) -> str:
    if category == WHEN_NEEDED:
        return f"{field(timing, 14)}回分"
    return f"{field(timing, 6)}日分" if field(timing, 6) else ""


def _sorted(*remarks: str) -> tuple[str, ...]:
    return tuple(sorted(close(one) for one in remarks if said(one)))


def injected(message: hl7.Message) -> Counter[Ordered]:
    """Say what the groups of an injection order must hold."""
    return Counter(one for order in orders(message) for one in _injected(order))


def _injected(order: dict[str, list[hl7.Segment]]) -> Iterator[Ordered]:
    drug, timing, route = order["RXE"][0], order["TQ1"][0], order["RXR"][0]
    volume = amount(field(drug, 3), field(drug, 5, 2))
    rate = amount(field(drug, 23), field(drug, 24, 2))
    ways = (field(route, place, 2) for place in (1, 2, 3, 4))
    for component in order.get("RXC", ()):
        yield Ordered(
            f"Rp{field(order['ORC'][0], 4).split('_')[1]}",
            field(drug, 27, 2),
            close(field(component, 2, 2)),
            close(amount(field(component, 3), field(component, 4, 2))),
            _sorted({"B": "主液", "A": "混注"}[field(component, 1)]),
            close("".join(way for way in ways if said(way))) if component is order["RXC"][0] else "",
            close((f"全{volume}" if volume else "") + (f"速度{rate}" if rate else "")),
            close(span(field(timing, 7), field(timing, 8))),
        )


class Given(NamedTuple):
    """A drug that was given; blanks left out."""

    name: str
    dose: str
    when: str
    who: str
    """By whom and at which bed."""


def given(message: hl7.Message) -> Counter[Given]:
    """Say what the table of what was given must hold."""
    return Counter(
        Given(
            close(field(one, 5, 2)),
            close(amount(field(one, 6), field(one, 7, 2))),
            close(span(field(one, 3), field(one, 4))),
            close(field(one, 10, 2) + field(one, 10, 3) + _place(one, 11)),
        )
        for one in segments(message, "RXA")
    )


class Diagnosis(NamedTuple):
    """A line of a list of diagnoses."""

    name: str
    mark: str
    icd10: str
    onset: str
    outcome: str


def diagnoses(message: hl7.Message) -> Counter[Diagnosis]:
    """Say what the table of diagnoses must hold."""
    return Counter(_diagnosis(one) for one in segments(message, "PRB"))


def _diagnosis(one: hl7.Segment) -> Diagnosis:
    marks = (
        "主病名" if field(one, 18) == "1" else "",
        "疑い" if field(one, 13) == "1" else "",
        "取扱注意" if field(one, 25) in {"R", "V"} else "",
        field(one, 10, 5),
    )
    code = field(one, 10)
    ended = f"{day(field(one, 15))} {field(one, 14, 2)}" if field(one, 15) else "継続中"
    return Diagnosis(
        field(one, 17) or field(one, 3, 2),
        "・".join(filter(None, marks)),
        f"{code[:3]}.{code[3:]}".rstrip("."),
        day(field(one, 16)),
        ended,
    )


def facts_of_stay(message: hl7.Message) -> dict[str, str]:
    """Say when, where and under whom a visit or a stay was."""
    event = field(segments(message, "MSH")[0], 9, 2)
    told = {name: next(iter(segments(message, name)), None) for name in ("EVN", "PV1", "PV2")}
    where, number = HAPPENED[event]
    visit, plan = told["PV1"], told["PV2"]
    stays = field(visit, 2) == "I"
    found = {
        "日時": moment(field(told[where], number)),
        "入院日時": moment(field(visit, 44)) if stays else "",
        "退院日時": moment(field(visit, 45)),
        "退院予定": moment(field(plan, 9)) if event != "A16" else "",
        "帰院予定": moment(field(plan, 47)),
        "区分": {"I": "入院", "O": "外来"}[field(visit, 2)],
        "病棟・病室": _place(visit, 3) if stays else "",
        "転出元": _place(visit, 6),
        "担当医": f"{field(visit, 7, 2)}{field(visit, 7, 3)}",
    }
    return {label: close(text) for label, text in found.items() if text}


def _place(segment: hl7.Segment | None, number: int) -> str:
    return " ".join(filter(None, (field(segment, number, part) for part in (1, 2, 3))))


class Meal(NamedTuple):
    """A line of a meal order; blanks left out."""

    food: str
    meals: str
    start: str
    end: str
    text: str


def meals(message: hl7.Message) -> Counter[Meal]:
    """Say what the table of a meal order must hold."""
    return Counter(
        Meal(
            close(field(one, 3, 2)),
            close("".join(repetitions(order["TQ1"][0], 3, 1, 2))),
            close(moment(field(order["TQ1"][0], 7))),
            close(moment(field(order["TQ1"][0], 8))),
            close(field(one, 4)),
        )
        for order in orders(message)
        for one in order.get("ODS", ())
    )


class Issued(NamedTuple):
    """A line of a prescription as far as a list of drugs needs it."""

    drug: str
    """Code, else name: what makes two lines lines of one drug."""
    name: str
    dose: str
    start: str
    days: int


def issued(message: hl7.Message) -> Iterator[Issued]:
    """Yield the lines of a prescription that is not taken back."""
    for order in orders(message):
        if field(order["ORC"][0], 1) == "CA":
            continue
        drug, timing = order["RXE"][0], order["TQ1"][0]
        line = _prescribed(order)
        total = field(drug, 27) == EXTERNAL or not line.amount.startswith("1回")
        days = field(timing, 6)
        yield Issued(
            field(drug, 2) or line.name,
            line.name,
            f"全{line.amount}" if total else line.amount,
            field(timing, 7)[:8],
            int(days) if days.isdigit() else 0,
        )
