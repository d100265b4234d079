"""A person's decisions as they are drawn: a picture of the years, each consent, and who joined since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from consent.model import FOREVER, ConsentEvent, EventKind, Restriction, Withdrawal
from hie.exchange.consents.standing import Change, Changed, Overview, Standing, State
from viewer.consent_words import (
    NameOf,
    Said,
    classes_words,
    facilities_words,
    moment_words,
    plain_moment,
    provision_words,
)
from viewer.formats import plain_day
from viewer.locale import Words

WIDTH, STEP, BAR = 1000, 26, 16
LEAST = 8
A_YEAR = 365 * 86_400_000


class ConsentCard(NamedTuple):
    """One provision of a consent."""

    sequence: int
    state: str
    state_text: str
    when: str
    signed: str
    said: tuple[Said, ...]
    changes: tuple[str, ...]
    taken: str
    """The facilities that were taken back; empty where none was."""
    in_force: bool
    disclosers: str
    """Codes between commas, as the form of its withdrawal sends them; `*` for all."""
    recipients: str


class RestrictionCard(NamedTuple):
    """One refusal or hold that is in force."""

    sequence: int
    text: str
    kind: str
    by_discloser: bool


class Line(NamedTuple):
    """One line of the history."""

    when: str
    what: str
    by: str
    scans: tuple[str, ...]


class Drawn(NamedTuple):
    """The page of a person's consents."""

    summary: str
    open: bool
    cards: tuple[ConsentCard, ...]
    picture: Markup
    restrictions: tuple[RestrictionCard, ...]
    history: tuple[Line, ...]
    died: str
    waiting: tuple[tuple[str, str], ...]


def drawn_of(found: Overview, name_of: NameOf, words: Words) -> Drawn:
    """Draw what somebody decided."""
    cards = tuple(_card(one, name_of, words) for one in found.standing)
    count = sum(card.in_force for card in cards)
    scans: dict[int, list[str]] = {}
    for sequence, page in found.scans:
        address = f"/consents/{found.file.patient.id}/scans/{sequence}/{page.digest}"
        scans.setdefault(sequence, []).append(address)
    return Drawn(
        words.counted("consents.in_force", count) if count else words("consents.none_in_force"),
        bool(count),
        cards,
        picture(found, words),
        tuple(_restriction(sequence, one, name_of, words) for sequence, one in found.restrictions),
        tuple(_line(event, name_of, scans, words) for event in reversed(found.events)),
        words("consents.died", at=moment_words(found.died_at, words)) if found.died_at else "",
        tuple((one.id, words(f"desk.kind.{one.proposal.kind}")) for one in found.waiting),
    )


def picture(found: Overview, words: Words) -> Markup:
    """Draw each provision as a bar over the years, in force up to now or its end."""
    if not found.standing:
        return Markup()
    first = min(one.event.recorded_at for one in found.standing)
    last = max(found.now, first + A_YEAR)
    span = max(last - first, 1)
    pieces = []
    for place, one in enumerate(found.standing):
        start = (max(one.event.recorded_at, one.provision.starts_at) - first) / span * WIDTH
        end = (min(one.ended_at, last) - first) / span * WIDTH
        start, width = max(0.0, min(start, WIDTH - LEAST)), max(end - start, LEAST)
        pieces.append(
            f'<rect class="c-{one.state}" x="{start:.1f}" y="{place * STEP + 4}" rx="3"'
            f' width="{min(width, WIDTH - start):.1f}" height="{BAR}"/>'
        )
    today = (found.now - first) / span * WIDTH
    tall = len(found.standing) * STEP
    pieces.append(f'<path class="today" d="M{min(today, WIDTH - 1):.1f} 0V{tall}"/>')
    label = escape(words("consents.picture", n=len(found.standing)))
    head = f'<svg class="consent-bars" viewBox="0 0 {WIDTH} {tall}" preserveAspectRatio="none" role="img"'
    return Markup(f'{head} aria-label="{label}">{"".join(pieces)}</svg>')  # noqa: S704  escaped, numbers


def _card(one: Standing, name_of: NameOf, words: Words) -> ConsentCard:
    event, provision = one.event, one.provision
    paper = event.paper
    signed = words("consents.signed", day=plain_day(paper.signed_on, words)) if paper.signed_on else ""
    return ConsentCard(
        event.sequence,
        one.state.value,
        words(f"consents.state.{one.state}"),
        _when(one, words),
        signed,
        tuple(provision_words(provision, name_of, words)),
        tuple(_change(change, name_of, words) for change in one.changes),
        _taken(one.taken, name_of, words),
        one.state in {State.IN_FORCE, State.PARTLY, State.COMING},
        _codes(provision.disclosers),
        _codes(provision.recipients),
    )


def _taken(taken: Sequence[Withdrawal], name_of: NameOf, words: Words) -> str:
    """Name whom a part was taken back from, or whose records."""
    said = []
    for one in taken:
        whose = "" if one.disclosers is None else facilities_words(one.disclosers, name_of, words)
        whom = "" if one.recipients is None else facilities_words(one.recipients, name_of, words)
        key = "consents.taken." + ("both" if whose and whom else "disclosers" if whose else "recipients")
        said.append(words(key, whose=whose, whom=whom))
    return words("consents.taken", names="、".join(dict.fromkeys(said))) if said else ""


def _when(one: Standing, words: Words) -> str:
    start = moment_words(one.event.recorded_at, words)
    if one.ended_at >= FOREVER:
        return words("consents.since", start=start)
    return words("consents.between", start=start, end=moment_words(one.ended_at, words))


def _change(one: Changed, name_of: NameOf, words: Words) -> str:
    undated = one.change is Change.WAITING and one.at >= FOREVER
    key = f"consents.change.{one.change}" + (".undated" if undated else "")
    return words(key, name=name_of(one.facility), day="" if undated else plain_moment(one.at, words))


def _restriction(sequence: int, one: Restriction, name_of: NameOf, words: Words) -> RestrictionCard:
    kind = "hold" if one.by_discloser else "refusal"
    return RestrictionCard(
        sequence, restriction_words(one, name_of, words), words(f"consents.{kind}"), one.by_discloser
    )


def restriction_words(one: Restriction, name_of: NameOf, words: Words) -> str:
    """Say what a refusal or a hold closes."""
    who = words("consents.closed.users", n=len(one.users)) if one.users is not None else ""
    return words(
        "consents.closed",
        disclosers=facilities_words(one.disclosers, name_of, words),
        recipients=facilities_words(one.recipients, name_of, words) + who,
        classes=classes_words(one.classes, words),
    )


def _line(event: ConsentEvent, name_of: NameOf, scans: dict[int, list[str]], words: Words) -> Line:
    what = words(f"consents.event.{event.kind}")
    if event.kind is EventKind.WITHDRAWN and event.withdrawal is not None:
        what += " " + words(
            "consents.withdrawn.between",
            disclosers=facilities_words(event.withdrawal.disclosers, name_of, words),
            recipients=facilities_words(event.withdrawal.recipients, name_of, words),
        )
    elif event.restriction is not None:
        what += " " + restriction_words(event.restriction, name_of, words)
    elif event.care is not None:
        what += " " + name_of(event.care.facility)
    return Line(
        moment_words(event.recorded_at, words), what, event.recorded_by, tuple(scans.get(event.sequence, ()))
    )


def _codes(facilities: frozenset[str] | None) -> str:
    return "*" if facilities is None else ",".join(sorted(facilities))
