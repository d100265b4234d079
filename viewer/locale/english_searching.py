"""The search through a patient's documents, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "search.title": "Search the documents",
    "search.open": "Search documents",
    "search.label": "Words in this patient's documents",
    "search.examples": "e.g. diabetes, pneumonia antibiotic",
    "search.submit": "Search",
    "search.hint": (
        "Looks through notes, documents, findings and comments on results."
        " With blanks between them, a document must hold every word."
    ),
    "search.kind": "Filter by kind",
    "search.facility": "Filter by facility",
    "search.count": "In {n} documents, newest first.",
    "search.count.one": "In 1 document.",
    "search.part": "{first} to {last}",
    "search.none": "No document that you may see holds these words.",
    "search.none.hint": "Try a shorter word or another spelling. Pictures and PDFs are not searched.",
    "search.suggested": "Words that hold it:",
    "search.like": "Words like it in the documents:",
    "search.suggestions": "Look for another word",
    "search.pane": "Choose a document that was found to read it here.",
    "search.older": "Older documents",
    "search.newer": "Back to newer documents",
    "search.empty": "Type what to look for.",
    "search.long": "That is too long: at most 100 characters.",
    "search.many": "Those are too many words: at most 8.",
}
