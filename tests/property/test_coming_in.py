"""No order of events makes an account active without an approval by another than its inviter (T-30)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from hie.exchange.ports import AccountState, Outcome, Post, Store
from hie.exchange.roster import facilities, inviting, people
from hie.exchange.roster.facilities import Joining
from hie.exchange.roster.inviting import Chosen, Draft, Letter
from hie.record.errors import HieError
from hie.record.requester import Requester, Role
from hie.store import open_store
from tests import desks
from tests.desks import CLINIC, HOSPITAL, LIAISON, OFFICER, SEKI, TANI, MovingClock

PASSWORD = "kurage to umibe no sanpo"
KEEPERS = (SEKI, TANI, LIAISON, OFFICER, desks.requester("x", CLINIC, Role.LIAISON))
ACTS = ("invite", "accept", "stranger", "approve", "refuse", "withdraw", "renew", "propose")
SELDOM = ("leave", "suspend", "resume", "attest", "rest", "return", "wait")
STORIES, STEPS = 300, 60
ROLES = (Role.NURSE, Role.DOCTOR, Role.LIAISON)
FOUNDERS = {one.user for one in desks.STAFF}


class Story:
    """Does what a list of steps says, whoever may."""

    def __init__(self) -> None:
        """Begin with the desks and their staff."""
        self.clock = MovingClock()
        self.store: Store = open_store("memory://", "memory://")
        desks.settle(self.store, self.clock)
        self.letters: list[Letter] = []
        self.proposals: list[str] = []
        self.done = Counter[str]()

    def act(self, name: str, who: Requester, which: int) -> None:
        """Do one step; what is refused is refused."""
        try:
            getattr(self, name)(who, which)
        except HieError:
            return
        self.done[name] += 1

    def invite(self, who: Requester, which: int) -> None:
        place = HOSPITAL if which < 4 else CLINIC
        draft = Draft(f"見本 {len(self.letters)}", place, ROLES[which % 3], f"{len(self.letters)}77")
        self.letters.append(inviting.invite(self.store, self.clock, who, draft))

    def accept(self, who: Requester, which: int) -> None:
        del who
        letter = self._letter(which)
        chosen = Chosen(letter.invitation.number, f"new{which}", PASSWORD, agreed=True)
        inviting.accept(desks.reception(self.store, self.clock), letter.code, "here", chosen)

    def stranger(self, who: Requester, which: int) -> None:
        chosen = Chosen("0", f"thief{which}", PASSWORD, agreed=True)
        reception = desks.reception(self.store, self.clock)
        inviting.accept(reception, self._letter(which).code, who.user, chosen)

    def approve(self, who: Requester, which: int) -> None:
        inviting.approve(self.store, self.clock, who, self._id(which))

    def refuse(self, who: Requester, which: int) -> None:
        inviting.refuse(self.store, self.clock, who, self._id(which))

    def withdraw(self, who: Requester, which: int) -> None:
        inviting.withdraw(self.store, self.clock, who, self._id(which))

    def renew(self, who: Requester, which: int) -> None:
        self.letters.append(inviting.renew(self.store, self.clock, who, self._id(which)))

    def propose(self, who: Requester, which: int) -> None:
        post = Post(self._account(which), HOSPITAL if which % 2 else CLINIC, ROLES[which % 3])
        self.proposals.append(inviting.propose(self.store, self.clock, who, post).id)

    def leave(self, who: Requester, which: int) -> None:
        people.leave(self.store, self.clock, who, self._account(which))

    def suspend(self, who: Requester, which: int) -> None:
        people.suspend(self.store, self.clock, who, self._account(which))

    def resume(self, who: Requester, which: int) -> None:
        people.resume(self.store, self.clock, who, self._account(which))

    def attest(self, who: Requester, which: int) -> None:
        del which
        with self.store.look() as work:
            everybody = [person.account.id for person in work.roster.people()]
        people.attest(self.store, self.clock, who, everybody)

    def rest(self, who: Requester, which: int) -> None:
        del which
        people.rest_unattested(self.store, self.clock, who)

    def wait(self, who: Requester, which: int) -> None:
        del who
        self.clock.pass_days(which * 10)

    def _letter(self, which: int) -> Letter:
        if not self.letters:
            raise HieError
        return self.letters[which % len(self.letters)]

    def _id(self, which: int) -> str:
        open_ones = [letter.invitation.id for letter in self.letters] + self.proposals
        if not open_ones:
            raise HieError
        return open_ones[which % len(open_ones)]

    def _account(self, which: int) -> str:
        with self.store.look() as work:
            everybody = [person.account.id for person in work.roster.people()]
        return everybody[which % len(everybody)]


def _return(story: Story, who: Requester, which: int) -> None:
    facilities.leave(story.store, story.clock, who, HOSPITAL if which % 2 else CLINIC)
    back = desks.PLACES[1 if which % 2 else 2]
    facilities.join(
        story.store, story.clock, who, Joining(back.code, back.name, back.short_name, back.kind.value)
    )


setattr(Story, "return", _return)


def tell(story: Story, seed: int) -> None:
    """Do many things in an order that nobody planned, and look after each."""
    random = Random(seed)
    for _ in range(STEPS):
        name = random.choice(SELDOM if random.random() < 0.2 else ACTS)
        story.act(name, random.choice(KEEPERS), random.randrange(6))
        story.clock.at += 1
        look(story)


def look(story: Story) -> None:
    """Say of everybody how they came in."""
    with story.store.look() as work:
        everybody, log = work.roster.people(), work.invitations.since(0)
    for person in everybody:
        account = person.account
        if account.id in FOUNDERS:
            continue
        (made,) = [one for one in log if one.account == account.id and one.secret]
        assert made.accepted_at
        if account.state is AccountState.ACTIVE or person.posts:
            assert made.outcome is Outcome.APPROVED
        # Every post was approved by somebody who neither proposed it nor holds it.
        for post in person.posts:
            where = (account.id, post.facility, post.role, Outcome.APPROVED)
            whys = [one for one in log if (one.account, one.facility, one.role, one.outcome) == where]
            assert whys
            assert all(why.decided_by not in {"", why.invited_by, account.id} for why in whys)


@pytest.fixture(scope="module")
def happened() -> Counter[str]:
    done = Counter[str]()
    for seed in range(STORIES):
        story = Story()
        tell(story, seed)
        done.update(story.done)
    return done


def test_nobody_comes_in_by_one_persons_act(happened: Counter[str]) -> None:
    assert set(happened) == {*ACTS, *SELDOM} - {"stranger"}


def test_each_way_is_gone_often_enough_to_say_so(happened: Counter[str]) -> None:
    assert {name: count for name, count in happened.items() if count < 5} == {}
