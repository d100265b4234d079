"""The gate: one question, one decision. The only maker of grants.

An entry is granted when some rule opens it and no rule closes it. Where nothing is left open
the answer is a refusal with the reasons of the rules that closed, else what is missing: a grant
that covers no entry would still open the patient's name and numbers.

Maintenance is the other way round: it may touch only what its custodian could not file now.
"""

from __future__ import annotations

from consent import rules
from consent._mint import SEAL, MintedGrant, MintedMaintenanceGrant
from consent.grant import Decision, Grant, MaintenanceGrant, MaintenanceTask, Refusal
from consent.missing import what_is_missing
from consent.model import Action, Question
from consent.rules import CLOSING, OPENING, Rule
from consent.scope import Box, leaves_something

LIFE_OF_A_GRANT = 120_000
"""Milliseconds; a grant serves one request and what it streams, never a later visit."""

rules.collect()


def decide(question: Question) -> Decision:
    """Answer `question` with a grant or a refusal; total, and closed by default."""
    closing = _asked(CLOSING, question)
    closed = tuple(box for _, box in closing)
    opened = _asked(OPENING, question)
    opening = [(reason, box) for reason, box in opened if leaves_something(box, closed)]
    if not opening:
        return Refusal(
            question.requester,
            question.action,
            question.patient,
            _reasons(_closers(opened, closing)) or (what_is_missing(question),),
            question.decisions.position,
        )
    return MintedGrant(
        question.requester,
        question.action,
        question.patient,
        tuple(box for _, box in opening),
        closed,
        _reasons(opening),
        question.decisions.position,
        question.now + LIFE_OF_A_GRANT,
        SEAL,
    )


def maintain(question: Question, task: MaintenanceTask, reason: str) -> MaintenanceGrant:
    """Give leave for a named task with what the custodian that asks `question` could not file now.

    Raise `ValueError` where the question is not about filing, or where no reason is given.
    """
    if question.action is not Action.PUBLISH or not reason:
        raise ValueError("maintenance asks as the custodian who files, and says why")
    decision = decide(question)
    return MintedMaintenanceGrant(
        question.requester,
        task,
        reason,
        question.patient,
        decision if isinstance(decision, Grant) else None,
        question.decisions.position,
        question.now + LIFE_OF_A_GRANT,
        SEAL,
    )


def _asked(registered: dict[str, Rule], question: Question) -> list[tuple[str, Box]]:
    """Return each box with its rule's reason."""
    return [
        (rule.reason, box)
        for rule in registered.values()
        if question.action in rule.actions
        for box in rule.scope(question)
        if not box.is_empty
    ]


def _reasons(boxes: list[tuple[str, Box]]) -> tuple[str, ...]:
    """Name each reason once, sorted: the order of rules must not show."""
    return tuple(sorted({reason for reason, _ in boxes}))


def _closers(opened: list[tuple[str, Box]], closing: list[tuple[str, Box]]) -> list[tuple[str, Box]]:
    """Name the closed boxes that matter: those that close whole facilities, else what closed by parts."""
    whole = [(reason, box) for reason, box in closing if box.classes is None and not box.bearing]
    return whole or [(reason, box) for reason, box in closing if opened and not box.bearing]
