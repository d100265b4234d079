"""What a check of a whole storage found, put together for the people who answer for it.

Grows file by file in bounded memory: counts, three places for each rule, the worst files, local codes
without a standard one. It holds paths, codes and names of codes, and no value of a patient.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from hie.record.findings import Finding, Severity
from ssmix2.er7 import NULL, Message
from ssmix2.fields import TRIPLETS
from ssmix2.layout import NO_DATE, ConditionFlag, FileName
from ssmix2.validation import Examined, Part, described
from ssmix2.validation.rule import ERROR, WARNING

MOST_EXAMPLES = 3
MOST_FILES = 20
MOST_CODES = 5_000
"""Local codes that are told apart; more are counted together."""
MOST_KINDS = 500
CHAPTERS = ("7.1", "7.2", "7.3", "7.4", "7.5", *(f"7.6 {part}" for part in Part))
"""Chapters of the rules that get a verdict; the last one part by part, since each is asked for by itself."""

_MONTH = 6
_RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFORMATION: 0}
_OTHERS = "…"


class Tally(NamedTuple):
    """How often a rule was broken, and where for example."""

    severity: Severity
    times: int
    files: int
    examples: tuple[tuple[str, str], ...]
    """Path and place."""


class Unmapped(NamedTuple):
    """A local code that stands without a standard one."""

    standard: str
    """What is missing: JLAC10, HOT/YJ or MDCDX2."""
    code: str
    name: str
    system: str


class Bad(NamedTuple):
    """A file and how many findings it has."""

    errors: int
    warnings: int
    path: str


class Verdict(NamedTuple):
    """What one chapter of the rules comes to."""

    chapter: str
    errors: int
    warnings: int
    informations: int
    checked: bool
    """False where nothing of the chapter was looked at."""


class Acceptance:
    """The sum of a check."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        """Start with nothing seen; `parts` are there to be looked at, whatever is found in them."""
        self.files = 0
        self.patients = 0
        self.kinds: dict[str, Counter[str]] = {}
        """Kind -> flag -> files."""
        self.months: dict[str, Counter[str]] = {}
        """Kind -> month of care (`-` where undated) -> valid files."""
        self.tallies: dict[str, Tally] = {}
        self.unmapped: Counter[Unmapped] = Counter()
        self.chapters: set[str] = {f"7.6 {part}" for part in parts}
        """Chapters that were looked at."""
        self._sums: dict[str, Counter[Severity]] = {chapter: Counter() for chapter in CHAPTERS}
        self._worst: list[Bad] = []
        self._last_patient = ""

    def add(self, one: Examined) -> None:
        """Take one examined file."""
        self.chapters.add("7.1" if one.part in {None, Part.CONTENT_FOLDER} else f"7.6 {one.part}")
        if one.name and one.is_file:
            self._count(one.name)
        if one.message:
            self.chapters |= {"7.2", "7.3", "7.4", "7.5"}
            for code in unmapped(one.message):
                known = code in self.unmapped or len(self.unmapped) < MOST_CODES
                self.unmapped[code if known else Unmapped(code.standard, _OTHERS, "", "")] += 1
        elif one.part:
            self.chapters.add(f"7.6 {one.part}")
        elif one.name and one.is_file:
            self.chapters.add("7.2")
        self._find(one.path, one.findings, one.part)

    def _find(self, path: str, findings: list[Finding], part: Part | None) -> None:
        """Take findings about a file, a row of an index or a record of a log."""
        counted = Counter(finding.severity for finding in findings)
        if counted[ERROR] or counted[WARNING]:
            bad = Bad(counted[ERROR], counted[WARNING], path)
            keep = heapq.heappush if len(self._worst) < MOST_FILES else heapq.heappushpop
            keep(self._worst, bad)
        seen: set[str] = set()
        for finding in findings:
            self._tally(path, finding, is_new_file=finding.code not in seen)
            seen.add(finding.code)
            self._sums[chapter_of(finding.code, part)][finding.severity] += 1

    @property
    def worst(self) -> list[Bad]:
        """Give the files with most errors, then most warnings."""
        return sorted(self._worst, key=lambda bad: (-bad.errors, -bad.warnings, bad.path))

    @property
    def errors(self) -> int:
        """Count findings that are errors."""
        return sum(tally.times for tally in self.tallies.values() if tally.severity is ERROR)

    def verdicts(self) -> list[Verdict]:
        """Sum up each chapter."""
        return [
            Verdict(
                chapter,
                found[Severity.ERROR],
                found[Severity.WARNING],
                found[Severity.INFORMATION],
                chapter in self.chapters or bool(found),
            )
            for chapter, found in self._sums.items()
        ]

    def _count(self, name: FileName) -> None:
        self.files += 1
        if name.patient_id != self._last_patient:
            self.patients += 1
            self._last_patient = name.patient_id
        kind = name.data_kind
        if kind not in self.kinds and len(self.kinds) >= MOST_KINDS:
            kind = _OTHERS
        self.kinds.setdefault(kind, Counter())[name.flag] += 1
        if name.flag == ConditionFlag.CURRENT:
            month = name.care_date if name.care_date == NO_DATE else name.care_date[:_MONTH]
            self.months.setdefault(kind, Counter())[month] += 1

    def _tally(self, path: str, finding: Finding, *, is_new_file: bool) -> None:
        old = self.tallies.get(finding.code, Tally(finding.severity, 0, 0, ()))
        examples = old.examples
        if is_new_file and len(examples) < MOST_EXAMPLES:
            examples += ((path, finding.place),)
        severity = max(old.severity, finding.severity, key=_RANK.__getitem__)
        self.tallies[finding.code] = Tally(severity, old.times + 1, old.files + is_new_file, examples)


def chapter_of(code: str, part: Part | None = None) -> str:
    """Say in which chapter of the rules an id stands; what cannot be read belongs to the first.

    Whatever is found in a `part` speaks of that part.
    """
    if part:
        return f"7.6 {part}"
    rule = described(code)
    clause = rule.clause.removeprefix("§") if rule else ""
    if clause == "2.3":
        return "7.3"
    return clause if clause in CHAPTERS else "7.1"


def unmapped(message: Message) -> list[Unmapped]:
    """Give the coded things of a message that have no code of the national standard.

    A diagnosis without any code is counted without its words: they may be somebody's own.
    """
    found: list[Unmapped] = []
    for segment in message.segments:
        place = _PLACES.get(segment[0])
        if place is None:
            continue
        field, standard, systems = place
        raw = segment[field]
        if (
            not raw
            or raw.startswith(NULL)
            or (segment[0] == "OBX" and not message.event.endswith(_LABORATORY))
        ):
            continue
        if segment[0] == "RXE" and any(other[0] == "RXC" for other in message.segments):
            continue  # of an injection order RXE names its kind; its drugs are RXC
        first, second = TRIPLETS[raw]
        if first.system in systems or second.system in systems:
            continue
        code = first.code or second.code
        name = (first.text or second.text) if code else ""
        found.append(Unmapped(standard, code, name, first.system or second.system))
    return found


_DRUGS = frozenset({"HOT", "HOT7", "HOT9", "HOT11", "HOT13", "YJ"})
_PLACES = {
    "OBX": (3, "JLAC10", frozenset({"JC10"})),
    "RXE": (2, "HOT/YJ", _DRUGS),
    "RXC": (2, "HOT/YJ", _DRUGS),
    "RXA": (5, "HOT/YJ", _DRUGS),
    "PRB": (3, "MDCDX2", frozenset({"MDCDX2"})),
}
_LABORATORY = ("^R22", "^O33")
