"""Many consents at once from a list: what each line would become, then proposals that wait as any other.

A list makes nothing count. Its lines become registrations of one batch, which a second person verifies
one by one beside their scans. A line that could not be verified as it stands, or of whom several persons
of the region could be meant, is not proposed and says why.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from consent.model import FOREVER, Facilities, Paper, Provision
from hie.exchange.consents import registering, scanning
from hie.exchange.consents.forms import FORM_VERSION, PATIENT, beginning, latest_end
from hie.exchange.consents.proposals import check_complete, check_person, check_sizes, facts_of
from hie.exchange.consents.scanning import Received, Upload
from hie.exchange.linking import matching
from hie.exchange.ports import Clock, Proposal, Registration, Store, UnitOfWork
from hie.exchange.ports.papers import ScanReader
from hie.exchange.showing import shown
from hie.record.entry import DocumentClass
from hie.record.eras import read_day
from hie.record.errors import Conflict, HieError, Invalid, NotFound
from hie.record.identifiers import LocalPatientId, PatientId, facility_code
from hie.record.people import HumanName, Sex
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS, LAST_DAY, UNKNOWN_DAY, Day, Period

BRINGERS = frozenset({Role.SECRETARIAT, Role.LIAISON})
"""Who may bring a list; a clerk proposes one by one (attack 30)."""
MOST_LINES = 500
MOST_CHARACTERS = 400_000
USUAL = frozenset(DocumentClass) - {DocumentClass.UNKNOWN, DocumentClass.NOTE}
"""What a list opens; anything narrower, wider or sensitive is registered by hand."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "facility": ("医療機関コード", "施設コード", "facility"),
    "number": ("患者番号", "患者id", "number"),
    "name": ("氏名", "漢字氏名", "name"),
    "kana": ("ヨミ", "カナ氏名", "kana"),
    "birth": ("生年月日", "birth"),
    "sex": ("性別", "sex"),
    "signed_on": ("署名日", "signed_on"),
    "disclosers": ("見せる施設", "disclosers"),
    "recipients": ("見る施設", "recipients"),
    "since": ("いつからの記録", "since"),
    "until": ("有効期限", "until"),
    "scan": ("スキャン", "ファイル名", "scan"),
}
NEEDED = ("facility", "number", "name", "kana", "birth", "sex", "signed_on")
_SEXES = {
    **dict.fromkeys(("m", "1", "男", "男性"), Sex.MALE),
    **dict.fromkeys(("f", "2", "女", "女性"), Sex.FEMALE),
    **dict.fromkeys(("o", "3", "他", "その他"), Sex.OTHER),
}
_ALL = frozenset({"", "*", "すべて", "全て", "all"})


class Outcome(StrEnum):
    """What a line would become."""

    NEW = "new"
    KNOWN = "known"
    """About a person of the region who has this number already."""
    ALIKE = "alike"
    """About a person of the region with whom enough agrees: the second person looks twice."""
    UNCLEAR = "unclear"
    """Several persons could be meant; not proposed."""
    TWICE = "twice"
    """The number stands in the list before; not proposed."""
    INVALID = "invalid"


PROPOSED = frozenset({Outcome.NEW, Outcome.KNOWN, Outcome.ALIKE})


class ListLine(NamedTuple):
    """A line of the list."""

    place: int
    """As spreadsheets number lines; the heading is 1."""
    outcome: Outcome
    proposal: Proposal
    problem: HieError | None = None

    def __repr__(self) -> str:
        """Show the place only."""
        return f"ListLine({self.place})"


def preview(store: Store, clock: Clock, requester: Requester, table: str) -> list[ListLine]:
    """Say what each line would become; writes nothing.

    Raise `NotFound` for who brings no lists, `Invalid` where it is no such list.
    """
    rows = list(_rows(requester, table))
    with store.look() as work:
        now = clock.now()
        seen: set[LocalPatientId] = set()
        return [_planned(work, now, requester, place, cells, seen) for place, cells in rows]


def apply(store: Store, clock: Clock, requester: Requester, table: str, batch: str) -> list[Registration]:
    """Propose every line that can be, as registrations of one batch; the same again changes nothing."""
    made = []
    for line in preview(store, clock, requester, table):
        if line.outcome not in PROPOSED:
            continue
        number = hashlib.sha256(f"{batch} {line.place}".encode()).hexdigest()[:32]
        begun = registering.start(store, clock, requester, number, line.proposal, batch)
        if begun.version == 1 and begun.proposal == line.proposal:
            begun = registering.rewrite(store, clock, requester, number, 1, line.proposal, complete=True)
        made.append(begun)
    return made


def of_batch(store: Store, requester: Requester, batch: str) -> list[tuple[Registration, registering.Opened]]:
    """Return the registrations of a batch that are the asker's business, with their pages."""
    with store.look() as work:
        found = [one for one in work.registrations.of_batch(batch) if registering.may_see(requester, one)]
        if not found:
            raise NotFound("no such list, or not for the asker")
        found.sort(key=lambda one: (one.proposed_at, one.proposal.name.kana, one.id))
        opened = registering.opened(work, requester, [(one, work.evidence.pages(one.id)) for one in found])
        return list(zip(found, opened, strict=True))


def listed(
    store: Store, clock: Clock, requester: Requester, batch: str
) -> list[tuple[Registration, registering.Opened]]:
    """Return what `of_batch` does to be shown with names; which ones is written down."""
    lines = of_batch(store, requester, batch)
    with store.work() as work:
        work.audit.append([shown(clock.now(), requester, f"batch {batch}", (one.id for one, _ in lines))])
    return lines


def receive(
    store: Store,
    clock: Clock,
    reader: ScanReader,
    requester: Requester,
    uploads: Sequence[Upload],
    batch: str,
) -> list[Received]:
    """File the scans of a list: by the names it gives them, else by the codes on their pages."""
    named = {
        one.proposal.scan_name: one.id
        for one, opened in of_batch(store, requester, batch)
        if one.proposal.scan_name and (opened.may_write or opened.may_verify)
    }
    received = []
    for upload in uploads:
        whose = named.get(_bare(upload.name), "")
        received += scanning.receive(store, clock, reader, requester, [upload], whose)
    return received


def verify(
    store: Store, clock: Clock, requester: Requester, batch: str, seen: Mapping[str, str]
) -> dict[str, HieError | None]:
    """Verify the registrations of a batch that somebody ticked, each by itself; return what went wrong."""
    of_this = {one.id for one, _ in of_batch(store, requester, batch)}
    ends: dict[str, HieError | None] = {}
    for number, fingerprint in seen.items():
        if number not in of_this:
            continue
        try:
            registering.verify(store, clock, requester, number, fingerprint)
            ends[number] = None
        except (Invalid, Conflict, NotFound) as error:
            ends[number] = error
    return ends


def _rows(requester: Requester, table: str) -> Iterator[tuple[int, dict[str, str]]]:
    if requester.role not in BRINGERS:
        raise NotFound("no lists for the asker")
    if len(table) > MOST_CHARACTERS or "\0" in table:
        raise Invalid("the list is too large")
    by_name = {name: column for column, names in COLUMNS.items() for name in names}
    rows = csv.reader(io.StringIO(table, newline=""), strict=True)
    try:
        heading = [by_name.get(_kept(cell).lower(), "") for cell in next(rows, [])]
        if not set(NEEDED) <= set(heading):
            raise Invalid("the list lacks a column")
        for place, row in enumerate(rows, 2):
            if place > MOST_LINES + 1:
                raise Invalid("the list has too many lines")
            if any(cell.strip() for cell in row):
                yield place, dict.fromkeys(NEEDED, "") | dict(zip(heading, map(_kept, row), strict=False))
    except csv.Error as error:
        raise Invalid("this is no list of comma-separated values") from error


def _planned(
    work: UnitOfWork,
    now: int,
    requester: Requester,
    place: int,
    cells: Mapping[str, str],
    seen: set[LocalPatientId],
) -> ListLine:
    proposal = Proposal()
    try:
        proposal = _read(cells, now)
        (local,) = proposal.numbers
        if local in seen:
            return ListLine(place, Outcome.TWICE, proposal)
        seen.add(local)
        outcome, whose = _whose(work, proposal, local)
        proposal = proposal._replace(patient=whose)
        if outcome is not Outcome.UNCLEAR:
            check_sizes(proposal)
            check_person(work, requester, proposal)
            check_complete(work, now, requester, proposal)
    except (Invalid, Conflict, NotFound) as error:
        return ListLine(place, Outcome.INVALID, proposal, error)
    return ListLine(place, outcome, proposal)


def _whose(work: UnitOfWork, proposal: Proposal, local: LocalPatientId) -> tuple[Outcome, PatientId]:
    linked = work.patients.resolve(local.facility, [local.value]).get(local.value)
    if linked is not None:
        return Outcome.KNOWN, linked[1]
    found = [one for one in matching.candidates(work, facts_of(proposal, local)) if one.proposable]
    if not found:
        return Outcome.NEW, PatientId("")
    return (Outcome.ALIKE, found[0].patient.id) if len(found) == 1 else (Outcome.UNCLEAR, PatientId(""))


def _read(cells: Mapping[str, str], now: int) -> Proposal:
    """Read a line; raise `Invalid` where something in it is not what its column says."""
    family, _, given = cells["name"].partition(" ")
    kana_family, _, kana_given = cells["kana"].partition(" ")
    born = _day(cells["birth"], "the day of birth", "birth")
    signed_on = _day(cells["signed_on"], "the day of signing", "signed-on")
    sex = _SEXES.get(cells["sex"].lower())
    if sex is None:
        raise Invalid("a sex is 男 or 女")
    if not cells["number"]:
        raise Invalid("a number is one of a facility that takes part")
    paper = Paper(signed_on, FORM_VERSION, PATIENT)
    provision = Provision(
        _facilities(cells.get("disclosers", "")),
        _facilities(cells.get("recipients", "")),
        USUAL,
        _since(cells.get("since", ""), signed_on),
        ends_at=min(_until(cells.get("until", "")), latest_end(paper, born, now)),
    )
    everybody = provision.disclosers is None and provision.recipients is None
    return Proposal(
        name=HumanName(family, given, kana_family, kana_given),
        birth_day=born,
        sex=sex,
        numbers=(LocalPatientId(facility_code(cells["facility"]), cells["number"]),),
        provisions=(provision,),
        paper=paper,
        template="all" if everybody else "listed",
        scan_name=_bare(cells.get("scan", "")),
    )


def _facilities(text: str) -> Facilities:
    """Read codes between blanks, `/` or `;`; nothing and すべて mean all that take part."""
    if text.lower() in _ALL:
        return None
    parts = text.replace("/", " ").replace(";", " ").split()
    return frozenset(map(facility_code, parts))


def _since(text: str, signed_on: Day) -> Period:
    if not text:
        return Period(signed_on, LAST_DAY)
    return ALWAYS if text in _ALL else Period(_day(text, "a day"), LAST_DAY)


def _until(text: str) -> int:
    return beginning(_day(text, "a day")) + 86_400_000 if text else FOREVER


def _day(text: str, what: str, code: str = "") -> Day:
    day = read_day(text)
    if day == UNKNOWN_DAY:
        raise Invalid(f"{what} is not known", code=code)
    return day


def _kept(cell: str) -> str:
    """Fold widths and blanks, and take away the apostrophe that spreadsheets put before a formula."""
    return " ".join(unicodedata.normalize("NFKC", cell).split()).removeprefix("'")


def _bare(name: str) -> str:
    """Return a file's name without its folders, folded: it is compared, never opened."""
    return unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2].strip()[:100]
