"""Audit rows as FHIR R4 AuditEvents in the shape of IHE BALP (security F.1).

The agents are the person (the requestor, with role, purpose and name as shown then), the person's
facility, the browser, and the hub. The entities are the patient by the region's number, the document,
the request by its id, and the decision by its position in the consent log with the reasons of the gate.
No content of a record stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hie.exchange.ports import AuditEvent, AuditRow
from hie.exchange.trail.audit_lines import supplement
from hie.exchange.trail.audit_words import ACTIONS, OUTCOMES, SECURITY, Group
from hie.record.entry import Label
from hie.record.requester import Purpose, Role

Json = dict[str, Any]

DCM = "http://dicom.nema.org/resources/ontology/DCM"
REST = "http://terminology.hl7.org/CodeSystem/audit-event-type"
OURS = "urn:tsunagu:audit-action"
_PARTY = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_LABEL = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_SOURCE = "http://terminology.hl7.org/CodeSystem/security-source-type"
FACILITY = "urn:oid:1.2.392.100495.20.3.23"
"""Code of a medical institution of ten digits (JP Core)."""
_BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/"
_PATIENT_READ = f"{_BALP}IHE.BasicAudit.PatientRead"
_READ = f"{_BALP}IHE.BasicAudit.Read"

_PURPOSES = {
    Purpose.TREATMENT: "TREAT",
    Purpose.EMERGENCY: "ETREAT",
    Purpose.PATIENT_REQUEST: "PATRQT",
    Purpose.ADMINISTRATION: "SYSADMIN",
    Purpose.AUDIT: "HCOMPL",
}
_LABELS = {
    Label.PSYCHIATRY: "PSY",
    Label.HIV: "HIV",
    Label.GENETICS: "GDIS",
    Label.REPRODUCTION: "SEX",
    Label.ADDICTION: "ETH",
    Label.VIOLENCE: "VIO",
    Label.STAFF: "EMP",
    Label.NOT_TOLD: "TBOO",
}


def bundle(rows: Sequence[AuditRow], links: Sequence[tuple[str, str]] = ()) -> Json:
    """Return a searchset of AuditEvents; `links` are relations and addresses of its pages."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": relation, "url": url} for relation, url in links],
        "entry": [
            {
                "resource": resource(row),
                "fullUrl": f"urn:tsunagu:audit:{row.sequence}",
                "search": {"mode": "match"},
            }
            for row in rows
        ],
    }


def resource(row: AuditRow) -> Json:
    """Return one row as an AuditEvent."""
    event = row.event
    words, outcome = ACTIONS.get(event.action), OUTCOMES.get(event.outcome)
    shape = words.shape if words else SECURITY
    reads = words is not None and words.group is Group.RECORD
    profile = {"meta": {"profile": [_PATIENT_READ if event.patient else _READ]}} if reads else {}
    return {
        "resourceType": "AuditEvent",
        "id": str(row.sequence),
        **profile,
        "type": {
            "system": REST if shape.code == "rest" else DCM,
            "code": shape.code,
            "display": shape.display,
        },
        "subtype": [{"system": OURS, "code": event.action, "display": words.en if words else event.action}],
        "action": shape.action,
        "recorded": _instant(event.at),
        "outcome": outcome.code if outcome else "8",
        "outcomeDesc": " ".join((event.outcome, *event.reasons)),
        "agent": _agents(event),
        "source": {
            "observer": {"display": "Tsunagu HIE"},
            "type": [{"system": _SOURCE, "code": "4", "display": "Application Server"}],
        },
        "entity": _entities(row),
    }


def _agents(event: AuditEvent) -> list[Json]:
    who, origin = event.requester, event.requester.origin
    is_system = who.role is Role.SYSTEM
    person: Json = {
        "type": _coding(_PARTY, "PROV" if is_system else "IRCP"),
        "role": [_coding("urn:tsunagu:role", who.role.value)],
        "who": {"identifier": {"system": "urn:tsunagu:account", "value": who.user}},
        "name": who.name,
        "requestor": True,
        "purposeOfUse": [_coding(_REASON, _PURPOSES[who.purpose])],
    }
    if origin.address:
        person["network"] = {"address": origin.address, "type": "2"}
    agents = [
        person,
        {
            "type": _coding(_PARTY, "CST"),
            "who": {"identifier": {"system": FACILITY, "value": who.facility}},
            "requestor": False,
        },
        {"type": _coding(DCM, "110152"), "who": {"display": "Tsunagu HIE"}, "requestor": False},
    ]
    if origin.device:
        device = {"identifier": {"system": "urn:tsunagu:device", "value": origin.device}}
        agents.append({"type": _coding(DCM, "110153"), "who": device, "requestor": False})
    return agents


def _entities(row: AuditRow) -> list[Json]:
    event, entities = row.event, list[Json]()
    if event.patient:
        entities.append(
            {
                "what": {"identifier": {"system": "urn:tsunagu:patient", "value": event.patient}},
                "type": {"system": _ENTITY, "code": "1", "display": "Person"},
                "role": {"system": _ENTITY_ROLE, "code": "1", "display": "Patient"},
            }
        )
    if event.entry:
        entities.append(_document(event))
    origin = event.requester.origin
    if origin.request:
        request = {"identifier": {"system": "urn:tsunagu:request", "value": origin.request}}
        entities.append({"what": request, "type": _coding1("XrequestId")})
    if event.position:
        decision = {"identifier": {"system": "urn:tsunagu:decision", "value": str(event.position)}}
        details = [{"type": "reason", "valueString": one} for one in event.reasons]
        entities.append({"what": decision, "type": _coding1("AuthzConsent"), "detail": details})
    if said := supplement(row):
        entities.append({"type": _coding1("detail"), "description": said})
    return [{name: value for name, value in one.items() if value} for one in entities]


def _document(event: AuditEvent) -> Json:
    labels = [code for label, code in _LABELS.items() if event.labels & label]
    details = {"kind": event.kind, "custodian": event.custodian}
    return {
        "what": {"identifier": {"system": "urn:tsunagu:entry", "value": str(event.entry)}},
        "type": {"system": _ENTITY, "code": "2", "display": "System Object"},
        "role": {"system": _ENTITY_ROLE, "code": "3", "display": "Report"},
        "securityLabel": [{"coding": [{"system": _LABEL, "code": code}]} for code in labels],
        "detail": [{"type": name, "valueString": value} for name, value in details.items() if value],
    }


def _coding(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _coding1(code: str) -> Json:
    return {"system": "urn:tsunagu:entity", "code": code}


def _instant(at: int) -> str:
    """Write a moment as a FHIR instant, UTC, to the millisecond."""
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
