"""The one-page summary, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "summary.title": "One-page summary",
    "summary.problems": "Diagnoses that go on",
    "summary.medication": "Current medication",
    "summary.stays": "Hospital stays",
    "summary.results": "Key results, newest",
    "summary.to.medication": "All medication",
    "summary.to.calendar": "Calendar",
    "summary.to.results": "All results",
    "summary.discharge": "Document of the discharge",
    "summary.more": "{n} more",
    "summary.none": "None.",
    "summary.allergies.none": "No record that arrived names an allergy. That does not say there is none.",
    "summary.limits": "Gathered from what facilities wrote; nothing is concluded. At the right of each line "
    "stand its source and day. How long a supply lasts is an estimate.",
}
