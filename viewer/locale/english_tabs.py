"""The pages of one patient, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "tab.label": "Pages of this patient",
    "tab.calendar": "Calendar",
    "tab.results": "Results",
    "tab.medications": "Medication",
    "tab.documents": "Documents",
    "tab.images": "Images",
    "tab.summary": "Summary",
}
