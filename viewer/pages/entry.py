"""One item opened: what stands in a document, drawn by its row; several of one day together."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.retrieve import Opened, open_entry
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, PatientId
from hie.record.imaging import FiledInstance
from hie.record.requester import Requester
from viewer.addresses import attachment_address, picture_address, picture_page, series_page
from viewer.asked import asked_patient
from viewer.compositions import compositions
from viewer.departments import department_name
from viewer.drawing import Sign, signs
from viewer.examinations import worth_telling
from viewer.formats import full_day, moment
from viewer.heads import head_of
from viewer.labels import Labels, labels_of
from viewer.locale import Words
from viewer.parts import Facts, Part, facts
from viewer.rows import Look, Row
from viewer.screen import Screen, requester_of, screen_of, wants_fragment, words_of

MOST = 60
"""Entries opened at once: what a calendar's chip may name, with what is linked to it."""

router = APIRouter(include_in_schema=False)


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


@router.get("/patients/{patient}/entries/{numbers}")
@declares(RECORDS, About.PATIENT)
def entries(request: Request, patient: str, numbers: str) -> Response:
    """Open the entries `12-13-14` of a patient, one after the other; each opening is audited."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    opened = [
        open_entry(services.store, services.clock, requester, whose, number, services.read)
        for number in _numbers(numbers)
    ]
    sheets = [_sheet(screen, requester, whose, one, words) for one in opened]
    if wants_fragment(request):
        return screen.page(request, "entry_fragment.html", sheets=sheets)
    return screen.page(
        request,
        "entry.html",
        sheets=sheets,
        **head_of(screen, requester, screen.person(whose), words),
        back=f"/patients/{patient}?view=month&at={opened[0].entry.facts.service_day}",
    )


def _numbers(text: str) -> list[EntryId]:
    parts = text.split("-")
    if len(parts) > MOST or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):  # noqa: PLR2004  a 64-bit number has at most 18 free digits
        raise NotFound("no such record")
    return [EntryId(int(part)) for part in dict.fromkeys(parts)]


def _sheet(screen: Screen, requester: Requester, whose: PatientId, opened: Opened, words: Words) -> Sheet:
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
        sign=signs([facility], requester.facility, words)[entry.custodian],
        day=full_day(entry.facts.service_day, words),
        facts=_facts(opened, words),
        parts=parts,
        findings=worth_telling(opened),
        unreadable=opened.reading is not None and not opened.reading.records,
        number=entry.id,
        labels=labels_of(entry, opened.mark, requester, whose, words),
    )


def _facts(opened: Opened, words: Words) -> Facts:
    key = opened.entry.facts.key
    number = key.order_number if opened.reading is not None and set(key.order_number) - {"9"} else ""
    department = opened.entry.facts.department
    return facts(
        (words("entry.department"), department_name(department) if department != "-" else ""),
        (words("entry.order_number"), number),
        (words("entry.version"), moment(key.version, words) if key.version else ""),
    )
