"""T-25: whoever edits, deletes, inserts, reorders, truncates or rolls back the audit trail is found.

Two attackers. The clumsy one changes rows and nothing else: the chain itself shows it. The able one can
write the whole database: every hash is made again, the head moved, seals dropped or forged with a
key of their own. Only what lies elsewhere shows that, up to the newest head that lies there.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import pytest

from hie.exchange.ports import AuditEvent, AuditHead, ChainRow, Seal
from hie.exchange.trail.auditing import GENESIS, Fault, FaultKind, Sealed, linked, prove
from hie.hub.heads import SealingKey, is_genuine
from hie.record.requester import Purpose, Requester, Role
from hie.store.audit import chained
from tests import filed as our

ROWS = 60
TRIES = 1_500
WHO = Requester("u1", "見本 医師", our.CLINIC, Role.DOCTOR, Purpose.TREATMENT)


class State(NamedTuple):
    """What the database holds."""

    rows: list[ChainRow]
    head: AuditHead
    seals: list[Seal]


class Keys(NamedTuple):
    """The hub's key and an attacker's."""

    hub: SealingKey
    attacker: SealingKey


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Two keys."""
    return Keys(SealingKey(tmp_path_factory.mktemp("hub")), SealingKey(tmp_path_factory.mktemp("attacker")))


@pytest.fixture(scope="module")
def kept(keys: Keys) -> State:
    """A trail of sixty rows, sealed every few rows, the last row too."""
    events = [
        AuditEvent(
            at, WHO, "view", "granted", our.HANAKO, at % 7, ("consent-in-force",), at, f"{at}-{at + 1}"
        )
        for at in range(ROWS)
    ]
    rows = chained(GENESIS, 0, events)
    sealed = (5, 6, 17, 30, 44, 59, ROWS)
    seals = [keys.hub.seal(n, AuditHead(at, rows[at - 1].hash), n) for n, at in enumerate(sealed, 1)]
    return State(rows, AuditHead(ROWS, rows[-1].hash), seals)


@pytest.fixture(scope="module")
def genuine(keys: Keys, kept: State) -> Callable[[Seal], bool]:
    """Ask about each seal once: signatures are slow, and the tries are many."""
    known = {one: is_genuine(one, {keys.hub.public}) for one in kept.seals}
    return lambda one: known[one] if one in known else is_genuine(one, {keys.hub.public})


def _faults(state: State, outside: list[Seal], genuine: Callable[[Seal], bool]) -> tuple[Fault, ...]:
    return prove(state.rows, state.head, Sealed(state.seals, outside, genuine)).faults


def _changed(row: ChainRow, chance: Random) -> ChainRow:
    fields = list(row.fields)
    place = chance.randrange(len(fields))
    value = fields[place]
    fields[place] = (
        value + chance.choice((-1, 1)) if isinstance(value, int) else f"{value}{chance.choice('x0 ')}"
    )
    return row._replace(fields=tuple(fields))


def _edit(rows: list[ChainRow], chance: Random) -> None:
    place = chance.randrange(len(rows))
    rows[place] = _changed(rows[place], chance)


def _delete(rows: list[ChainRow], chance: Random) -> None:
    start = chance.randrange(len(rows) - 1)
    del rows[start : start + chance.randrange(1, 4)]
    if len(rows) == ROWS:
        rows.pop()


def _insert(rows: list[ChainRow], chance: Random) -> None:
    place = chance.randrange(len(rows))
    rows.insert(place, _changed(rows[chance.randrange(len(rows))], chance))


def _reorder(rows: list[ChainRow], chance: Random) -> None:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]


def _truncate(rows: list[ChainRow], chance: Random) -> None:
    del rows[chance.randrange(len(rows)) :]


ATTACKS = (_edit, _delete, _insert, _reorder, _truncate)


def _again(rows: list[ChainRow]) -> list[ChainRow]:
    """Number and hash rows anew, as who can write the database would."""
    made, before = [], GENESIS
    for sequence, row in enumerate(rows, 1):
        before = linked(before, sequence, row.fields)
        made.append(ChainRow(sequence, row.fields, before))
    return made


def _ends(rows: list[ChainRow]) -> AuditHead:
    return AuditHead(rows[-1].sequence, rows[-1].hash) if rows else AuditHead(0, GENESIS)


def test_what_nobody_touched_is_sound(kept: State, genuine: Callable[[Seal], bool]) -> None:
    assert not _faults(kept, kept.seals, genuine)
    assert not _faults(kept, [], genuine)
    assert not _faults(State([], AuditHead(0, GENESIS), []), [], genuine)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_clumsy_attack_is_found_by_the_chain_alone(
    attack: Callable[[list[ChainRow], Random], None], kept: State, genuine: Callable[[Seal], bool]
) -> None:
    chance = Random(attack.__name__)
    for _ in range(TRIES):
        rows = list(kept.rows)
        attack(rows, chance)
        if rows == kept.rows:
            continue
        assert _faults(State(rows, kept.head, []), [], genuine), rows
        numbered = [row._replace(sequence=number) for number, row in enumerate(rows, 1)]
        assert _faults(State(numbered, kept.head, []), [], genuine), rows


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_makes_the_chain_again_is_found_by_the_seals(
    attack: Callable[[list[ChainRow], Random], None], kept: State, genuine: Callable[[Seal], bool]
) -> None:
    chance = Random(attack.__name__)
    for _ in range(TRIES):
        rows = list(kept.rows)
        attack(rows, chance)
        rows = _again(rows)
        if rows != kept.rows:
            assert _faults(State(rows, _ends(rows), kept.seals), [], genuine), rows


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_makes_chain_and_seals_again_is_found_by_the_heads_outside(
    attack: Callable[[list[ChainRow], Random], None], kept: State, keys: Keys, genuine: Callable[[Seal], bool]
) -> None:
    chance = Random(attack.__name__)
    for number in range(TRIES):
        rows = list(kept.rows)
        attack(rows, chance)
        rows = _again(rows)
        if rows == kept.rows:
            continue
        seals = [one for one in kept.seals if one.sequence <= len(rows)]
        seals = [one for one in seals if rows[one.sequence - 1].hash == one.hash]
        if number % 10 == 0:  # forging takes time
            seals = [keys.attacker.seal(1, _ends(rows), 1)]
        assert _faults(State(rows, _ends(rows), seals), kept.seals[-1:], genuine), rows


def test_a_database_put_back_is_found_by_the_heads_outside_and_by_nothing_else(
    kept: State, genuine: Callable[[Seal], bool]
) -> None:
    for length in range(ROWS):
        rows = kept.rows[:length]
        state = State(rows, _ends(rows), [one for one in kept.seals if one.sequence <= length])
        assert not _faults(state, [], genuine)
        assert _faults(state, kept.seals, genuine)
        assert Fault(length + 1, FaultKind.CUT) in _faults(state, kept.seals[-1:], genuine)


def test_rows_after_the_newest_head_outside_are_not_vouched_for(
    kept: State, genuine: Callable[[Seal], bool]
) -> None:
    rows = _again(kept.rows[:-1])
    state = State(rows, _ends(rows), kept.seals[:-1])
    outside = kept.seals[:-1]
    assert not _faults(state, outside, genuine)
    assert prove(state.rows, state.head, Sealed(state.seals, outside, genuine)).newest == 59


def test_the_first_bad_row_is_named(kept: State, genuine: Callable[[Seal], bool]) -> None:
    chance = Random(1)
    for place in range(ROWS):
        rows = list(kept.rows)
        rows[place] = _changed(rows[place], chance)
        assert _faults(State(rows, kept.head, kept.seals), [], genuine)[0] == (place + 1, FaultKind.CHANGED)
        gone = [row for row in kept.rows if row.sequence != place + 1]
        assert _faults(State(gone, kept.head, kept.seals), [], genuine)[0].sequence == place + 1


def test_a_seal_that_is_forged_dropped_or_changed_is_found(
    kept: State, keys: Keys, genuine: Callable[[Seal], bool]
) -> None:
    forged = keys.attacker.seal(8, kept.head, 9)
    assert (ROWS, FaultKind.FORGED) in _faults(kept._replace(seals=[*kept.seals, forged]), [], genuine)
    borrowed = forged._replace(key=keys.hub.public)
    assert (ROWS, FaultKind.FORGED) in _faults(kept._replace(seals=[*kept.seals, borrowed]), [], genuine)
    for number, one in enumerate(kept.seals):
        less = kept._replace(seals=kept.seals[:number] + kept.seals[number + 1 :])
        if one != kept.seals[-1]:
            assert FaultKind.SEAL_MISSING in {fault.kind for fault in _faults(less, [], genuine)}
        assert FaultKind.SEAL_MISSING in {fault.kind for fault in _faults(less, kept.seals, genuine)}
        for other in (
            one._replace(sequence=one.sequence + 1),
            one._replace(hash=bytes(32)),
            one._replace(at=one.at + 1),
            one._replace(number=one.number + 1),
        ):
            assert not genuine(other)


def test_a_trail_where_every_row_is_wrong_names_a_few(kept: State, genuine: Callable[[Seal], bool]) -> None:
    rows = [row._replace(hash=bytes(32)) for row in kept.rows]
    assert 1 <= len(_faults(State(rows, kept.head, []), [], genuine)) <= 21


def test_fields_cannot_be_shifted_into_one_another() -> None:
    assert linked(GENESIS, 1, ("ab", "c")) != linked(GENESIS, 1, ("a", "bc"))
    assert linked(GENESIS, 1, ("1:a", "")) != linked(GENESIS, 1, ("", "1:a"))
    assert linked(GENESIS, 1, (12, "x")) != linked(GENESIS, 11, (2, "x"))
