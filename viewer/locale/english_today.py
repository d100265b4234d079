"""The worklist in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.today": "Today",
    "today.title": "Today",
    "today.total": "{n} things wait for you.",
    "today.total.one": "One thing waits for you.",
    "today.nothing": "Nothing waits.",
    "today.own": "{n} registrations of yours wait for somebody else.",
    "today.own.one": "One registration of yours waits for somebody else.",
    "today.register": "Register a patient",
    "today.consents": "Consents",
    "today.consents.some": "Registrations or scans to verify or to file.",
    "today.consents.none": "No registration waits.",
    "today.links": "Links",
    "today.links.some": "Numbers about which somebody must decide whose they are.",
    "today.links.none": "No number waits.",
    "today.people": "People",
    "today.people.some": "People to approve, to attest, or past their date.",
    "today.people.none": "Nobody waits.",
    "today.reviews": "Emergencies and questions",
    "today.reviews.some": "Something to review or to answer.",
    "today.reviews.none": "Nothing to review or to answer.",
    "today.feeds": "Hospitals' feeds",
    "today.feeds.some": "A hospital that is not well.",
    "today.feeds.none": "Every hospital is well.",
}
