"""When a decision counts from: never before one that is already there, and not before others can see it.

A moment that is taken before the transaction waits for another one lies before what was committed
meanwhile; who asks later what was open in between is told otherwise than it was (security I25).
"""

from __future__ import annotations

from hie.exchange.ports import Clock, LocalNumber, UnitOfWork


def decided_at(work: UnitOfWork, clock: Clock) -> int:
    """Wait for everybody else who decides, and return the moment of what is decided in this transaction.

    Milliseconds since 1970; never less than that of the last decision.
    """
    last = work.links.turn()
    return max(clock.now(), last)


def decided_about(work: UnitOfWork, clock: Clock, number: LocalNumber | None) -> int:
    """Do what `decided_at` does, holding a number first: who files takes the two in that order."""
    if number is not None:
        work.patients.resolve(number.local.facility, [number.local.value])
    return decided_at(work, clock)
