"""Messages that a hospital pushes: kept as a transaction storage of their own, then acknowledged.

The log is the same one that hospitals write themselves (SS-MIX2 トランザクションストレージ), so that what was
pushed is read by `adapters.ssmix2_transactions` like everything else. A message that cannot be filed is
refused with the rule it breaks and laid aside in `refused`, for somebody to look at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from adapters.mllp import Network, lies_in
from hie.record.errors import Invalid, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.encoding import decode, encode, writable
from ssmix2.er7 import Message, component, parse
from ssmix2.layout import ConditionFlag
from ssmix2.naming import name_of
from ssmix2.transactions import Header, TransactionWriter

REFUSED = "refused"
REFUSED_MOST = 1_000
REFUSED_BYTES = 64 * 1024 * 1024
"""Refused messages that are laid aside, and their bytes; of more only the refusal is told."""

Now = Callable[[], str]
"""The present time in 17 digits, Japanese time."""


class Verdict(NamedTuple):
    """What became of one message: MSA-1, and why where it is not AA."""

    code: str
    """`AA` kept; `AE` try again; `AR` this message will never do."""
    finding: Finding | None = None


class Sender(NamedTuple):
    """A system of the hospital that may push messages."""

    network: Network
    """Where it calls from."""
    application: str = ""
    """MSH-3.1 of its messages; empty for any."""
    facility: str = ""
    """MSH-4.1 of its messages; empty for any."""


class PushedMessages:
    """Keeps pushed messages in the log below `root`; for one thread."""

    def __init__(
        self,
        root: Path,
        facility: FacilityCode,
        now: Now,
        kinds: Mapping[str, str] | None = None,
        has_room: Callable[[], bool] = lambda: True,
        senders: Sequence[Sender] = (),
    ) -> None:
        """Keep below `root`, which is made; `kinds` as `ssmix2.naming.name_of` takes them.

        Messages of others than `senders` are refused, if any is named. Nothing is kept while `has_room`
        says no: the last of a disk is for others.
        """
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        root.chmod(0o700)  # messages lie in it as they came
        (root / REFUSED).mkdir(exist_ok=True)
        self._root = root
        self._facility = facility
        self._now = now
        self._kinds = kinds
        self._has_room = has_room
        self._senders = tuple(senders)
        self._writer = TransactionWriter(root)
        self._laid_aside = self._laid_aside_bytes = 0
        self._counted_on = ""

    def keep(self, messages: Sequence[bytes], callers: Sequence[str] = ()) -> list[bytes]:
        """Put messages on disk with one flush; return their acknowledgements, in order.

        `callers` are the addresses that the messages came from; without them they are nobody's.

        A full disk is answered with AE and nothing is kept of the message. What the flush raises is
        not caught: after a failed flush nobody knows what is on disk, so nothing may be acknowledged.
        """
        now = self._now()
        read = [_read(message) for message in messages]
        if self._has_room():
            verdicts = [
                self._kept(message, parsed, now) if self._is_sender(caller, parsed) else _STRANGER
                for message, parsed, caller in zip(messages, read, callers or _NOBODY, strict=False)
            ]
        else:
            verdicts = [Verdict("AE", _NO_ROOM)] * len(messages)
        if any(verdict.code == "AA" for verdict in verdicts):
            self._writer.sync()
        return [
            acknowledgement(parsed if isinstance(parsed, Message) else None, verdict, now)
            for parsed, verdict in zip(read, verdicts, strict=True)
        ]

    def close(self) -> None:
        """Close the log."""
        self._writer.close()

    def _is_sender(self, caller: str, parsed: Message | Finding) -> bool:
        """Say whether a message may come from there; its own words alone prove nothing."""
        if not self._senders:
            return True
        head = parsed.first("MSH") if isinstance(parsed, Message) else None
        application, facility = (component(head[field], 1).strip() if head else "" for field in (3, 4))
        return any(
            caller
            and lies_in(caller, sender.network)
            and sender.application in {"", application}
            and sender.facility in {"", facility}
            for sender in self._senders
        )

    def _kept(self, message: bytes, parsed: Message | Finding, now: str) -> Verdict:
        if not isinstance(parsed, Message):
            return self._refused(message, parsed, now)
        try:
            name = name_of(parsed, now, self._kinds)
            header = Header(
                self._facility,
                name.patient_id,
                name.care_date,
                name.data_kind,
                name.order_number,
                "DEL" if name.flag == ConditionFlag.DELETED else "INS",
                name.department,
                name.timestamp,
            )
            self._writer.append(header, message, now)
        except Unreadable as unreadable:
            return self._refused(message, unreadable.finding, now)
        except Invalid as invalid:
            return self._refused(message, Finding("TRX-01", Severity.ERROR, "message", str(invalid)), now)
        except OSError:
            return Verdict("AE", _NO_ROOM)
        return Verdict("AA")

    def _refused(self, message: bytes, finding: Finding, now: str) -> Verdict:
        """Lay a message aside under its rule; it is not promised to be kept, the sender heard the refusal."""
        try:
            self._count(now[:8])
            if self._laid_aside < REFUSED_MOST and self._laid_aside_bytes + len(message) <= REFUSED_BYTES:
                digest = hashlib.sha256(message).hexdigest()[:16]
                (self._root / REFUSED / f"{now}_{digest}_{finding.code}.hl7").write_bytes(message)
                self._laid_aside += 1
                self._laid_aside_bytes += len(message)
        except OSError:
            return Verdict("AE", _NO_ROOM)
        return Verdict("AR", finding)

    def _count(self, day: str) -> None:
        """Count once a day what is laid aside: somebody may have looked at it, or removed it."""
        if day != self._counted_on:
            sizes = [path.stat().st_size for path in (self._root / REFUSED).iterdir()]
            self._laid_aside, self._laid_aside_bytes = len(sizes), sum(sizes)
            self._counted_on = day


def acknowledgement(message: Message | None, verdict: Verdict, now: str) -> bytes:
    """Write the general acknowledgement (HL7 v2.5 §2.13.1): MSH, MSA and, for a refusal, ERR."""
    head = message.first("MSH") if message else None
    application, facility, control, event = ("", "", "", "")
    if head:
        application, facility = (_plain(component(head[field], 1)) for field in (3, 4))
        control, event = _plain(head[10]), _plain(component(head[9], 2))
    moment = f"{now[:14]}.{now[14:17]}"
    lines = [
        f"MSH|^~\\&|TSUNAGU||{application}|{facility}|{moment}||ACK^{event}^ACK|{now}|P|2.5",
        f"MSA|{verdict.code}|{control}",
    ]
    if verdict.finding:
        lines.append(f"ERR|||{_HL70357[verdict.code]}|E||||{verdict.finding.code} {verdict.finding.message}")
    return encode("\r".join((*lines, "")))


def _read(message: bytes) -> Message | Finding:
    try:
        return parse(decode(message)[0])
    except Unreadable as unreadable:
        return unreadable.finding


def _plain(value: str) -> str:
    """Give a value back as it came, as far as it can be written."""
    return writable(value).translate(_NO_DELIMITERS)[:199]


_NO_DELIMITERS = {ord(delimiter): " " for delimiter in "|~&\\"}
_HL70357 = {"AE": "207^Application internal error^HL70357", "AR": "200^Unsupported message type^HL70357"}
_STRANGER = Verdict(
    "AR", Finding("MLLP-01", Severity.ERROR, "message", "No sender of this name may speak from there.")
)
_NOBODY = repeat("")
_NO_ROOM = Finding("DISK-01", Severity.ERROR, "message", "There is no room to keep the message.")
