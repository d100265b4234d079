"""A proposal of the consent desk as the text of its row, and back."""

from __future__ import annotations

from typing import Any

import orjson

from consent.model import NO_PAPER
from consent.plain import paper_of, plain_paper, plain_provision, provision_of
from hie.exchange.ports import Proposal, RegistrationKind
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Sex
from hie.record.times import Day
from hie.store.storable import storable


def written(proposal: Proposal) -> str:
    """Write as JSON."""
    return orjson.dumps(
        {
            "kind": proposal.kind.value,
            "patient": proposal.patient,
            "name": [storable(part) for part in proposal.name],
            "birth_day": proposal.birth_day,
            "sex": proposal.sex.value,
            "phone": storable(proposal.phone),
            "numbers": [[number.facility, storable(number.value)] for number in proposal.numbers],
            "provisions": [plain_provision(one) for one in proposal.provisions],
            "paper": _texts(plain_paper(proposal.paper)),
            "template": storable(proposal.template),
            "lifts": proposal.lifts,
            "died_on": proposal.died_on,
            "scan_name": storable(proposal.scan_name),
        }
    ).decode()


def read(text: str) -> Proposal:
    """Read what `written` wrote."""
    content: dict[str, Any] = orjson.loads(text)
    return Proposal(
        RegistrationKind(content["kind"]),
        PatientId(content["patient"]),
        HumanName(*content["name"]),
        Day(content["birth_day"]),
        Sex(content["sex"]),
        content["phone"],
        tuple(LocalPatientId(FacilityCode(facility), value) for facility, value in content["numbers"]),
        tuple(provision_of(one) for one in content["provisions"]),
        paper_of(content["paper"]) if content["paper"] else NO_PAPER,
        content["template"],
        content["lifts"],
        Day(content["died_on"]),
        content["scan_name"],
    )


def _texts(content: dict[str, Any]) -> dict[str, Any]:
    return {name: storable(one) if isinstance(one, str) else one for name, one in content.items()}
