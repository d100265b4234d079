"""What facilities show and whether it arrives, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "sharing.label": "Facilities that share",
    "sharing.well": "{n} facilities share, all are in contact (last received of anybody {at})",
    "sharing.quiet": "{n} facilities share",
    "sharing.some": "{n} facilities share, {wrong} not arriving as they should",
    "sharing.nobody": "No records of other facilities are shown (no consent, or nothing has come yet)",
    "sharing.shares": "shares {kinds}",
    "sharing.since": "care since {day}",
    "sharing.received": "last received {at}",
    "sharing.today": "today {time}",
    "sharing.never": "nothing yet",
    "sharing.long": "a long time",
    "sharing.all": "every kind",
    "sharing.kind.basics": "basics and admissions",
    "sharing.kind.problems": "diagnoses",
    "sharing.kind.medicines": "prescriptions, dispensing and injections",
    "sharing.kind.laboratory": "laboratory",
    "sharing.kind.imaging": "images",
    "sharing.kind.documents": "documents",
    "sharing.kind.notes": "progress notes",
    "sharing.limits": "Facilities and kinds not named here are outside the consent or take no part. "
    "That nothing is seen of them does not mean that there is nothing.",
    "sharing.trouble.silent": "{name} has not been heard for {span} (last received {at}). Newer records "
    "may be missing here.",
    "sharing.trouble.trouble": "Something is wrong with what {name} sends (last received {at}). Some of its "
    "records may be missing here.",
    "sharing.trouble.late": "Records of {name} arrive {late} late (last received {at}).",
    "sharing.trouble.ended": "{name} was cut off (last received {at}). No new records arrive.",
    "sharing.trouble.never": "Nothing has come from {name} yet.",
    "sharing.why.nobody": "No facility shares records of this patient.",
    "sharing.why.closed": "This kind of record is outside the consent, or not for your profession.",
    "sharing.why.before": "This kind of record is shown for care since {day} ({names}).",
    "sharing.why.missing": "Nothing has arrived. Records of {names} may be missing.",
    "sharing.why.none": "Among what has arrived there is none of this kind.",
}
