"""Who could see a record on a day, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.could_see": "Who may see",
    "could_see.title": "Who may see",
    "could_see.lead": (
        "Who could see which kinds of records at the end of that day, as known then and as known "
        "today. Who did look stands in the audit trail. No document is opened."
    ),
    "could_see.lead.own": "Who may see your record. Who did look stands under “Who looked”.",
    "could_see.on": "Day (empty for now)",
    "could_see.ask": "Ask",
    "could_see.csv": "CSV",
    "could_see.of": "{name}, at {at}",
    "could_see.at": "At {at}",
    "could_see.who": "Who",
    "could_see.whose": "Whose records",
    "could_see.then": "as known then",
    "could_see.today": "as known today",
    "could_see.why": "Why",
    "could_see.nothing": "nothing",
    "could_see.same": "the same",
    "could_see.all": "all kinds",
    "could_see.self": "the patient and family",
    "could_see.emergency": "emergency",
    "could_see.nobody": "Nobody could see anything.",
    "could_see.gap": "Gap: open only then ({kinds})",
    "could_see.gaps": "Decisions that came late",
    "could_see.gaps.none": "No withdrawal or refusal came late.",
    "could_see.gaps.line": "in force from {since}, recorded {until} (record {event})",
    "could_see.gaps.reads": "Reads in between that would be refused today: {n}",
    "could_see.gaps.open": "Who could see too much in between: {n}",
    "could_see.past": "Look back",
}
