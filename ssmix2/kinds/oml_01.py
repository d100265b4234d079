"""OML-01 検体検査オーダ: laboratory orders (fact sheet §2.3, §4.12).

SPM opens a specimen, ORC an order inside it. An OBX without a value names what shall be measured;
one with a value says something about the patient. NTE behind SPM stands with the first request of the
specimen.
"""

from __future__ import annotations

from hie.record.clinical import Coding, Record, ServiceRequest
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import NULL, Message, Segment
from ssmix2.fields import CODINGS
from ssmix2.imaging import request
from ssmix2.layout import FileName
from ssmix2.segments import ITEMS, allergies, department, is_cancelled, observation, with_note

KIND = DataKind("OML-01", "検体検査オーダ", "laboratory order", ("OML^O33",), DocumentClass.LABORATORY_ORDER)

_NO_SEGMENT: Segment = [""] * 56
_NO_SPECIMEN = Finding("REQ-SEG-SPM", Severity.ERROR, "message", "There is no SPM segment.")
_NO_REQUEST = Finding("REQ-SEG-OBR", Severity.ERROR, "message", "There is no OBR segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read one request per OBR, with its specimen and the items below it."""
    walk = _Walk()
    for segment in message.segments:
        walk.take(segment)
    records = walk.done()
    requests = [one for one in records if isinstance(one, ServiceRequest)]
    return Parts(
        records=(*records, *allergies(message)),
        item_count=sum(len(one.items) or 1 for one in requests),
        department=department(message),
        cancelled=is_cancelled(message),
        findings=_missing(message, requests),
    )


class _Walk:
    """What was read so far; each segment is looked at once, however many there are."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._items: dict[int, list[Coding]] = {}
        """Place of each request among the records, and the items below it."""
        self._last: list[Coding] | None = None
        """Items of the last request."""
        self._current: dict[str, Segment] = {}
        self._held: list[Segment] = []
        """NTE of a specimen behind which nothing stands yet."""
        self._begun = True
        """Something was read of the specimen."""

    def take(self, segment: Segment) -> None:
        """Take the next segment."""
        name = segment[0]
        if name == "SPM":
            self._current, self._held, self._begun = {"SPM": segment}, [], False
        elif name == "ORC":
            kept = {"SPM": self._current["SPM"]} if "SPM" in self._current else {}
            self._current = kept | {"ORC": segment}
        elif name == "TQ1":
            self._current["TQ1"] = segment
        elif name == "OBR":
            self._request(segment)
        elif name == "OBX":
            self._measured(segment)
        elif name == "NTE" and self._begun:
            with_note(self._records, segment)
        elif name == "NTE":
            self._held.append(segment)

    def done(self) -> list[Record]:
        """Give the records, each request with its items."""
        for place, items in self._items.items():
            head = self._records[place]
            if isinstance(head, ServiceRequest):
                self._records[place] = head._replace(items=tuple(items))
        return self._records

    def _request(self, segment: Segment) -> None:
        self._current["OBR"] = segment
        order, timing = self._segment("ORC"), self._segment("TQ1")
        self._last = self._items[len(self._records)] = []
        self._add(request(order, timing, segment, self._current.get("SPM")))

    def _measured(self, segment: Segment) -> None:
        """Read OBX: an item of the last request, or something said of it."""
        if segment[5] in {"", NULL} and self._last is not None:
            standard, local = ITEMS[segment[3]]
            self._last.append(standard if any(standard) else local)
            return
        group, specimen = CODINGS[self._segment("OBR")[4]], CODINGS[self._segment("SPM")[4]]
        self._add(observation(segment, "", group, specimen))

    def _add(self, record: Record) -> None:
        """Add a record with the notes that wait for it."""
        self._records.append(record)
        held, self._held, self._begun = self._held, [], True
        for note in held:
            with_note(self._records, note)

    def _segment(self, name: str) -> Segment:
        return self._current.get(name, _NO_SEGMENT)


def _missing(message: Message, requests: list[ServiceRequest]) -> tuple[Finding, ...]:
    """Report segments that must exist and do not."""
    specimen = () if message.first("SPM") else (_NO_SPECIMEN,)
    return specimen if requests else (*specimen, _NO_REQUEST)
