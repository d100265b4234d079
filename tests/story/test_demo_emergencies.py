"""The demo's desk has an emergency to review at the first look, and one that is reviewed."""

from __future__ import annotations

from pathlib import Path

from hie.cli._emergencies import tell_emergencies
from hie.cli.found import fill
from hie.clock import SystemClock
from hie.exchange.breakglass.emergency_reviews import queue, settled
from hie.exchange.signing.sessions import requester_of
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import load
from hie.store import open_store


def test_one_emergency_waits_and_one_is_reviewed(tmp_path: Path) -> None:
    for _ in generate(RegionPlan(patients=7, hospitals=3, years=1, feeds=False), tmp_path):
        pass
    region = load(tmp_path)
    store = open_store("memory://", "memory://")
    fill(store, region, "tsunagu-demo")
    assert tell_emergencies(store, SystemClock(), region) is not None
    with store.look() as work:
        account = work.accounts.find("kanno")
    assert account is not None
    officer = requester_of(account)
    assert [one.session.reason for one in queue(store, officer)] == ["unconscious"]
    assert [(one.session.reason, one.review.reviewer) for one in settled(store, officer)] == [
        ("transferred", "kanno")
    ]
