"""How a feed is said in words: how long ago, how much room, what is wrong and what to do about it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from hie.exchange.feeds.explaining import explained, wrong
from hie.exchange.feeds.feed_lights import Concern
from hie.exchange.feeds.feed_monitor import Held
from hie.record.times import JST
from viewer.locale import Language, Words

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
HOURS_IN_WORDS, DAYS_IN_WORDS = 2, 2
"""From so many on, the next larger unit is used."""
TROUBLES = {
    "the hub does not answer": "away",
    "the hub asks to wait": "away",
    "the region ended this edge's leave; ask for a new token": "not-let-in",
    "the edge's disk cannot be written": "not-written",
    "a part failed and began again": "defect",
    "the disk is nearly full: nothing new is taken": "disk-full",
    "no consent list": "no-list",
    "the consent list is too old": "list-too-old",
    "the consent list is not applied": "list-not-applied",
    "the consent list does not rest": "list-not-applied",
    "the clock is wrong": "clock",
    "the hub hears two copies of this edge": "twice",
    "the log cannot be read": "not-read",
    "the document cannot be read": "not-read",
    "the file cannot be read": "not-read",
    "the folder cannot be listed": "not-read",
    "the content folder cannot be read": "not-read",
}
"""What an edge says is wrong (`hie.edge`, `adapters`), and the key under which it stands in the tables."""
COUNTED = {
    "volumes away": "volumes-away",
    "volumes without anything known": "volumes-empty",
    "files not opened": "files-not-opened",
    "folders not listed": "folders-not-listed",
}
_COUNTED = re.compile(r"(\d{1,12}) ([a-z ]+)(?:: \w+)?")


class Advice(NamedTuple):
    """Something that is wrong, and what to do."""

    text: str
    todo: str


def span(milliseconds: float, words: Words) -> str:
    """Say how long a time is: 3分, 5時間, 2日."""
    if milliseconds < MINUTE:
        return words("feed.span.moment")
    for unit, name, least in ((DAY, "days", DAYS_IN_WORDS), (HOUR, "hours", HOURS_IN_WORDS)):
        if milliseconds >= least * unit:
            return words(f"feed.span.{name}", n=int(milliseconds // unit))
    return words("feed.span.minutes", n=int(milliseconds // MINUTE))


def ago(moment: int, now: int, words: Words) -> str:
    """Say how long ago a moment was; a dash for never."""
    if not moment:
        return "—"
    past = now - moment
    return words("feed.ago.now") if past < MINUTE else words("feed.ago", span=span(past, words))


def stamp(moment: int) -> str:
    """Write a moment in Japanese time without its year: 5/20 11:00; a dash for never."""
    if not moment:
        return "—"
    when = datetime.fromtimestamp(moment / 1000, JST)
    return f"{when.month}/{when.day} {when.hour}:{when.minute:02}"


def size(amount: int) -> str:
    """Write an amount of bytes: 12.3 GB."""
    number, units = float(amount), ["B", "kB", "MB", "GB"]
    while number >= 1000 and len(units) > 1:  # noqa: PLR2004  decimal units, as disks are sold
        number, units = number / 1000, units[1:]
    return f"{number:.0f} {units[0]}" if number >= 10 or units[0] == "B" else f"{number:.1f} {units[0]}"  # noqa: PLR2004


def advised(concern: Concern, words: Words) -> Advice:
    """Say a concern in words, with what to do."""
    if concern.kind == "part":
        said, todo = trouble_words(concern.words, words)
        return Advice(words("feed.concern.part", part=part_name(concern.part, words), words=said), todo)
    values = {"span": span(abs(concern.amount), words), "percent": f"{concern.amount * 100:.1f}"}
    return Advice(
        words(f"feed.concern.{concern.kind}", **values), words(f"feed.todo.{concern.kind}", **values)
    )


def trouble_words(said: str, words: Words) -> Advice:
    """Say what an edge says is wrong; what is not known stands as the edge wrote it."""
    key = TROUBLES.get(said, "")
    if key:
        return Advice(words(f"feed.trouble.{key}"), words(f"feed.todo.{key}"))
    pieces, todo = [], "part"
    for piece in said.split("; "):
        match = _COUNTED.fullmatch(piece)
        counted = COUNTED.get(match[2], "") if match else ""
        pieces.append(words(f"feed.trouble.{counted}", n=match[1]) if match and counted else piece)
        todo = "not-read" if counted else todo
    return Advice(words("list.comma").join(pieces), words(f"feed.todo.{todo}"))


def part_name(part: str, words: Words) -> str:
    """Name a part of an edge; a source is called as the hospital calls it."""
    return words.either(f"feed.part.{part}", part.removeprefix("source "))


def rule_words(rule: str, words: Words) -> str:
    """Say what a rule asks for; empty where nobody knows it."""
    found = explained(rule)
    if found is None:
        return ""
    return found.japanese if words.language is Language.JAPANESE else found.english


def wrong_words(one: Held, words: Words) -> str:
    """Say in plain words what is wrong with a document; empty where its own message says it best."""
    if one.empty:
        return words("feed.wrong.empty")
    return wrong(one.reason) if words.language is Language.JAPANESE else ""


def rule_clause(rule: str) -> str:
    """Return where a rule stands in the specification; empty for the house's own."""
    found = explained(rule)
    return found.clause if found else ""
