"""Whatever order facilities join, rest, leave and come back in: what ended stays ended (security I10)."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.model import FOREVER
from hie.exchange.ports import AccountState, Post, Store
from hie.exchange.roster import facilities, people
from hie.exchange.roster.facilities import Joining
from hie.record.errors import Conflict
from hie.record.requester import Role
from hie.store import open_store
from tests import desks
from tests.desks import HOSPITAL, SEKI, MovingClock

BACK = Joining(HOSPITAL, "見本病院", "見本", "hospital")
ACTS = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "suspend", "resume", "notice", "post"]), st.integers(0, 40)),
    max_size=25,
)


class Expected(NamedTuple):
    """What a reader of the acts alone would say."""

    inside: bool = True
    rests: bool = False
    began: int = 0
    told: int = FOREVER


def expected(state: Expected, act: str, at: int) -> Expected | None:
    """Return what follows, or none where the act is refused."""
    if act == "join":
        return None if state.inside else Expected(began=at)
    if not state.inside:
        return None
    if act == "leave":
        return state._replace(inside=False, rests=False)
    if act == "resume":
        return state._replace(rests=False) if state.rests else None
    if state.rests:
        return None
    return state._replace(rests=True) if act == "suspend" else state._replace(told=min(state.told, at))


def attempt(store: Store, clock: MovingClock, act: str) -> bool:
    """Do an act as the secretariat does; say whether it was taken."""
    try:
        if act == "join":
            facilities.join(store, clock, SEKI, BACK)
        elif act == "notice":
            facilities.notice(store, clock, SEKI, HOSPITAL, clock.now())
        else:
            getattr(facilities, act)(store, clock, SEKI, HOSPITAL)
    except Conflict:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_the_region_says_what_was_done_and_nothing_comes_back_by_itself(acts: list[tuple[str, int]]) -> None:
    clock = MovingClock()
    store = open_store("memory://", "memory://")
    desks.settle(store, clock)
    state, posts = Expected(), {"mori": 0}
    for number, (act, days) in enumerate(acts):
        clock.pass_days(days)
        clock.at += 1
        if act == "post":
            if state.inside:
                posts[f"n{number}"] = clock.now()
                account = desks.account_of(store, "seki")._replace(
                    id=f"n{number}", login=f"n{number}", facility=HOSPITAL, role=Role.NURSE
                )
                with store.work() as work:
                    work.posts.begin(Post(account.id, HOSPITAL, Role.NURSE, clock.now()))
                    people.enter(work, clock.now(), SEKI, [account])
            continue
        after = expected(state, act, clock.now())
        assert attempt(store, clock, act) == (after is not None)
        state = after or state
        check(store, clock, state, posts)


def check(store: Store, clock: MovingClock, state: Expected, posts: dict[str, int]) -> None:
    """Compare the region, the posts and the accounts with what is expected."""
    now = clock.now()
    with store.look() as work:
        region = work.directory.region()
        membership = region.members[HOSPITAL]
        acting = {post.account for post in work.posts.at(HOSPITAL, now)}
        known = work.roster.known(list(posts))
    assert region.takes_part(HOSPITAL, now) == (state.inside and not state.rests)
    term = membership.term(now)
    assert (term is not None) == state.inside
    if term is not None:
        assert (term.joined_at, term.noticed_at, term.left_at) == (state.began, state.told, FOREVER)
    ends = [edge for one in membership.terms for edge in (one.joined_at, one.left_at)]
    assert ends == sorted(ends)
    # Who acts here now began in the present term: no post of an earlier one lives.
    assert acting & set(posts) == {
        one for one, since in posts.items() if state.inside and since >= state.began
    }
    for one, person in known.items():
        assert (person.account.state is AccountState.ACTIVE) == (one in acting)
