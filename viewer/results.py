"""Results as tables: one per panel and specimen, what is out of range marked by sign, word and colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hie.exchange.records.series import has_series, normal_of
from hie.record.clinical import Observation
from viewer.formats import NULL, moment, shown_unit, shown_value
from viewer.locale import Words
from viewer.normalised import explained, is_changed, negative_word
from viewer.parts import Cell, Line, Table, Tone

TONES = {"H": Tone.HIGH, "HH": Tone.HIGH, ">": Tone.HIGH, "L": Tone.LOW, "LL": Tone.LOW, "<": Tone.LOW}
"""HL7 table 0078; other flags than these and `N` ask for attention."""
STATUS_WORDS = {"P": "lab.preliminary", "C": "lab.corrected", "X": "lab.missing"}
"""OBX-11: what a reader must know; a final result says nothing."""


def results_tables(
    observations: Iterable[Observation],
    words: Words,
    series: Callable[[str], str] | None = None,
    parent: str = "",
) -> Iterator[Table]:
    """Draw one table per panel, specimen and time of collection, in the order of the source.

    `series` gives the address where an item's results of all hospitals stand; `parent` names the
    finding that the panels belong to, the organism of susceptibilities.
    """
    whose = words("lab.parent", parent=parent) if parent else ""
    panels: dict[tuple[str, str, str], list[Observation]] = {}
    for observation in observations:
        head = (observation.group.text, observation.specimen.text, observation.observed_at)
        panels.setdefault(head, []).append(observation)
    for (panel, specimen, collected), members in panels.items():
        when = f"{words('lab.collected')} {moment(collected, words)}" if collected else ""
        yield Table(
            heading=(panel or words("lab.panel.none")) + whose,
            aside="　".join(filter(None, (specimen, when))),
            columns=tuple(words(f"lab.{key}") for key in ("item", "value", "unit", "range", "flag")),
            lines=tuple(_line(member, words, series) for member in members),
        )


def tone_of(flag: str) -> Tone:
    """Say how much a result's flag asks for attention."""
    if flag in {"", "N", NULL}:
        return Tone.PLAIN
    return TONES.get(flag, Tone.ATTENTION)


def _line(result: Observation, words: Words, series: Callable[[str], str] | None) -> Line:
    tone = tone_of(result.flag)
    name = result.code.text or result.local.text or result.code.code or result.local.code
    other = result.local.text if result.local.text != name else ""
    shown = words("lab.null") if result.value == NULL else shown_value(result.value_text or result.value)
    status = STATUS_WORDS.get(result.status, "")
    link = series(result.code.code) if series and has_series(result) else ""
    normal = normal_of(result)
    made = explained(normal, words) if normal and is_changed(normal) else None
    return Line(
        (
            Cell(name, remark=" ".join(filter(None, (other, result.sub_id))), link=link),
            Cell(
                shown,
                tone,
                number=result.value_type == "NM",
                remark=" ".join(
                    filter(None, (negative_word(shown, words), words(status) if status else "", result.note))
                ),
                normal=made,
            ),
            Cell("" if result.unit == NULL else shown_unit(result.unit)),
            Cell("" if result.reference_range == NULL else result.reference_range),
            _flag(result.flag, tone, words),
        ),
        tone,
    )


def _flag(flag: str, tone: Tone, words: Words) -> Cell:
    if flag in {"", NULL}:
        return Cell("")
    # A normal result is said by its letter alone, so that words stand only where one must look.
    return Cell("" if tone is Tone.PLAIN else words.either(f"flag.{flag}", ""), tone, code=flag)
