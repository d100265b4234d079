"""Deciding for many at once, on every keeper: a number that no database takes fails nobody's question."""

from __future__ import annotations

from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Store
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester, Role
from tests import filed as our

WHO = Requester("u1", "見本 医師", our.CLINIC, Role.DOCTOR, Purpose.TREATMENT)


def test_a_number_with_nul_is_refused_beside_the_others(store: Store) -> None:
    with store.work() as work:
        our.members(work)
        our.linked(work)
        our.linked(work, our.CLINIC)
        our.consented(work)
        asked = [Asked(WHO, PatientId(text), "view") for text in ("\0", our.HANAKO, "\ud800")]
        answers = admit(work, our.NOW, asked)
    assert [answer.grant is not None for answer in answers] == [False, True, False]
