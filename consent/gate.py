"""The gate: one question, one decision. The only maker of grants.

An entry is granted when some rule opens it and no rule closes it (design: how the gate thinks).
The answer to "nothing is opened" is a refusal with the reasons of the rules that closed, else
`no-consent`.
"""

from __future__ import annotations

from consent import rules
from consent._mint import MintedGrant
from consent.grant import Decision, Refusal
from consent.model import Question
from consent.rules import CLOSING, OPENING, Rule
from consent.scope import Box, Scope
from hie.record.requester import Purpose

LIFE_OF_A_GRANT = 120_000
"""Milliseconds; a grant serves one request and what it streams, never a later visit."""

rules.collect()


def decide(question: Question) -> Decision:
    """Answer `question` with a grant or a refusal; total, and closed by default."""
    opened, opening = _asked(OPENING, question)
    closed, closing = _asked(CLOSING, question)
    if not opened:
        return Refusal(
            question.requester,
            question.action,
            question.patient,
            closing or (_why_nothing_opened(question),),
            question.decisions.position,
        )
    return MintedGrant(
        question.requester,
        question.action,
        question.patient,
        opened,
        closed,
        opening,
        question.decisions.position,
        question.now + LIFE_OF_A_GRANT,
    )


def _asked(registered: dict[str, Rule], question: Question) -> tuple[Scope, tuple[str, ...]]:
    boxes: list[Box] = []
    reasons: list[str] = []
    for rule in registered.values():
        if question.action in rule.actions and (scope := rule.scope(question)):
            boxes.extend(scope)
            reasons.append(rule.reason)
    return tuple(boxes), tuple(reasons)


def _why_nothing_opened(question: Question) -> str:
    return "no-consent" if question.requester.purpose is Purpose.TREATMENT else "purpose"
