"""Plausible slips of a pen in the gate, each of which the property test must notice."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A text of one file and what stands there instead."""

    file: str
    old: str
    new: str


MODEL, GATE, GRANT, SCOPE, PARTIES = "model.py", "gate.py", "grant.py", "scope.py", "parties.py"
IN_FORCE = "rules/consent_in_force.py"
OWN = "rules/own_facility.py"
WITHDRAWN = "rules/withdrawn.py"
ROLE = "rules/role.py"
EMERGENCY = "rules/emergency.py"
MEMBERSHIP = "rules/membership.py"
RESTRICTED = "rules/restricted.py"
DECEASED = "rules/deceased.py"
PATIENT = "rules/patient_self.py"

_OF_TIME = {
    "a consent runs one instant too long": Mutant(
        PARTIES, "<= now < provision.ends_at", "<= now <= provision.ends_at"
    ),
    "a consent begins one instant late": Mutant(
        PARTIES, "provision.starts_at <= now", "provision.starts_at < now"
    ),
    "a consent never ends": Mutant(PARTIES, "<= now < provision.ends_at", "<= now"),
    "a consent is in force before it starts": Mutant(PARTIES, "provision.starts_at <= now <", "now <"),
    "an emergency runs one instant too long": Mutant(EMERGENCY, "question.now >= ", "question.now > "),
    "an emergency never ends": Mutant(EMERGENCY, "or question.now >= broken.ends_at", ""),
    "care runs one instant too long": Mutant(
        PARTIES, "question.now < care.ends_at", "question.now <= care.ends_at"
    ),
    "care never ends": Mutant(PARTIES, "and question.now < care.ends_at", ""),
    "death closes one instant late": Mutant(
        DECEASED, "question.now < question.decisions", "question.now <= question.decisions"
    ),
    "death closes at once": Mutant(MODEL, "one.recorded_at + GRACE", "one.recorded_at"),
    "death closes nothing": Mutant(DECEASED, "else (EVERYTHING,)", "else NOTHING"),
    "death closes viewing only": Mutant(DECEASED, "Action.VIEW, Action.PUBLISH,", "Action.VIEW,"),
    "of two deaths the later counts": Mutant(MODEL, "        min(\n", "        max(\n"),
}
_OF_THE_LOG = {
    "no facilities named means nobody": Mutant(
        MODEL,
        "facilities is None or facility in facilities",
        "facilities is not None and facility in facilities",
    ),
    "withdrawals are not read": Mutant(MODEL, "withdrawn.append(", "str("),
    "later withdrawals are not read": Mutant(MODEL, "tuple(withdrawn)", "tuple(withdrawn[:1])"),
    "only the newest consent is read": Mutant(MODEL, "tuple(given)", "tuple(given[-1:])"),
    "the position is that of the first event": Mutant(
        MODEL, "position = max(position, event.sequence)", "position = position or event.sequence"
    ),
    "a withdrawal without scope takes nothing": Mutant(
        MODEL, "event.withdrawal or EVERYTHING", "event.withdrawal or Withdrawal(frozenset())"
    ),
    "restrictions are not read": Mutant(MODEL, "one.kind is EventKind.RESTRICTED and", "False and"),
    "lifted restrictions stay": Mutant(
        MODEL,
        "one.kind is EventKind.RESTRICTED and one.sequence not in lifted",
        "one.kind is EventKind.RESTRICTED",
    ),
    "a death in error stays": Mutant(
        MODEL,
        "one.kind is EventKind.DECEASED and one.sequence not in lifted",
        "one.kind is EventKind.DECEASED",
    ),
    "one may lift what comes later": Mutant(MODEL, " and one.lifts < one.sequence", ""),
    "only one restriction is read": Mutant(
        MODEL,
        "tuple(\n            one.restriction or",
        "tuple([][:0]) or tuple(\n            one.restriction and",
    ),
    "a facility's first word about care counts": Mutant(
        MODEL, "before.sequence < event.sequence", "before.sequence > event.sequence"
    ),
    "care that ended goes on": Mutant(
        MODEL, "if event.kind is EventKind.CARE_STARTED and event.care", "if event.care"
    ),
    "care is not read": Mutant(MODEL, "        _care(others),", "        (),"),
    "when it was recorded is forgotten": Mutant(
        MODEL, "event.provisions, event.recorded_at))", "event.provisions))"
    ),
}
_OF_CONSENT = {
    "a withdrawal takes back later consents too": Mutant(
        PARTIES, "later.sequence > consent.sequence and named(later", "named(later"
    ),
    "a withdrawal takes back later publishing too": Mutant(
        IN_FORCE, "later.sequence > consent.sequence and named(later", "named(later"
    ),
    "a withdrawal of one recipient closes all": Mutant(
        PARTIES, " and named(later.withdrawal.recipients, viewer)", ""
    ),
    "a withdrawal of one discloser closes all": Mutant(
        PARTIES, "if later.withdrawal.disclosers is None:", "if later.withdrawal.disclosers is not True:"
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
    "filing goes on for nobody": Mutant(
        IN_FORCE, "if recipients is not None and not recipients:", "if False:"
    ),
    "anybody is a recipient": Mutant(
        PARTIES, "return named(clause.recipients, facility) and is", "return is"
    ),
    "anybody may file": Mutant(
        IN_FORCE, "if not discloses(question, discloser, consent, provision):", "if False:"
    ),
    "one facility may file for another": Mutant(
        IN_FORCE, "_box(provision, frozenset({discloser})", "_box(provision, question.linked | {discloser}"
    ),
    "disclosers and recipients are exchanged": Mutant(
        PARTIES, "named(clause.recipients, facility)", "named(clause.disclosers, facility)"
    ),
    "every discloser is opened": Mutant(PARTIES, "return named(clause.disclosers, facility) and", "return"),
    "everybody's is opened, linked or not": Mutant(
        PARTIES, "for one in question.linked if", "for one in question.region.members if"
    ),
    "an unknown class is shown": Mutant(IN_FORCE, "KNOWN_CLASSES if provision", "None if provision"),
    "an unknown class is known": Mutant(
        SCOPE, "frozenset(DocumentClass) - {DocumentClass.UNKNOWN}", "frozenset(DocumentClass)"
    ),
    "the service period has no beginning": Mutant(IN_FORCE, "max(start, FIRST_DAY)", "FIRST_DAY"),
    "the service period has no end": Mutant(
        IN_FORCE, "Period(max(start, FIRST_DAY), end)", "Period(max(start, FIRST_DAY), 99991231)"
    ),
    "an unknown day lies in an early period": Mutant(IN_FORCE, "max(start, FIRST_DAY)", "start"),
    "the ceiling is that of every consent": Mutant(
        IN_FORCE, "min(provision.ceiling, Confidentiality.VERY_RESTRICTED)", "Confidentiality.VERY_RESTRICTED"
    ),
    "an unknown confidentiality is shown": Mutant(
        IN_FORCE, "min(provision.ceiling, Confidentiality.VERY_RESTRICTED)", "provision.ceiling"
    ),
    "any purpose opens by consent": Mutant(
        IN_FORCE, "question.requester.purpose is not Purpose.TREATMENT", "False"
    ),
    "sensitive labels need no opting in": Mutant(IN_FORCE, "opted_in = provision.labels", "opted_in = 1023"),
    "opting in is not read": Mutant(IN_FORCE, "within=opted_in | ORDINARY_LABELS", "within=ORDINARY_LABELS"),
    "ordinary labels must be opted in to": Mutant(
        IN_FORCE, "within=opted_in | ORDINARY_LABELS", "within=opted_in"
    ),
    "what never leaves may be opted in to": Mutant(
        IN_FORCE, "int(Label.NEVER | Label.UNKNOWN)", "int(Label.UNKNOWN)"
    ),
    "what nobody could label may be opted in to": Mutant(
        IN_FORCE, "int(Label.NEVER | Label.UNKNOWN)", "int(Label.NEVER)"
    ),
    "violence is shown to all that take part": Mutant(
        IN_FORCE, "int(Label.GENETICS | Label.VIOLENCE)", "int(Label.GENETICS)"
    ),
    "genetics are shown to all that take part": Mutant(
        IN_FORCE, "int(Label.GENETICS | Label.VIOLENCE)", "int(Label.VIOLENCE)"
    ),
    "to be named needs care besides": Mutant(
        IN_FORCE, "if not (in_care or provision.recipients is not None):", "if not in_care:"
    ),
    "all that take part need no care": Mutant(
        IN_FORCE, "if not (in_care or provision.recipients is not None):", "if False:"
    ),
    "a link is no care": Mutant(PARTIES, "return facility in question.linked or any(", "return any("),
    "anybody's care is mine": Mutant(PARTIES, "care.facility == facility and", ""),
}
_OF_MEMBERS = {
    "who joined later is a party": Mutant(
        PARTIES, "term.joined_at <= consent.recorded_at or (", "term.joined_at <= question.now or ("
    ),
    "who joined in that instant is no party": Mutant(
        PARTIES, "term.joined_at <= consent.recorded_at", "term.joined_at < consent.recorded_at"
    ),
    "who never joined is a party": Mutant(
        PARTIES, "if term is None:\n        return False", "if term is None:\n        return True"
    ),
    "later members are always counted": Mutant(PARTIES, "among_all and later and term", "among_all and term"),
    "later members are never counted": Mutant(PARTIES, "among_all and later and term", "False and term"),
    "who is named may join later": Mutant(PARTIES, "among_all and later and term", "later and term"),
    "a notice needs no wait": Mutant(PARTIES, "term.noticed_at + NOTICE <=", "term.noticed_at <="),
    "a notice waits one instant too long": Mutant(
        PARTIES, "term.noticed_at + NOTICE <=", "term.noticed_at + NOTICE <"
    ),
    "a term ends one instant late": Mutant(MODEL, "at < one.left_at", "at <= one.left_at"),
    "a term begins one instant late": Mutant(MODEL, "one.joined_at <= at", "one.joined_at < at"),
    "only the first term counts": Mutant(MODEL, "for one in self.terms:", "for one in self.terms[:1]:"),
    "a rest is not asked for": Mutant(MODEL, "for one in self.suspensions:", "for one in ():"),
    "a rest ends one instant late": Mutant(MODEL, "at < one.ends_at", "at <= one.ends_at"),
    "a rest begins one instant late": Mutant(MODEL, "one.starts_at <= at", "one.starts_at < at"),
    "an unknown facility takes part": Mutant(
        MODEL,
        "membership is not None and membership.takes_part(at)",
        "membership is None or membership.takes_part(at)",
    ),
    "who left still looks": Mutant(MEMBERSHIP, "if for_a_facility and not", "if False and not"),
    "who left is still shown": Mutant(
        MEMBERSHIP, "(EVERYTHING._replace(custodians=gone),) if gone else NOTHING", "NOTHING"
    ),
    "one who left closes all": Mutant(MEMBERSHIP, "EVERYTHING._replace(custodians=gone)", "EVERYTHING"),
    "who rests files on": Mutant(MEMBERSHIP, "@closes(Action.VIEW, Action.PUBLISH,", "@closes(Action.VIEW,"),
    "a patient needs a facility": Mutant(MEMBERSHIP, "requester.role not in THEMSELVES or", "True or"),
}
_OF_REFUSALS = {
    "a refusal closes everybody": Mutant(
        RESTRICTED, "concerned = named(restriction.recipients, requester.facility) and (", "concerned = ("
    ),
    "a refusal of a person closes the facility": Mutant(
        RESTRICTED, "or requester.user in restriction.users", "or True"
    ),
    "a refusal of a person closes nobody": Mutant(
        RESTRICTED, "or requester.user in restriction.users", "or False"
    ),
    "a refusal of a class closes all classes": Mutant(
        RESTRICTED, "        classes=restriction.classes,\n", ""
    ),
    "a refusal of one discloser closes all": Mutant(
        RESTRICTED, "        custodians=restriction.disclosers,\n", ""
    ),
    "a refusal closes one's own": Mutant(
        RESTRICTED, "other_than=frozenset() if spared else", "other_than=frozenset() if True else"
    ),
    "a hold spares one's own": Mutant(RESTRICTED, "restriction.by_discloser or in_person", "in_person"),
    "who is refused in person sees their own": Mutant(
        RESTRICTED, "restriction.by_discloser or in_person", "restriction.by_discloser"
    ),
    "a patient's refusal closes the patient": Mutant(
        RESTRICTED, "concerned = restriction.by_discloser and not", "concerned = not"
    ),
    "a hold from some closes the patient": Mutant(RESTRICTED, " and restriction.recipients is None\n", "\n"),
    "a hold from a person closes the patient": Mutant(RESTRICTED, "and not in_person and", "and"),
    "a hold shows the patient": Mutant(
        RESTRICTED,
        "if requester.role in THEMSELVES:\n",
        "if requester.role in THEMSELVES:\n        return None\n",
    ),
    "a refusal does not stop filing": Mutant(
        RESTRICTED, "_unpublished if question.action is Action.PUBLISH else _unseen", "_unseen"
    ),
    "a refusal of some stops filing": Mutant(RESTRICTED, "if for_some or not named", "if not named"),
    "a refusal of another's stops filing": Mutant(
        RESTRICTED, "or not named(restriction.disclosers, discloser)", ""
    ),
    "a refusal of a class stops filing": Mutant(
        RESTRICTED, "frozenset({discloser}), classes=restriction.classes)", "frozenset({discloser}))"
    ),
}
_OF_EMERGENCIES = {
    "no glass need be broken": Mutant(EMERGENCY, "broken is None\n        or ", "broken is not None and "),
    "anybody breaks the glass": Mutant(EMERGENCY, "or requester.role not in BREAKS_GLASS", ""),
    "a nurse may not break the glass": Mutant(PARTIES, "Role.DENTIST, Role.NURSE}", "Role.DENTIST}"),
    "any purpose breaks the glass": Mutant(
        EMERGENCY, "or requester.purpose not in {Purpose.TREATMENT, Purpose.EMERGENCY}", ""
    ),
    "the clause is not asked for": Mutant(EMERGENCY, " if clause[1].emergency", ""),
    "an emergency opens notes": Mutant(
        EMERGENCY, "EMERGENCY_CLASSES if classes is None", "frozenset(DocumentClass) if classes is None"
    ),
    "an emergency opens other classes than agreed": Mutant(
        EMERGENCY, "else classes & EMERGENCY_CLASSES", "else EMERGENCY_CLASSES"
    ),
    "an emergency opens what is sensitive": Mutant(
        EMERGENCY, "within=ORDINARY_LABELS", "within=provision.labels | ORDINARY_LABELS"
    ),
    "an emergency opens what is very restricted": Mutant(
        EMERGENCY, "Confidentiality.RESTRICTED", "Confidentiality.VERY_RESTRICTED"
    ),
    "an emergency asks no ceiling": Mutant(
        EMERGENCY, "min(provision.ceiling, Confidentiality.RESTRICTED)", "Confidentiality.RESTRICTED"
    ),
    "an emergency knows no period": Mutant(
        EMERGENCY, "Period(max(start, FIRST_DAY), end)", "Period(FIRST_DAY, 99991231)"
    ),
    "a withdrawal outlives a form with the clause": Mutant(
        WITHDRAWN, "or (provision.emergency and question.emergency is not None)", ""
    ),
}
_OF_PATIENTS = {
    "a patient sees somebody else's": Mutant(PATIENT, "or requester.patient != question.patient", ""),
    "a patient sees for treatment": Mutant(
        ROLE, "(for_themselves and requester.purpose is not Purpose.PATIENT_REQUEST)", "False"
    ),
    "everybody is the patient": Mutant(PATIENT, "requester.role not in THEMSELVES or ", ""),
    "a patient sees what is very restricted": Mutant(
        PATIENT, "Confidentiality.RESTRICTED", "Confidentiality.VERY_RESTRICTED"
    ),
    "a patient sees an unknown class": Mutant(
        ROLE,
        "Role.PATIENT: Ceiling(\n        KNOWN_CLASSES",
        "Role.PATIENT: Ceiling(\n        frozenset(DocumentClass)",
    ),
    "a patient sees an unknown day": Mutant(
        PATIENT, "service_period=ALWAYS", "service_period=ALWAYS._replace(start=0)"
    ),
    "a patient sees what was taken back from all": Mutant(
        WITHDRAWN, "if recipients is not None if oneself else", "if True if oneself else"
    ),
    "a patient loses what was taken back from some": Mutant(
        WITHDRAWN, "if recipients is not None if oneself else", "if False if oneself else"
    ),
    "a later form does not bring it back to the patient": Mutant(
        WITHDRAWN, "if oneself or _reaches(", "if _reaches("
    ),
    "a patient is told what was not told": Mutant(
        ROLE, "int(Label.NOT_TOLD | Label.VIOLENCE", "int(Label.VIOLENCE"
    ),
    "a patient sees violence": Mutant(ROLE, "int(Label.NOT_TOLD | Label.VIOLENCE", "int(Label.NOT_TOLD"),
    "a family sees as much as the patient": Mutant(
        ROLE, "Ceiling(KNOWN_CLASSES, int(Label.STAFF))", "Ceiling(KNOWN_CLASSES, 127)"
    ),
}
_OF_ROLES = {
    "every role opens": Mutant(ROLE, "if ceiling is None or (", "if ceiling is None: return ()\n    if ("),
    "the secretariat opens": Mutant(
        ROLE, "CEILINGS = {\n", "CEILINGS = {\n    Role.SECRETARIAT: Ceiling(KNOWN_CLASSES),\n"
    ),
    "a system part opens": Mutant(
        ROLE, "CEILINGS = {\n", "CEILINGS = {\n    Role.SYSTEM: Ceiling(KNOWN_CLASSES),\n"
    ),
    "a nurse does not open": Mutant(ROLE, "    Role.NURSE: Ceiling(KNOWN_CLASSES),\n", ""),
    "a nurse sees what is sensitive": Mutant(
        ROLE,
        "    Role.NURSE: Ceiling(KNOWN_CLASSES),\n",
        "    Role.NURSE: Ceiling(KNOWN_CLASSES, ALL_LABELS),\n",
    ),
    "a nurse sees an unknown class": Mutant(
        ROLE,
        "    Role.NURSE: Ceiling(KNOWN_CLASSES),\n",
        "    Role.NURSE: Ceiling(frozenset(DocumentClass)),\n",
    ),
    "a liaison sees tests": Mutant(
        ROLE, "Role.LIAISON: Ceiling(_SUMMARY | MEDICINES)", "Role.LIAISON: Ceiling(KNOWN_CLASSES)"
    ),
    "a care manager sees notes": Mutant(
        ROLE, "Role.CARE_MANAGER: Ceiling(_CARE)", "Role.CARE_MANAGER: Ceiling(_SUMMARY)"
    ),
    "a pharmacist does not see who takes what for HIV": Mutant(ROLE, ", of_medicines=int(Label.HIV)", ""),
    "a pharmacist sees HIV everywhere": Mutant(
        ROLE, ", of_medicines=int(Label.HIV)", ", labels=ORDINARY_LABELS | int(Label.HIV)"
    ),
    "labels have no ceiling": Mutant(ROLE, "    if always:\n", "    if False:\n"),
    "classes have no ceiling": Mutant(ROLE, "if every - ceiling.classes:", "if False:"),
    "the ceilings of two roles are one": Mutant(ROLE, "_ABOVE[requester.role]", "_ABOVE[Role.DOCTOR]"),
}
_OF_BOXES = {
    "the classes are not asked": Mutant(
        SCOPE, "(self.classes is None or document_class in self.classes)", "True"
    ),
    "the classes are turned round": Mutant(
        SCOPE, "document_class in self.classes)", "document_class not in self.classes)"
    ),
    "the service period is not asked": Mutant(SCOPE, "self.service_period.holds(service_day)", "True"),
    "the ceiling is not asked": Mutant(SCOPE, "confidentiality <= self.up_to", "True"),
    "the ceiling itself is closed": Mutant(
        SCOPE, "confidentiality <= self.up_to", "confidentiality < self.up_to"
    ),
    "labels outside are not asked": Mutant(SCOPE, "not labels & ~self.within", "True"),
    "labels outside are turned round": Mutant(SCOPE, "not labels & ~self.within", "not labels & self.within"),
    "labels to bear are not asked": Mutant(
        SCOPE, "(not self.bearing or bool(labels & self.bearing))", "True"
    ),
    "all labels must be borne": Mutant(
        SCOPE, "bool(labels & self.bearing)", "labels & self.bearing == self.bearing"
    ),
    "exceptions of a box are not asked": Mutant(
        SCOPE,
        "custodian in self.custodians) and custodian not in self.other_than",
        "custodian in self.custodians)",
    ),
    "an empty box is a grant": Mutant(GATE, "if not box.is_empty", ""),
    "what is closed altogether is a grant": Mutant(GATE, "if leaves_something(box, closed)", ""),
    "one closed class closes the box": Mutant(SCOPE, "    return bool(left)\n", "    return False\n"),
    "closed classes are not added up": Mutant(SCOPE, "left -= one.classes", "left = left"),
    "a grant forgets what is closed": Mutant(GRANT, "and not _lies_in(", "or _lies_in("),
    "closing rules open": Mutant(GATE, "_asked(OPENING, question)", "_asked(CLOSING, question)"),
    "closing rules are not asked": Mutant(GATE, "closing = _asked(CLOSING, question)", "closing = []"),
    "rules answer for every action": Mutant(GATE, "if question.action in rule.actions", "if True"),
}
_OF_ONES_OWN = {
    "any purpose opens one's own": Mutant(OWN, "requester.purpose is not Purpose.TREATMENT or", ""),
    "one's own needs no link": Mutant(OWN, " or requester.facility not in question.linked", ""),
    "one's own hides what consent would hide": Mutant(
        OWN,
        "(EVERYTHING._replace(custodians=frozenset({requester.facility})),)",
        "(EVERYTHING._replace(custodians=frozenset({requester.facility}), within=192, up_to=0),)",
    ),
    "a link opens everybody's": Mutant(
        OWN, "custodians=frozenset({requester.facility})", "custodians=question.linked"
    ),
    "one's own may be filed without consent": Mutant(
        OWN, "@opens(Action.VIEW,", "@opens(Action.VIEW, Action.PUBLISH,"
    ),
    "a withdrawal closes one's own": Mutant(
        WITHDRAWN, "spared = again if oneself else again | {viewer}", "spared = again"
    ),
    "a withdrawal outlives a later consent": Mutant(WITHDRAWN, "again |= provision.disclosers", "pass"),
    "a withdrawal outlives a later consent for all": Mutant(
        WITHDRAWN, "if provision.disclosers is None:", "if False:"
    ),
    "a withdrawal from one facility closes the others": Mutant(
        WITHDRAWN, "else not named(recipients, viewer):", "else False:"
    ),
    "a withdrawal of viewing ends filing": Mutant(
        WITHDRAWN, "if taken_back.withdrawal.recipients is not None or not", "if not"
    ),
    "the rule of withdrawals closes nothing": Mutant(
        WITHDRAWN, "for taken_back in question.decisions.withdrawn", "for taken_back in ()"
    ),
    "what was taken back from a facility is forgotten": Mutant(
        PARTIES, "gone |= later.withdrawal.disclosers", "pass"
    ),
    "filing stays closed after a later consent": Mutant(
        WITHDRAWN, "consent.sequence > taken_back.sequence and any(", "False and any("
    ),
}

MUTANTS = {
    **_OF_TIME,
    **_OF_THE_LOG,
    **_OF_CONSENT,
    **_OF_MEMBERS,
    **_OF_REFUSALS,
    **_OF_EMERGENCIES,
    **_OF_PATIENTS,
    **_OF_ROLES,
    **_OF_BOXES,
    **_OF_ONES_OWN,
}
"""What went wrong → where."""
