"""Vital signs as text: ORU^R30 for a content folder of an extended storage (fact sheet §6.3)."""

from __future__ import annotations

from collections.abc import Sequence

from hie.record.clinical import Demographics, DiagnosticReport, Observation
from hie.record.errors import Invalid
from ssmix2.encoding import encode
from ssmix2.writing.envelope import Envelope
from ssmix2.writing.fields import required
from ssmix2.writing.orders import result
from ssmix2.writing.segments import frame, msh, obr, orc, order_pv1, pid

MESSAGE_TYPE = "ORU^R30^ORU_R30"
_COMPLETED = "CM"


def write_vital_signs(
    envelope: Envelope, person: Demographics, sheet: DiagnosticReport, results: Sequence[Observation]
) -> bytes:
    """Write one message: `MSH PID PV1 ORC OBR {OBX [{NTE}]}`; the envelope's order is the document's key.

    Raises `Invalid` without results, for a result without a time, and for what segments refuse.
    """
    if not results:
        raise Invalid("a message of vital signs holds at least one")
    if sheet.order_number != envelope.order_number:
        raise Invalid("OBR-2 is the document's key")
    framed = frame(envelope)
    for one in results:
        required(one.observed_at, "OBX-14")
    segments = [
        msh(envelope, MESSAGE_TYPE),
        pid(person),
        order_pv1(framed, set_id="0001"),
        orc(framed, "SC", status=_COMPLETED, at=envelope.ordered_at),
        obr(framed, 1, sheet),
        *(line for number, one in enumerate(results, 1) for line in result(number, one)),
        "",
    ]
    return encode("\r".join(segments))
