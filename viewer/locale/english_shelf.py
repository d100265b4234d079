"""Lists beside a reading pane, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "shelf.documents": "Documents and notes",
    "shelf.images": "Images and examinations",
    "shelf.skip": "To the chosen document",
    "shelf.count": "{n}",
    "shelf.every": "All",
    "shelf.kind": "Filter by kind",
    "shelf.facility": "Filter by facility",
    "shelf.facility.every": "All facilities",
    "shelf.department": "Filter by department",
    "shelf.department.every": "All departments",
    "shelf.filter": "Filter",
    "shelf.filter.off": "No filter",
    "shelf.new": "New",
    "shelf.pages": "Pages of the list",
    "shelf.newer": "Newer",
    "shelf.older": "Older",
    "shelf.nothing.documents": "There are no documents to be seen.",
    "shelf.nothing.images": "There are no images to be seen.",
    "shelf.nothing.chosen": "Nothing is like this.",
    "shelf.no_picture": "no images to see",
    "shelf.leaf": "Reading",
    "shelf.text": "The chosen document",
    "shelf.steps": "Documents before and after",
    "shelf.back": "List",
    "shelf.before": "Newer",
    "shelf.after": "Older",
    "shelf.gone": "This document cannot be opened: it was taken back, or is not for you to see.",
    "shelf.choose": "Choose from the list to read here (J, K or ↓, ↑: next, previous; Esc: list).",
}
