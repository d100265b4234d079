"""Who could this be? Recall, precision and time of the candidates shown, against plain equality joins.

A region of 22,013 invented people in SQLite, half of them with a telephone number; of 600 of them every
look-alike of `hie.sample.lookalikes`: the same person written otherwise, with a slip, and other people
who are easily taken for them. The peers are what a table join does: equal kana and birth date, and equal
kana, kanji, birth date and sex, on the same database. Exit code 1 where a floor fails.
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(Path(__file__).parents[1])

from hie.exchange.linking.matching import candidates
from hie.exchange.ports import Statement, Store
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import PersonFacts
from hie.sample.lookalikes import Lookalike, facts_of, lookalikes, people
from hie.store import open_store

PEOPLE, ASKED, BATCH = 22_013, 600, 1_000
HOSPITAL = FacilityCode("1310000001")
MOST_MILLISECONDS = 50.0
FEWEST_FIRST, FEWEST_SHOWN = 0.99, 0.999
Found = list[tuple[str, bool]]
"""Persons, best first, and whether they may be proposed."""


def main() -> int:
    """Measure, print, and judge."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/hie.sqlite"
        store = open_store(f"sqlite:///{path}", "memory://")
        _founded(store)
        random = Random(7)
        asked = [one for person in random.sample(people(PEOPLE), ASKED) for one in lookalikes(person, random)]
        with sqlite3.connect(path) as raw:
            raw.execute("create index ix_peer on patient (birth_day, kana_family, kana_given)")
            rows = [
                _measured("ours", asked, lambda facts: _ours(store, facts)),
                _measured("join: kana, birth", asked, lambda facts: _join(raw, facts, _LOOSE)),
                _measured("join: kana, kanji, birth, sex", asked, lambda facts: _join(raw, facts, _STRICT)),
            ]
        store.close()
    print(f"{len(asked):,} look-alikes of {ASKED} people among {PEOPLE:,}")
    print(f"{'':31}{'shown':>8}{'first':>8}{'false':>8}{'p50 ms':>9}{'p99 ms':>9}")
    for name, shown, first, false, middle, late in rows:
        print(f"{name:31}{shown:8.3f}{first:8.3f}{false:8.3f}{middle:9.2f}{late:9.2f}")
    _, shown, first, _, _, late = rows[0]
    return int(shown < FEWEST_SHOWN or first < FEWEST_FIRST or late > MOST_MILLISECONDS)


def _founded(store: Store) -> None:
    everybody = people(PEOPLE)
    for start in range(0, PEOPLE, BATCH):
        with store.work() as work:
            for person in everybody[start : start + BATCH]:
                work.patients.enrol(person.patient)
                local = LocalPatientId(HOSPITAL, f"{person.position:08d}")
                surrogate = work.patients.link(local, person.patient.id, "founder", 1)
                if person.position % 2:
                    work.local_statements.add([Statement(surrogate, facts_of(person), "table", 1)])


def _measured(
    name: str, asked: list[Lookalike], ask: Callable[[PersonFacts], Found]
) -> tuple[str, float, float, float, float, float]:
    """Return how often the person was shown, stood first, and how often another could be proposed as them."""
    counts: Counter[str] = Counter()
    times = []
    for one in asked:
        begun = time.perf_counter()
        found = ask(one.facts)
        times.append((time.perf_counter() - begun) * 1000)
        numbers = [number for number, _ in found]
        if one.same:
            counts["same"] += 1
            counts["shown"] += one.like in numbers
            counts["first"] += numbers[:1] == [one.like]
        elif not one.proposable:  # who has the same name and day nobody can tell apart without asking
            counts["other"] += 1
            counts["false"] += (one.like, True) in found
    cuts = statistics.quantiles(times, n=100)
    same, other = counts["same"], counts["other"]
    return (
        name,
        counts["shown"] / same,
        counts["first"] / same,
        counts["false"] / other,
        cuts[49],
        cuts[98],
    )


def _ours(store: Store, facts: PersonFacts) -> Found:
    with store.look() as work:
        return [(one.patient.id, one.proposable) for one in candidates(work, facts)]


_LOOSE = "select id from patient where birth_day = ? and kana_family = ? and kana_given = ?"
_STRICT = f"{_LOOSE} and family = ? and given = ? and sex = ?"


def _join(raw: sqlite3.Connection, facts: PersonFacts, statement: str) -> Found:
    name = facts.name
    values = (facts.birth_day, name.kana_family, name.kana_given, name.family, name.given, facts.sex.value)
    return [(number, True) for (number,) in raw.execute(statement, values[: statement.count("?")])]


if __name__ == "__main__":
    sys.exit(main())
