"""The body of a consent event as JSON, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from consent.model import Facilities, Provision, Withdrawal
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day, Period


class Body(NamedTuple):
    """What a consent event says."""

    provisions: tuple[Provision, ...]
    withdrawal: Withdrawal | None


def written(body: Body) -> str:
    """Write as JSON, sets sorted: the same event is always the same text."""
    provisions, withdrawal = body
    content: dict[str, Any] = {"provisions": [_provision(one) for one in provisions]}
    if withdrawal is not None:
        content["withdrawal"] = {
            "disclosers": _sorted(withdrawal.disclosers),
            "recipients": _sorted(withdrawal.recipients),
        }
    return orjson.dumps(content).decode()


@lru_cache(maxsize=8192)
def read(text: str) -> Body:
    """Read what `written` wrote; remembered, since events never change."""
    content = orjson.loads(text)
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
