"""The body of a consent event as plain values that JSON can say, and back.

The store keeps it as a text and an edge gets it over the wire; both read and write it here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from consent.model import Facilities, Provision, Withdrawal
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day, Period


class Body(NamedTuple):
    """What a consent event says."""

    provisions: tuple[Provision, ...]
    withdrawal: Withdrawal | None


def plain(body: Body) -> dict[str, Any]:
    """Turn into lists, numbers and texts, sets sorted: the same event always gives the same."""
    provisions, withdrawal = body
    content: dict[str, Any] = {"provisions": [_provision(one) for one in provisions]}
    if withdrawal is not None:
        content["withdrawal"] = {
            "disclosers": _sorted(withdrawal.disclosers),
            "recipients": _sorted(withdrawal.recipients),
        }
    return content


def body_of(content: dict[str, Any]) -> Body:
    """Read what `plain` gave; raise `ValueError`, `LookupError` or `TypeError` for anything else."""
    taken = content.get("withdrawal")
    withdrawal = Withdrawal(_codes(taken["disclosers"]), _codes(taken["recipients"])) if taken else None
    return Body(tuple(_read_provision(one) for one in content["provisions"]), withdrawal)


def _provision(one: Provision) -> dict[str, Any]:
    return {
        "disclosers": _sorted(one.disclosers),
        "recipients": _sorted(one.recipients),
        "classes": None if one.classes is None else sorted(word.value for word in one.classes),
        "service_period": [one.service_period.start, one.service_period.end],
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "ceiling": int(one.ceiling),
    }


def _read_provision(content: dict[str, Any]) -> Provision:
    classes = content["classes"]
    start, end = content["service_period"]
    return Provision(
        _codes(content["disclosers"]),
        _codes(content["recipients"]),
        None if classes is None else frozenset(map(DocumentClass, classes)),
        Period(Day(start), Day(end)),
        content["starts_at"],
        content["ends_at"],
        Confidentiality(content["ceiling"]),
    )


def _sorted(facilities: Facilities) -> list[str] | None:
    return None if facilities is None else sorted(facilities)


def _codes(codes: list[str] | None) -> Facilities:
    return None if codes is None else frozenset(map(FacilityCode, codes))
