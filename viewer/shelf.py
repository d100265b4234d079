"""A list of documents beside a reading pane: its lines, its filters, and where each leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from hie.exchange.ports import EntryLine
from hie.exchange.ports.looks import Unseen
from hie.exchange.records.listing import Listed
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.wording import Excerpt, Run
from viewer.asked import number_in
from viewer.choices import Choice
from viewer.departments import department_name
from viewer.drawing import Sign
from viewer.formats import full_day
from viewer.grid import KIND_OF, PERFORMED
from viewer.locale import Words
from viewer.rows import Row
from viewer.sheets import NO_DEPARTMENT

AT_ONCE = 200
"""Lines of one page."""


class Chosen(NamedTuple):
    """What an address asks for; empty where it asks for all."""

    kind: str = ""
    """Key of a row of the calendar."""
    facility: str = ""
    department: str = ""
    skip: int = 0
    opened: int = 0
    """Number of the entry in the pane."""


class Paper(NamedTuple):
    """One line of a list."""

    number: int
    address: str
    key: str
    kind: str
    title: Excerpt
    day: str
    sign: Sign
    told: str = ""
    """Department, author, number of images: whatever is known."""
    fresh: bool = False
    current: bool = False
    places: tuple[Excerpt, ...] = ()
    """Where in it stands what was looked for."""


class Shelf(NamedTuple):
    """The list as it is drawn."""

    papers: tuple[Paper, ...]
    total: int
    """Of what was chosen."""
    first: int
    last: int
    kinds: tuple[Choice, ...]
    facilities: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    newer: str
    """Address of the lines before these; empty where there are none."""
    older: str
    every: str
    """Address of the list without any filter; empty where there is none."""
    before: str
    """Address of the line before the one that is opened; empty where there is none."""
    after: str
    closed: str
    """Address of the list with nothing opened."""


class Shelving(NamedTuple):
    """What all lines of one list share."""

    base: str
    """Address of the list."""
    chosen: Chosen
    signs: Mapping[FacilityCode, Sign]
    row_of: Mapping[DocumentClass, Row]
    words: Words
    unseen: Unseen
    """What is new to who looks."""
    pictured: frozenset[tuple[FacilityCode, str]] = frozenset()
    """Where images are shown: of which facility, under which accession number."""


def pictured_of(listed: Sequence[Listed]) -> frozenset[tuple[FacilityCode, str]]:
    """Say of which examinations a list has images."""
    images = (one.line for one in listed if one.line.document_class is DocumentClass.IMAGE)
    return frozenset((line.custodian, line.link) for line in images if line.link)


def chosen_of(asked: Mapping[str, str]) -> Chosen:
    """Read a query; what is no number is none."""
    return Chosen(
        asked.get("kind", ""),
        asked.get("facility", ""),
        asked.get("department", ""),
        number_in(asked.get("from", "")) or 0,
        number_in(asked.get("open", "")) or 0,
    )


def shelf_of(listed: Sequence[Listed], made: Shelving) -> Shelf:
    """Filter the list, cut out a page, and prepare its lines."""
    chosen, row_of = made.chosen, made.row_of
    found = [one for one in listed if _wanted(one.line, chosen, row_of)]
    skip = min(chosen.skip, max(0, len(found) - 1) // AT_ONCE * AT_ONCE)
    here = [_paper(one, made) for one in found[skip : skip + AT_ONCE]]
    place = next((n for n, paper in enumerate(here) if paper.current), -1)
    filtered = bool(chosen.kind or chosen.facility or chosen.department)
    return Shelf(
        tuple(here),
        len(found),
        skip + 1,
        skip + len(here),
        _kinds(listed, made),
        _facilities(listed, made),
        _departments(listed, made),
        address(made.base, chosen._replace(skip=max(0, skip - AT_ONCE), opened=0)) if skip else "",
        address(made.base, chosen._replace(skip=skip + AT_ONCE, opened=0))
        if skip + AT_ONCE < len(found)
        else "",
        made.base if filtered else "",
        here[place - 1].address if place > 0 else "",
        here[place + 1].address if 0 <= place < len(here) - 1 else "",
        address(made.base, chosen._replace(opened=0)),
    )


def address(base: str, chosen: Chosen) -> str:
    """Write where a list with these choices stands."""
    asked = {
        "kind": chosen.kind,
        "facility": chosen.facility,
        "department": chosen.department,
        "from": chosen.skip,
        "open": chosen.opened,
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{base}?{query}" if query else base


def _wanted(line: EntryLine, chosen: Chosen, row_of: Mapping[DocumentClass, Row]) -> bool:
    return (
        chosen.kind in {"", row_of[line.document_class].key}
        and chosen.facility in {"", line.custodian}
        and chosen.department in {"", line.department}
    )


def _paper(one: Listed, made: Shelving) -> Paper:
    line, words = one.line, made.words
    row = made.row_of[line.document_class]
    department = "" if line.department in NO_DEPARTMENT else department_name(line.department)
    images = line.document_class is DocumentClass.IMAGE and line.item_count
    number = words.counted("chip.items.image", line.item_count) if images else ""
    performed = line.document_class is DocumentClass.IMAGING_PERFORMED
    deed = PERFORMED if performed else KIND_OF.get(line.data_kind, "")
    done = words(f"chip.{deed}") if deed else ""
    if performed and (line.custodian, line.link) not in made.pictured:
        number = words("shelf.no_picture")
    title = " ".join(filter(None, (*one.modalities, one.title)))
    return Paper(
        line.id,
        address(made.base, made.chosen._replace(opened=line.id)),
        row.key,
        words(f"row.{row.key}"),
        (Run(title or words.either(f"chip.{line.data_kind}", "") or words(f"row.{row.key}"), found=False),),
        full_day(line.service_day, words),
        made.signs[line.custodian],
        words("list.comma").join(filter(None, (done, department, one.author, number))),
        made.unseen.holds(line.id, line.service_day),
        line.id == made.chosen.opened,
    )


def _kinds(listed: Sequence[Listed], made: Shelving) -> tuple[Choice, ...]:
    """Offer the kinds there are, each with its number; none where there is but one."""
    counts = Counter(made.row_of[one.line.document_class].key for one in listed)
    if len(counts) < 2:  # noqa: PLR2004  a choice is between two
        return ()
    words, chosen = made.words, made.chosen._replace(skip=0, opened=0)
    every = Choice(
        "",
        words("shelf.every"),
        not chosen.kind,
        len(listed),
        address(made.base, chosen._replace(kind="")),
    )
    return (
        every,
        *(
            Choice(
                key,
                words(f"row.{key}"),
                key == chosen.kind,
                n,
                address(made.base, chosen._replace(kind=key)),
            )
            for key, n in counts.most_common()
        ),
    )


def _facilities(listed: Sequence[Listed], made: Shelving) -> tuple[Choice, ...]:
    codes = dict.fromkeys(one.line.custodian for one in listed)
    found = [Choice(code, made.signs[code].name, code == made.chosen.facility) for code in sorted(codes)]
    return tuple(found) if len(found) > 1 else ()


def _departments(listed: Sequence[Listed], made: Shelving) -> tuple[Choice, ...]:
    codes = {one.line.department for one in listed} - NO_DEPARTMENT
    found = [Choice(code, department_name(code), code == made.chosen.department) for code in sorted(codes)]
    return tuple(found) if len(found) > 1 else ()
