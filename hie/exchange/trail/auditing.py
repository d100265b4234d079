"""The chain of the audit trail: how a row is hashed, and how the whole is proved.

A row's hash is SHA-256 over the hash of the row before it (32 zero bytes before the first) and the
row itself: its number, then its fields in the order of `COLUMNS`, each as its length in characters, a
colon and its text, in UTF-8. Nobody can change, drop, add or move a row without changing every hash
after it. Who can write the whole database can do just that: hence the seals, signed with a key that
is not in the database, and their copies elsewhere. A chain without a copy of its head elsewhere does
not show that it was rolled back to an earlier state of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from itertools import takewhile
from typing import NamedTuple

from hie.exchange.ports.audit import AuditHead, AuditTrail, ChainRow, Fields, Seal
from hie.record.errors import Invalid

GENESIS = bytes(32)
"""What stands before the first row."""
AT_ONCE = 5_000
"""Rows read in one question."""
MOST_FAULTS = 20
"""Faults that are named; the first says where to look."""


def linked(before: bytes, sequence: int, fields: Fields) -> bytes:
    """Return the hash of a row behind a row with the hash `before`."""
    text = "".join([f"{len(one)}:{one}" for one in map(str, (sequence, *fields))])
    return sha256(before + text.encode()).digest()


class FaultKind(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    """A row is not the one that was hashed, or not behind the one before it."""
    MISSING = "missing"
    """A number is skipped."""
    DOUBLED = "doubled"
    """A number comes again, or out of order."""
    CUT = "cut"
    """The chain ends before a head that is known."""
    HEAD = "head"
    """The noted end is not the last row."""
    REPLACED = "replaced"
    """A row's hash is another than a seal's: the chain was made again."""
    FORGED = "forged"
    """A seal was not signed by a key that is trusted."""
    SEAL_MISSING = "seal-missing"
    """A seal that was made is not in the database."""


class Fault(NamedTuple):
    """One thing that is wrong, and the number of the row where it shows."""

    sequence: int
    kind: FaultKind


class Verdict(NamedTuple):
    """What came of proving a chain."""

    rows: int
    seals: int
    """Seals and heads that were compared."""
    faults: tuple[Fault, ...]
    """By number of the row."""
    newest: int
    """Greatest number that an outside head vouches for; 0 if none was given: later rows may be cut unseen."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class Sealed(NamedTuple):
    """What the chain is compared with."""

    inside: Sequence[Seal] = ()
    """Those in the database."""
    outside: Sequence[Seal] = ()
    """Copies that were kept elsewhere."""
    genuine: Callable[[Seal], bool] = lambda _: False
    """Whether a seal was signed by a key that is trusted."""


def streamed(trail: AuditTrail) -> Iterator[ChainRow]:
    """Read the whole chain, some rows at a time."""
    after = 0
    while rows := trail.chain(after, AT_ONCE):
        yield from rows
        if rows[-1].sequence <= after:  # numbers that do not rise would never end
            return
        after = rows[-1].sequence


def prove_beside(
    trail: AuditTrail, sealed: Sealed, passing: Callable[[Iterator[ChainRow], int], Iterable[ChainRow]]
) -> Verdict:
    """Prove a trail to which a hub goes on to add: up to its end of now, past every seal of before.

    `passing` hands the rows on and may say how far it is of how many. A row behind the end must have moved
    the end too, or somebody but a hub put it there.
    """
    head = trail.head()
    verdict = prove(passing(_until(streamed(trail), head.sequence), head.sequence), head, sealed)
    if trail.chain(head.sequence, 1) and trail.head().sequence <= head.sequence:
        faults = {*verdict.faults, Fault(head.sequence + 1, FaultKind.HEAD)}
        verdict = verdict._replace(faults=tuple(sorted(faults))[:MOST_FAULTS])
    return verdict


def _until(rows: Iterator[ChainRow], last: int) -> Iterator[ChainRow]:
    return takewhile(lambda row: row.sequence <= last, rows)


def prove(rows: Iterable[ChainRow], head: AuditHead, sealed: Sealed) -> Verdict:
    """Follow a chain from its first row to its head, past every seal."""
    faults: list[Fault] = []
    known = _known(sealed, faults)
    before, last, count = GENESIS, 0, 0
    most = len(faults) + MOST_FAULTS  # where every row is wrong, a list of them helps nobody
    for sequence, fields, claimed in rows:
        count += 1
        if len(faults) < most:
            faults += _out_of_order(last, sequence)
            if linked(before, sequence, fields) != claimed:
                faults.append(Fault(sequence, FaultKind.CHANGED))
            if known.get(sequence, claimed) != claimed:
                faults.append(Fault(sequence, FaultKind.REPLACED))
        before, last = claimed, sequence
    if any(one > last for one in known):
        faults.append(Fault(last + 1, FaultKind.CUT))
    if head != (last, before):
        faults.append(Fault(last if head.sequence == last else min(head.sequence, last) + 1, FaultKind.HEAD))
    newest = max((one.sequence for one in sealed.outside), default=0)
    compared = len(sealed.inside) + len(sealed.outside)
    return Verdict(count, compared, tuple(sorted(set(faults)))[:MOST_FAULTS], newest)


def _out_of_order(last: int, sequence: int) -> list[Fault]:
    if sequence > last + 1:
        return [Fault(last + 1, FaultKind.MISSING)]
    return [Fault(sequence, FaultKind.DOUBLED)] if sequence <= last else []


def _known(sealed: Sealed, faults: list[Fault]) -> Mapping[int, bytes]:
    """Return the hash that genuine seals give to rows, and note what is wrong with the seals themselves."""
    known: dict[int, bytes] = {}
    for one in (*sealed.inside, *sealed.outside):
        if not sealed.genuine(one):
            faults.append(Fault(one.sequence, FaultKind.FORGED))
        elif known.setdefault(one.sequence, one.hash) != one.hash:
            faults.append(Fault(one.sequence, FaultKind.REPLACED))
    numbers = {one.number for one in sealed.inside}
    last = max(numbers, default=0)
    missing = set(range(1, last + 1)) - numbers if last - len(numbers) < MOST_FAULTS else {last}
    if len(numbers) != len(sealed.inside) or missing:
        faults.append(Fault(0, FaultKind.SEAL_MISSING))
    inside = {one.number: one.hash for one in sealed.inside}
    faults += [
        Fault(one.sequence, FaultKind.SEAL_MISSING)
        for one in sealed.outside
        if sealed.genuine(one) and inside.get(one.number) != one.hash
    ]
    return known


def seal_text(number: int, head: AuditHead, at: int) -> bytes:
    """Write down what a seal signs."""
    return f"tsunagu audit seal 1\n{number}\n{head.sequence}\n{head.hash.hex()}\n{at}\n".encode()


def seal_written(seal: Seal) -> dict[str, str | int]:
    """Write a seal down for a place outside: JSON's words only."""
    number, sequence, digest, at, key, signature = seal
    return {
        "number": number,
        "sequence": sequence,
        "hash": digest.hex(),
        "at": at,
        "key": key.hex(),
        "signature": signature.hex(),
    }


def seal_read(written: object) -> Seal:
    """Read a seal back; raises `Invalid` where that is none. Whether it is genuine is another question."""
    try:
        read = dict(written)  # type: ignore[call-overload]
        return Seal(
            number=int(read["number"]),
            sequence=int(read["sequence"]),
            hash=bytes.fromhex(read["hash"]),
            at=int(read["at"]),
            key=bytes.fromhex(read["key"]),
            signature=bytes.fromhex(read["signature"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("this is no seal of an audit trail") from error
