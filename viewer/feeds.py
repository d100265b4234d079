"""A feed made ready to be drawn: its line in the overview, and its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from hie.exchange.feeds.feed_lights import Light, concerns, light_of
from hie.exchange.feeds.feed_monitor import HISTORY, Asked, FeedState, Held, SourceState
from hie.exchange.ports import FeedRun
from hie.exchange.ports.spool import ItemState
from viewer.feed_pictures import day_picture, state_bar
from viewer.feed_words import (
    HOUR,
    MINUTE,
    Advice,
    advised,
    ago,
    rule_clause,
    rule_words,
    size,
    span,
    stamp,
    trouble_words,
    wrong_words,
)
from viewer.locale import Words

GROUPS: tuple[tuple[str, tuple[ItemState, ...]], ...] = (
    ("filed", (ItemState.FILED,)),
    ("waiting", (ItemState.PUBLISHABLE, ItemState.RECALLED)),
    ("kept", (ItemState.SEEN, ItemState.HELD, ItemState.WITHDRAWN)),
    ("aside", (ItemState.UNREADABLE,)),
)
"""States of documents as the overview counts them."""
SIGNS = {
    Light.WELL: "✓",
    Light.LATE: "▲",
    Light.SILENT: "×",
    Light.TROUBLE: "!",
    Light.REVOKED: "－",
    Light.NEVER: "○",
    Light.DIRECT: "→",
}
"""Each light has a sign and a word; its colour adds nothing."""
GROUP_OF = {state: name for name, states in GROUPS for state in states}
_FATE = re.compile(r"(tried|filed|quarantined|withheld|waiting|missing) (\d{1,9})")
"""What an edge says of a replay (`hie.edge.replaying`)."""
SECOND = 1000
SHORT = 8
"""Characters of a document's code that people read to one another."""


class Lamp(NamedTuple):
    """A light with its sign and its word."""

    light: Light
    sign: str
    word: str


class Count(NamedTuple):
    """So many documents of a kind."""

    name: str
    """Of its group: tells its colour."""
    word: str
    number: int


class Line(NamedTuple):
    """One feed in the overview, and the head of its page."""

    code: str
    name: str
    lamp: Lamp
    advice: tuple[Advice, ...]
    taken: str
    contact: str
    lag: str
    counts: tuple[Count, ...]
    bar: Markup
    day: Markup
    day_words: str
    consents: str
    disk: str
    clock: str
    version: str


class Source(NamedTuple):
    """One source of an edge."""

    name: str
    kind: str
    bar: Markup
    counts: tuple[Count, ...]
    looked: str
    newest: str
    trouble: str
    left: str
    """That documents are gone from the hospital and not from the hub; empty where none are."""


class Aside(NamedTuple):
    """One document in quarantine."""

    code: str
    short: str
    rule: str
    clause: str
    wrong: str
    """In plain words what is wrong; then `message`, in English, is not needed."""
    words: str
    message: str
    source: str
    locator: str
    hidden: bool
    since: str
    ago: str
    can_replay: bool


class Task(NamedTuple):
    """A replay somebody asked for."""

    asked: str
    by: str
    what: str
    outcome: str
    tone: str
    finished: str
    detail: str


class Run(NamedTuple):
    """One run of the feed."""

    started: str
    took: str
    numbers: tuple[str, ...]


class Page(NamedTuple):
    """One feed's page."""

    line: Line
    sources: tuple[Source, ...]
    asides: tuple[Aside, ...]
    more: int
    """In quarantine, and not listed."""
    can_replay: bool
    own: bool
    """Whether places are shown: the requester is of this facility."""
    runs: tuple[Run, ...]
    tasks: tuple[Task, ...]


def tally_of(states: Sequence[FeedState], words: Words) -> list[tuple[Lamp, int]]:
    """Count feeds by their light, the worst first."""
    found = Counter(light_of(state) for state in states)
    return [(_lamp(light, words), found[light]) for light in Light if found[light]]


def line_of(state: FeedState, words: Words) -> Line:
    """Make one feed ready for the overview."""
    edge, now = state.edge, state.at
    counts, day = _grouped(state.sources, state.held, words), _day(state, words)
    reported = edge is not None and edge.reported_at > 0
    return Line(
        state.facility.code,
        state.facility.name,
        _lamp(light_of(state), words),
        tuple(advised(one, words) for one in concerns(state)),
        ago(state.taken_at, now, words),
        ago(edge.contacted_at, now, words) if edge else "—",
        (span(state.lag, words) if state.lag else words("feed.lag.none")) if reported else "—",
        counts,
        _bar(counts) if state.sources else Markup(),
        day_picture(state.hours, now // HOUR, HISTORY, words("feed.day.picture", words=day)),
        day,
        ago(state.policy_received_at, now, words),
        _disk(state, words),
        _clock(state, words) if reported else "—",
        state.version or "—",
    )


def page_of(state: FeedState, words: Words, *, own: bool) -> Page:
    """Make one feed's page ready; `own` says whether the hospital itself looks at it."""
    listens = state.edge is not None and not state.edge.revoked_at
    asides = tuple(_aside(one, state.at, words, listens=listens) for one in state.quarantine)
    return Page(
        line_of(state, words),
        tuple(_source(one, state.at, words) for one in state.sources),
        asides,
        max(0, state.held - len(asides)),
        any(one.can_replay for one in asides),
        own,
        tuple(_run(one, words) for one in state.runs),
        tuple(_task(one, words) for one in state.tasks),
    )


def _lamp(light: Light, words: Words) -> Lamp:
    return Lamp(light, SIGNS[light], words(f"feed.light.{light}"))


def _grouped(sources: Sequence[SourceState], held: int, words: Words) -> tuple[Count, ...]:
    """Add documents up by group; without an edge only what stands in quarantine is known."""
    found: Counter[str] = Counter()
    for source in sources:
        found.update(source.counts)
    sums = {name: sum(found[state] for state in states) for name, states in GROUPS} | {"aside": held}
    return tuple(
        Count(name, words(f"feed.group.{name}"), sums[name]) for name, _ in GROUPS if sources or sums[name]
    )


def _bar(counts: Sequence[Count]) -> Markup:
    label = " ".join(f"{one.word} {one.number:,}" for one in counts)
    return state_bar([(one.name, one.number) for one in counts], label)


def _day(state: FeedState, words: Words) -> str:
    filed, aside = (sum(getattr(one, name) for one in state.hours) for name in ("indexed", "quarantined"))
    said = words("feed.day", n=f"{filed:,}")
    return f"{said}{words('list.comma')}{words('feed.day.aside', n=f'{aside:,}')}" if aside else said


def _disk(state: FeedState, words: Words) -> str:
    if state.disk_total <= 0:
        return "—"
    free = state.disk_free / state.disk_total
    return words("feed.disk", percent=f"{free * 100:.0f}", free=size(state.disk_free))


def _clock(state: FeedState, words: Words) -> str:
    if abs(state.skew) < SECOND:
        return words("feed.clock.right")
    ahead = "behind" if state.skew > 0 else "ahead"
    if abs(state.skew) < MINUTE:
        return words(f"feed.clock.{ahead}", span=words("feed.span.seconds", n=abs(state.skew) // SECOND))
    return words(f"feed.clock.{ahead}", span=span(abs(state.skew), words))


def _source(one: SourceState, now: int, words: Words) -> Source:
    counts = tuple(
        Count(GROUP_OF[state], words(f"feed.state.{state}"), one.counts[state])
        for state in ItemState
        if one.counts.get(state)
    )
    trouble = trouble_words(one.trouble, words).text if one.trouble else ""
    grouped = _grouped([one], one.counts.get(ItemState.UNREADABLE, 0), words)
    kind = words.either(f"feed.kind.{one.kind}", one.kind)
    looked, newest = ago(one.looked_at, now, words), ago(one.newest_at, now, words)
    left = words.counted("feed.left", one.left) if one.left else ""
    return Source(one.name, kind, _bar(grouped), counts, looked, newest, trouble, left)


def _aside(one: Held, now: int, words: Words, *, listens: bool) -> Aside:
    plain = wrong_words(one, words)
    return Aside(
        one.code,
        one.code[:SHORT],
        one.reason,
        rule_clause(one.reason),
        plain,
        rule_words(one.reason, words),
        "" if plain else one.message,
        one.source,
        one.locator,
        one.hidden,
        stamp(one.seen_at),
        ago(one.seen_at, now, words),
        listens and bool(one.source),
    )


def _run(one: FeedRun, words: Words) -> Run:
    took = words("feed.span.seconds", n=f"{(one.finished_at - one.started_at) / SECOND:.1f}")
    numbers = (one.seen, one.indexed, one.unchanged, one.withheld, one.quarantined)
    return Run(stamp(one.started_at), took, tuple(f"{number:,}" for number in numbers))


def _task(one: Asked, words: Words) -> Task:
    what = words.counted("feed.task.some", one.documents) if one.documents else words("feed.task.all")
    outcome = one.outcome or "waiting"
    fates = dict(_FATE.findall(one.detail)) if outcome == "done" else {}
    # An edge that only counts what it reads again has not seen yet what comes of it.
    word = "begun" if one.detail.isdecimal() else "partly" if set(fates) - {"tried", "filed"} else outcome
    said = [words(f"feed.fate.{fate}", n=f"{int(number):,}") for fate, number in fates.items()]
    if one.detail.isdecimal():
        said = [words.counted("feed.task.some", int(one.detail))]
    return Task(
        stamp(one.asked_at),
        one.asked_by,
        f"{one.source} {what}",
        words.either(f"feed.task.{word}", word),
        outcome,
        stamp(one.finished_at),
        words("list.comma").join(said) if said else one.detail,
    )
