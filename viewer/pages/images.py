"""Images: one instance as PNG, and the page on which it is looked at among those of its study."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.retrieve import Opened, open_entry, open_picture
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, PatientId
from hie.record.imaging import FiledInstance
from viewer.addresses import picture_address, picture_page
from viewer.asked import asked_number, asked_patient
from viewer.drawing import signs
from viewer.formats import full_day
from viewer.heads import head_of
from viewer.locale import Words
from viewer.parts import Facts, facts
from viewer.screen import requester_of, screen_of, words_of

SMALL, LARGE = 192, 1024
"""Pixels a side of a thumbnail and of the picture behind it."""

router = APIRouter(include_in_schema=False)


class Slice(NamedTuple):
    """Where a picture stands among those of its series and of its study."""

    series: int
    number: int
    of: int
    before: str
    """Address of the page of the picture before it; empty at the beginning."""
    after: str


@router.get("/patients/{patient}/images/{study}/{instance}.png")
@declares(RECORDS, About.PATIENT)
def image(request: Request, patient: str, study: str, instance: str, large: bool = False) -> Response:  # noqa: FBT001, FBT002  a query parameter
    """Draw one instance as PNG; decoding happens in a limited process."""
    requester, services = requester_of(request), screen_of(request).services
    picture = open_picture(services.store, services.clock, requester, asked_patient(patient), study, instance)
    return Response(services.thumbnail(picture, LARGE if large else SMALL), media_type="image/png")


@router.get("/patients/{patient}/entries/{number}/images/{place}")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str, number: str, place: str) -> Response:
    """Show the picture at `place` (from 1) of an imaging study, with whose it is and its neighbours."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    opened = open_entry(
        services.store, services.clock, requester, whose, EntryId(asked_number(number)), services.read
    )
    at = asked_number(place) - 1
    if not 0 <= at < len(opened.instances):
        raise NotFound("no such image")
    filed = opened.instances[at]
    return screen.page(
        request,
        "image.html",
        **head_of(screen, requester, screen.person(whose), words),
        sign=signs(
            [screen.facility(filed.custodian)], requester.facility, words, screen.facilities().values()
        )[filed.custodian],
        title=_title(filed, words),
        facts=_facts(filed, words),
        source=f"{picture_address(whose, filed)}?large=true",
        slice=_slice(whose, opened, at),
        alternative=_alternative(filed, words),
        back=f"/patients/{patient}?view=month&at={opened.entry.facts.service_day}",
    )


def _title(filed: FiledInstance, words: Words) -> str:
    shown = filed.instance
    said = " ".join(filter(None, (shown.modality, shown.study_description)))
    return f"{said} {full_day(shown.study_day, words)}".strip()


def _facts(filed: FiledInstance, words: Words) -> Facts:
    shown = filed.instance
    return facts(
        (words("image.part"), shown.body_part),
        (words("image.series_description"), shown.series_description),
        (words("report.accession"), shown.accession_number),
    )


def _alternative(filed: FiledInstance, words: Words) -> str:
    shown = filed.instance
    said = shown.series_description or shown.study_description
    return words("image.alt", modality=shown.modality, description=said, n=shown.instance_number)


def _slice(whose: PatientId, opened: Opened, at: int) -> Slice:
    instances, entry = opened.instances, opened.entry.id
    order = list(dict.fromkeys(_series(one) for one in instances))
    series = _series(instances[at])
    members = [place for place, one in enumerate(instances) if _series(one) == series]
    return Slice(
        series=order.index(series) + 1,
        number=members.index(at) + 1,
        of=len(members),
        before=picture_page(whose, entry, at) if at else "",
        after=picture_page(whose, entry, at + 2) if at + 1 < len(instances) else "",
    )


def _series(filed: FiledInstance) -> str:
    return filed.instance.series_instance_uid
