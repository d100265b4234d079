"""Every kind of audit row has the shape of a FHIR R4 AuditEvent as IHE BALP writes them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hie.exchange.ports import AuditEvent, AuditRow
from hie.exchange.trail.audit_words import ACTIONS, Group
from hie.record.entry import Label
from hie.record.requester import Origin, Purpose, Requester, Role
from hie.web.fhir.audit_event import bundle, resource
from tests import filed as our

WHO = Requester("u1", "見本 医師", our.CLINIC, Role.DOCTOR, origin=Origin("r1", "d1", "192.0.2.1", 2))
EVENT = AuditEvent(
    *(our.NOW + 7, WHO, "open", "granted", our.HANAKO, 7, ("consent-in-force",), 3, "secret detail"),
    kind="laboratory-result",
    custodian=our.HOSPITAL,
    labels=int(Label.HIV | Label.STAFF),
)
REQUIRED = {
    "resourceType",
    "id",
    "type",
    "subtype",
    "action",
    "recorded",
    "outcome",
    "agent",
    "source",
    "entity",
}


def _codes(agent: dict[str, Any]) -> set[str]:
    return {one["code"] for one in agent["type"]["coding"]}


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("purpose", Purpose)
def test_every_action_has_every_element_that_is_required(action: str, purpose: Purpose) -> None:
    row = AuditRow(9, EVENT._replace(action=action, requester=WHO._replace(purpose=purpose)))
    made = resource(row)
    assert made.keys() >= REQUIRED
    assert made["action"] in set("CRUDE")
    assert made["outcome"] in {"0", "4", "8", "12"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["recorded"])
    assert made["type"]["code"] == "rest" or re.fullmatch(r"110\d{3}", made["type"]["code"])
    assert made["subtype"][0]["code"] == action
    assert [agent["requestor"] for agent in made["agent"]].count(True) == 1
    assert all({"type", "who", "requestor"} <= agent.keys() for agent in made["agent"])
    assert {"110152", "110153"} <= set().union(*map(_codes, made["agent"]))  # to and from where
    assert made["source"]["observer"]
    assert all(entity for entity in made["entity"])
    assert not _empty(made)


def _empty(value: object) -> list[object]:
    """Return what FHIR forbids: an element without a value."""
    if isinstance(value, dict):
        return [one for each in value.values() for one in _empty(each)]
    if isinstance(value, list):
        return [value] * (not value) + [one for each in value for one in _empty(each)]
    return [value] * (value in ("", None))


def test_a_look_names_who_whom_what_why_and_the_request() -> None:
    made = resource(AuditRow(9, EVENT))
    user = made["agent"][0]
    assert user["who"]["identifier"]["value"] == "u1"
    assert user["name"] == "見本 医師"
    assert user["network"] == {"address": "192.0.2.1", "type": "2"}
    assert user["purposeOfUse"][0]["coding"][0]["code"] == "TREAT"
    assert made["agent"][1]["who"]["identifier"]["value"] == our.CLINIC
    patient, document, request, decision = made["entity"]
    assert patient["what"]["identifier"]["value"] == our.HANAKO
    assert (patient["type"]["code"], patient["role"]["code"]) == ("1", "1")
    assert document["what"]["identifier"]["value"] == "7"
    assert {one["coding"][0]["code"] for one in document["securityLabel"]} == {"HIV", "EMP"}
    assert {one["type"]: one["valueString"] for one in document["detail"]} == {
        "kind": "laboratory-result",
        "custodian": our.HOSPITAL,
    }
    assert request["what"]["identifier"]["value"] == "r1"
    assert decision["what"]["identifier"]["value"] == "3"
    assert decision["detail"][0]["valueString"] == "consent-in-force"
    assert "secret detail" not in str(made)


def test_an_emergency_and_a_refusal_say_so() -> None:
    emergency = EVENT._replace(requester=WHO._replace(purpose=Purpose.EMERGENCY))
    assert resource(AuditRow(1, emergency))["agent"][0]["purposeOfUse"][0]["coding"][0]["code"] == "ETREAT"
    refused = EVENT._replace(outcome="refused", reasons=("no-consent",))
    assert resource(AuditRow(1, refused))["outcome"] == "4"
    assert resource(AuditRow(1, refused))["outcomeDesc"] == "refused no-consent"


def test_what_no_catalogue_knows_is_a_security_alert_and_not_lost() -> None:
    made = resource(AuditRow(1, EVENT._replace(action="something-new", outcome="odd")))
    assert (made["type"]["code"], made["outcome"]) == ("110113", "8")


def test_looks_at_patients_claim_the_profile_of_a_patients_read_and_nothing_else_does() -> None:
    for action, words in ACTIONS.items():
        made = resource(AuditRow(1, EVENT._replace(action=action)))
        profiles = made.get("meta", {}).get("profile", [])
        assert bool(profiles) == (words.group is Group.RECORD)
        assert all(one.endswith("PatientRead") for one in profiles)


def test_a_bundle_is_a_searchset_with_its_pages() -> None:
    made = bundle([AuditRow(2, EVENT), AuditRow(1, EVENT)], [("self", "/a"), ("next", "/b")])
    assert (made["resourceType"], made["type"]) == ("Bundle", "searchset")
    assert made["link"] == [{"relation": "self", "url": "/a"}, {"relation": "next", "url": "/b"}]
    assert [one["resource"]["id"] for one in made["entry"]] == ["2", "1"]
