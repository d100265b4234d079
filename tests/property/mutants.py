"""Plausible slips of a pen in the gate, each of which the property test must notice."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A text of one file and what stands there instead."""

    file: str
    old: str
    new: str


MODEL, GATE, GRANT, SCOPE = "model.py", "gate.py", "grant.py", "scope.py"
IN_FORCE = "rules/consent_in_force.py"
OWN = "rules/own_facility.py"
WITHDRAWN = "rules/withdrawn.py"
ROLE = "rules/role.py"

MUTANTS = {
    "a consent runs one instant too long": Mutant(MODEL, "<= now < self.ends_at", "<= now <= self.ends_at"),
    "a consent begins one instant late": Mutant(MODEL, "self.starts_at <= now", "self.starts_at < now"),
    "a consent never ends": Mutant(MODEL, "self.starts_at <= now < self.ends_at", "self.starts_at <= now"),
    "a consent is in force before it starts": Mutant(
        MODEL, "self.starts_at <= now < self.ends_at", "now < self.ends_at"
    ),
    "whether it is in force is not asked": Mutant(IN_FORCE, "if provision.in_force(question.now)", ""),
    "no facilities named means nobody": Mutant(
        MODEL,
        "facilities is None or facility in facilities",
        "facilities is not None and facility in facilities",
    ),
    "withdrawals are not read": Mutant(MODEL, "withdrawn.append(", "str("),
    "later withdrawals are not read": Mutant(
        MODEL,
        "return Decisions(position, tuple(given), tuple(withdrawn))",
        "return Decisions(position, tuple(given), tuple(withdrawn[:1]))",
    ),
    "only the newest consent is read": Mutant(MODEL, "tuple(given), tuple(w", "tuple(given[-1:]), tuple(w"),
    "the position is that of the first event": Mutant(
        MODEL, "position = max(position, event.sequence)", "position = position or event.sequence"
    ),
    "a withdrawal takes back later consents too": Mutant(
        IN_FORCE,
        "later.sequence > consent.sequence and named(later.withdrawal.recipients",
        "named(later.withdrawal.recipients",
    ),
    "a withdrawal takes back later publishing too": Mutant(
        IN_FORCE,
        "later.sequence > consent.sequence and named(later.withdrawal.disclosers",
        "named(later.withdrawal.disclosers",
    ),
    "a withdrawal of one recipient closes all": Mutant(
        IN_FORCE, " and named(later.withdrawal.recipients, viewer)", ""
    ),
    "a withdrawal of one discloser closes all": Mutant(
        IN_FORCE, "if later.withdrawal.disclosers is None:", "if later.withdrawal.disclosers is not True:"
    ),
    "a withdrawal of one discloser stops all from filing": Mutant(
        IN_FORCE, " and named(later.withdrawal.disclosers, discloser)", ""
    ),
    "a withdrawal of one recipient stops filing": Mutant(
        IN_FORCE, "if later.withdrawal.recipients is None:", "if later.withdrawal.recipients is not True:"
    ),
    "filing goes on when every recipient was taken back": Mutant(
        IN_FORCE, "recipients -= later.withdrawal.recipients", "recipients -= frozenset()"
    ),
    "a withdrawal of one discloser is forgotten": Mutant(
        IN_FORCE, "taken_back |= later.withdrawal.disclosers", "pass"
    ),
    "filing goes on for nobody": Mutant(
        IN_FORCE, "if recipients is not None and not recipients:", "if False:"
    ),
    "anybody is a recipient": Mutant(IN_FORCE, "if not named(provision.recipients, viewer):", "if False:"),
    "anybody may file": Mutant(IN_FORCE, "if not named(provision.disclosers, discloser):", "if False:"),
    "one facility may file for another": Mutant(
        IN_FORCE, "_box(provision, frozenset({discloser})", "_box(provision, provision.disclosers"
    ),
    "disclosers and recipients are exchanged": Mutant(
        IN_FORCE, "named(provision.recipients, viewer)", "named(provision.disclosers, viewer)"
    ),
    "every discloser is opened": Mutant(
        IN_FORCE, "_box(provision, provision.disclosers, f", "_box(provision, None, f"
    ),
    "an unknown class is shown": Mutant(IN_FORCE, "KNOWN_CLASSES if provision", "None if provision"),
    "an unknown class is shown where it is named": Mutant(
        IN_FORCE, "frozenset(DocumentClass) - {DocumentClass.UNKNOWN}", "frozenset(DocumentClass)"
    ),
    "the classes are not asked": Mutant(
        SCOPE, "(self.classes is None or document_class in self.classes)", "True"
    ),
    "the classes are turned round": Mutant(
        SCOPE, "document_class in self.classes)", "document_class not in self.classes)"
    ),
    "the service period is not asked": Mutant(SCOPE, "self.service_period.holds(service_day)", "True"),
    "the service period has no beginning": Mutant(IN_FORCE, "max(period.start, FIRST_DAY)", "FIRST_DAY"),
    "the service period has no end": Mutant(
        IN_FORCE,
        "Period(max(period.start, FIRST_DAY), period.end)",
        "Period(max(period.start, FIRST_DAY), 99991231)",
    ),
    "an unknown day lies in an early period": Mutant(
        IN_FORCE, "max(period.start, FIRST_DAY)", "period.start"
    ),
    "the ceiling is not asked": Mutant(SCOPE, "confidentiality <= self.up_to", "True"),
    "the ceiling itself is closed": Mutant(
        SCOPE, "confidentiality <= self.up_to", "confidentiality < self.up_to"
    ),
    "the ceiling is that of every consent": Mutant(
        IN_FORCE, "min(provision.ceiling, Confidentiality.VERY_RESTRICTED)", "Confidentiality.VERY_RESTRICTED"
    ),
    "an unknown confidentiality is shown": Mutant(
        IN_FORCE, "min(provision.ceiling, Confidentiality.VERY_RESTRICTED)", "provision.ceiling"
    ),
    "exceptions of a box are not asked": Mutant(
        SCOPE,
        "custodian in self.custodians) and custodian not in self.other_than",
        "custodian in self.custodians)",
    ),
    "an empty box is a grant": Mutant(GATE, "if not box.is_empty", ""),
    "what is closed altogether is a grant": Mutant(GATE, "if leaves_something(box, closed)", ""),
    "a grant forgets what is closed": Mutant(GRANT, "and not _lies_in(", "or _lies_in("),
    "any purpose opens by consent": Mutant(
        IN_FORCE, "question.requester.purpose is not Purpose.TREATMENT", "False"
    ),
    "any purpose opens one's own": Mutant(OWN, "requester.purpose is not Purpose.TREATMENT or", ""),
    "one's own needs no link": Mutant(OWN, " or requester.facility not in question.linked", ""),
    "one's own hides unknown days": Mutant(OWN, "service_period=WIDEST_PERIOD,", ""),
    "one's own hides what is confidential": Mutant(OWN, "up_to=Confidentiality.UNKNOWN,", ""),
    "a link opens everybody's": Mutant(
        OWN, "custodians=frozenset({requester.facility})", "custodians=question.linked"
    ),
    "one's own may be filed without consent": Mutant(
        OWN, "@opens(Action.VIEW,", "@opens(Action.VIEW, Action.PUBLISH,"
    ),
    "a withdrawal closes one's own": Mutant(WITHDRAWN, "frozenset(again | {viewer})", "frozenset(again)"),
    "a withdrawal outlives a later consent": Mutant(WITHDRAWN, "again |= provision.disclosers", "pass"),
    "a withdrawal outlives a later consent for all": Mutant(
        WITHDRAWN, "if provision.disclosers is None:", "if False:"
    ),
    "a withdrawal from one facility closes the others": Mutant(
        WITHDRAWN, "if not named(taken_back.withdrawal.recipients, viewer):", "if False:"
    ),
    "a withdrawal of viewing ends filing": Mutant(
        WITHDRAWN, "taken_back.withdrawal.recipients is not None or ", ""
    ),
    "filing stays closed after a later consent": Mutant(
        WITHDRAWN, "consent.sequence > taken_back.sequence and any(", "False and any("
    ),
    "every role opens": Mutant(ROLE, "NOTHING if", "NOTHING if True or"),
    "the secretariat opens": Mutant(ROLE, "{Role.DOCTOR,", "{Role.SECRETARIAT, Role.DOCTOR,"),
    "a system part opens": Mutant(ROLE, "{Role.DOCTOR,", "{Role.SYSTEM, Role.DOCTOR,"),
    "a nurse does not open": Mutant(ROLE, "Role.NURSE, ", ""),
    "closing rules open": Mutant(GATE, "_asked(OPENING, question)", "_asked(CLOSING, question)"),
    "closing rules are not asked": Mutant(GATE, "_asked(CLOSING, question)", "[]"),
    "rules answer for every action": Mutant(GATE, "if question.action in rule.actions", "if True"),
}
"""What went wrong → where."""

UNSEEN = Mutant(WITHDRAWN, "for taken_back in question.decisions.withdrawn", "for taken_back in ()")
"""Withdrawal is kept twice. Without the rule `withdrawn` the same documents are shown, with another reason
(the truth tables notice it); it is there for the opening rules that do not read consents."""
FORGETS = Mutant(IN_FORCE, "taken_back |= later.withdrawal.disclosers", "pass")
