"""Sensitive labels in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "labels.title": "Sensitive labels",
    "labels.none": "No label.",
    "labels.1": "Psychiatry",
    "labels.2": "HIV",
    "labels.4": "Genetics",
    "labels.8": "Reproduction, STI",
    "labels.16": "Addiction",
    "labels.32": "Abuse, violence",
    "labels.64": "Staff",
    "labels.128": "Not told",
    "labels.256": "Never leaves",
    "labels.512": "Not known",
    "labels.untold": "The patient has not been told. Do not speak of it to the patient or the family.",
    "labels.staff": "The record of somebody who works here. Open it only where the treatment needs it.",
    "labels.mark": "Put on a label",
    "labels.mark.means": (
        "“Not told” hides it from the patient and the family; professionals see it marked. Psychiatry, HIV"
        " and the like hide it from facilities without that opt-in; “never leaves” hides it from all others."
    ),
    "labels.which": "Label",
    "labels.ask": "Ask to take it off",
    "labels.ask.label": "Ask to take “{label}” off",
    "labels.asked": "Somebody asked to take “{label}” off. Another doctor has to agree.",
    "labels.asked.own": "You asked to take “{label}” off. It goes when another doctor agrees.",
    "labels.agree": "Take it off",
    "labels.keep": "Leave it on",
}
