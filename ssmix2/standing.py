"""What a message still says: results that were taken back are left out (OBX-11; doubt Q23)."""

from __future__ import annotations

from ssmix2.er7 import Message, Segment
from ssmix2.tables import RETRACTED_RESULTS


def standing(message: Message) -> Message:
    """Leave out every OBX that was deleted (D) or was somebody else's (W), with the NTE behind it."""
    segments = message.segments
    # A list, for this runs over every result of a region: a generator would take twice as long.
    if not [one for one in segments if one[0] == "OBX" and one[11] in RETRACTED_RESULTS]:
        return message
    kept: list[Segment] = []
    retracted = False
    for segment in segments:
        if segment[0] != "NTE":
            retracted = segment[0] == "OBX" and segment[11] in RETRACTED_RESULTS
        if not retracted:
            kept.append(segment)
    return message._replace(segments=kept)
