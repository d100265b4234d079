"""The promises of `Posts`."""

from __future__ import annotations

from hie.exchange.ports import Post, Store
from hie.record.requester import Role
from tests import filed as our

HERE = Post("a1", our.CLINIC, Role.DOCTOR, 100)
THERE = Post("a1", our.HOSPITAL, Role.DOCTOR, 200)


def test_a_post_is_held_from_its_beginning_to_its_end(store: Store) -> None:
    with store.work() as work:
        work.posts.begin(HERE)
        work.posts.begin(THERE)
        assert work.posts.end(HERE, 300)
        assert work.accounts.posts("a1", 99) == []
        assert work.accounts.posts("a1", 299) == [HERE._replace(ends_at=300), THERE]
        assert work.accounts.posts("a1", 300) == [THERE]


def test_an_ended_post_stays_in_the_history(store: Store) -> None:
    with store.work() as work:
        work.posts.begin(HERE)
        work.posts.end(HERE, 300)
        work.posts.begin(HERE._replace(starts_at=400))
        assert work.posts.history("a1") == [HERE._replace(ends_at=300), HERE._replace(starts_at=400)]
        assert work.posts.history("a2") == []


def test_the_same_post_is_held_once(store: Store) -> None:
    with store.work() as work:
        work.posts.begin(HERE)
        work.posts.begin(HERE._replace(starts_at=500))
        assert work.posts.history("a1") == [HERE]


def test_a_post_ended_and_begun_in_one_moment_is_held(store: Store) -> None:
    with store.work() as work:
        work.posts.begin(HERE)
        work.posts.end(HERE, 100)
        work.posts.begin(HERE)
        assert work.accounts.posts("a1", 100) == [HERE]


def test_only_what_has_not_ended_ends(store: Store) -> None:
    with store.work() as work:
        assert not work.posts.end(HERE, 300)
        work.posts.begin(HERE)
        assert work.posts.end(HERE, 300)
        assert not work.posts.end(HERE, 400)
        assert work.posts.history("a1") == [HERE._replace(ends_at=300)]


def test_those_who_act_at_a_facility_are_found(store: Store) -> None:
    other = Post("a0", our.CLINIC, Role.NURSE, 100)
    with store.work() as work:
        for post in (HERE, THERE, other):
            work.posts.begin(post)
        assert work.posts.at(our.CLINIC, 150) == [other, HERE]
        assert work.posts.at(our.CLINIC, 99) == []
