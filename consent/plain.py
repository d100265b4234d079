"""The body of a consent event as plain values that JSON can say, and back.

The store keeps it as a text and an edge gets it over the wire; both read and write it here.
What was said before a field was known has the field's default: nothing is opened by it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from consent.model import (
    FOREVER,
    NO_PAPER,
    Care,
    ConsentEvent,
    Facilities,
    Paper,
    Provision,
    Restriction,
    Withdrawal,
)
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day, Period


class Body(NamedTuple):
    """What a consent event says, in the order in which the event has it."""

    provisions: tuple[Provision, ...] = ()
    withdrawal: Withdrawal | None = None
    restriction: Restriction | None = None
    lifts: int = 0
    care: Care | None = None


def body_of_event(event: ConsentEvent) -> Body:
    """Return what an event says, without who wrote it down and when."""
    return Body(event.provisions, event.withdrawal, event.restriction, event.lifts, event.care)


def plain(body: Body) -> dict[str, Any]:
    """Turn into lists, numbers and texts, sets sorted: the same event always gives the same."""
    content: dict[str, Any] = {"provisions": [plain_provision(one) for one in body.provisions]}
    if body.withdrawal is not None:
        content["withdrawal"] = {
            "disclosers": _sorted(body.withdrawal.disclosers),
            "recipients": _sorted(body.withdrawal.recipients),
        }
    if body.restriction is not None:
        content["restriction"] = plain_restriction(body.restriction)
    if body.lifts:
        content["lifts"] = body.lifts
    if body.care is not None:
        content["care"] = {
            "facility": body.care.facility,
            "ends_at": body.care.ends_at,
            "reason": body.care.reason,
        }
    return content


def body_of(content: dict[str, Any]) -> Body:
    """Read what `plain` gave; raise `ValueError`, `LookupError` or `TypeError` for anything else."""
    taken, closed, care = (content.get(name) for name in ("withdrawal", "restriction", "care"))
    return Body(
        tuple(provision_of(one) for one in content["provisions"]),
        Withdrawal(_codes(taken["disclosers"]), _codes(taken["recipients"])) if taken else None,
        restriction_of(closed) if closed else None,
        int(content.get("lifts", 0)),
        Care(FacilityCode(care["facility"]), int(care.get("ends_at", FOREVER)), str(care.get("reason", "")))
        if care
        else None,
    )


def plain_provision(one: Provision) -> dict[str, Any]:
    """Turn a provision into plain values; what few forms say is left out where it is not said."""
    content: dict[str, Any] = {
        "disclosers": _sorted(one.disclosers),
        "recipients": _sorted(one.recipients),
        "classes": _words(one.classes),
        "service_period": [one.service_period.start, one.service_period.end],
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "ceiling": int(one.ceiling),
    }
    if one.labels:
        content["labels"] = one.labels
    if one.emergency:
        content["emergency"] = True
    if one.later_members:
        content["later_members"] = True
    return content


def provision_of(content: dict[str, Any]) -> Provision:
    """Read what `plain_provision` gave; raises what `body_of` raises."""
    start, end = content["service_period"]
    return Provision(
        _codes(content["disclosers"]),
        _codes(content["recipients"]),
        _classes(content["classes"]),
        Period(Day(start), Day(end)),
        content["starts_at"],
        content["ends_at"],
        Confidentiality(content["ceiling"]),
        int(content.get("labels", 0)),
        content.get("emergency", False) is True,
        content.get("later_members", False) is True,
    )


def plain_restriction(one: Restriction) -> dict[str, Any]:
    """Turn a restriction into plain values."""
    return {
        "disclosers": _sorted(one.disclosers),
        "recipients": _sorted(one.recipients),
        "users": None if one.users is None else sorted(one.users),
        "classes": _words(one.classes),
        "by_discloser": one.by_discloser,
    }


def restriction_of(content: dict[str, Any]) -> Restriction:
    """Read what `plain_restriction` gave; raises what `body_of` raises."""
    users = content["users"]
    return Restriction(
        _codes(content["disclosers"]),
        _codes(content["recipients"]),
        None if users is None else frozenset(map(str, users)),
        _classes(content["classes"]),
        bool(content["by_discloser"]),
    )


def plain_paper(paper: Paper) -> dict[str, Any]:
    """Turn what a form says into plain values, without what it does not say."""
    return {name: value for name, value in paper._asdict().items() if value != getattr(NO_PAPER, name)}


def paper_of(content: dict[str, Any]) -> Paper:
    """Read what `plain_paper` gave; a name that no form has raises `TypeError`."""
    return Paper(**content)


def _sorted(facilities: Facilities) -> list[str] | None:
    return None if facilities is None else sorted(facilities)


def _codes(codes: list[str] | None) -> Facilities:
    return None if codes is None else frozenset(map(FacilityCode, codes))


def _words(classes: frozenset[DocumentClass] | None) -> list[str] | None:
    return None if classes is None else sorted(word.value for word in classes)


def _classes(words: list[str] | None) -> frozenset[DocumentClass] | None:
    return None if words is None else frozenset(map(DocumentClass, words))
