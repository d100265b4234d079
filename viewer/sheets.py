"""One opened document, ready to be drawn: on a page of its own, in a pane, beside a list."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from hie.exchange.records.retrieve import Opened, open_entry
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, PatientId
from hie.record.imaging import FiledInstance
from hie.record.requester import Requester
from viewer.addresses import attachment_address, picture_address, picture_page, series_page
from viewer.compositions import compositions
from viewer.departments import department_name
from viewer.drawing import Sign, signs
from viewer.examinations import worth_telling
from viewer.formats import full_day, moment
from viewer.labels import Labels, labels_of
from viewer.locale import Words
from viewer.parts import Facts, Part, facts
from viewer.rows import Look, Row
from viewer.screen import Screen

NO_DEPARTMENT = frozenset({"", "-"})


class Sheet(NamedTuple):
    """One opened document, ready to be drawn."""

    row: Row
    sign: Sign
    day: str
    facts: Facts
    parts: tuple[Part, ...]
    findings: int
    unreadable: bool
    number: EntryId
    labels: Labels


def sheet_of(screen: Screen, requester: Requester, whose: PatientId, opened: Opened, words: Words) -> Sheet:
    """Prepare an opened document for whoever opened it."""
    entry = opened.entry
    row = screen.row_of[entry.facts.document_class]

    places = {filed.instance.sop_instance_uid: place for place, filed in enumerate(opened.instances, 1)}

    def page(filed: FiledInstance) -> str:
        return picture_page(whose, entry.id, places[filed.instance.sop_instance_uid])

    own = entry.custodian == requester.facility
    look = Look(
        words,
        own,
        partial(picture_address, whose),
        page,
        partial(attachment_address, whose, entry.id),
        partial(series_page, whose),
    )
    parts = (*row.detail(opened, look), *compositions(opened, look))
    facility = screen.facility(entry.custodian)
    return Sheet(
        row=row,
        sign=signs([facility], requester.facility, words, screen.facilities().values())[entry.custodian],
        day=full_day(entry.facts.service_day, words),
        facts=_facts(opened, words),
        parts=parts,
        findings=worth_telling(opened),
        unreadable=opened.reading is not None and not opened.reading.records,
        number=entry.id,
        labels=labels_of(entry, opened.mark, requester, whose, words),
    )


def opened_sheet(
    screen: Screen, requester: Requester, whose: PatientId, number: EntryId, words: Words
) -> tuple[Sheet, ...] | None:
    """Open what the address of a list names, decided and audited by itself.

    None where it names nothing (0), and empty where what it names cannot be opened.
    """
    if not number:
        return None
    services = screen.services
    try:
        opened = open_entry(services.store, services.clock, requester, whose, number, services.read)
    except NotFound:
        return ()
    return (sheet_of(screen, requester, whose, opened, words),)


def _facts(opened: Opened, words: Words) -> Facts:
    key = opened.entry.facts.key
    number = key.order_number if opened.reading is not None and set(key.order_number) - {"9"} else ""
    department = opened.entry.facts.department
    return facts(
        (words("entry.department"), department_name(department) if department not in NO_DEPARTMENT else ""),
        (words("entry.order_number"), number),
        (words("entry.version"), moment(key.version, words) if key.version else ""),
    )
