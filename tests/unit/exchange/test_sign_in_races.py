"""What happens while a password is being checked counts: nobody comes back by an act that began before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import Account, AccountState, Store
from hie.exchange.roster import lost_devices, people
from hie.exchange.signing.browsers import Visit, token_hash
from hie.exchange.signing.own_devices import change_password
from hie.exchange.signing.proofs import Proofs, Reception, Rules, Site
from hie.exchange.signing.sessions import found_session, requester_of
from hie.exchange.signing.signing_in import SignedIn, SignInFailed, act_as, confirm, sign_in
from hie.hub.authenticator_apps import PyOtpApps
from hie.hub.guessable import Guessable
from hie.hub.passkeys import WebAuthnPasskeys
from hie.record.errors import Conflict, NotFound
from hie.record.requester import NOWHERE
from hie.store import open_store
from tests import desks
from tests.desks import HOSPITAL, SEKI, MovingClock, account_of

NEW = "kurage to umibe no sanpo"
SITE = Site("localhost", "http://localhost")


class Meanwhile(desks.PlainPasswords):
    """Passwords whose next check takes long enough for something to happen."""

    def __init__(self) -> None:
        self.happens: Callable[[], object] = int

    def hash(self, password: str) -> str:
        """Return the password, after what happens."""
        self._pass()
        return super().hash(password)

    def matches(self, encoded: str, password: str) -> bool:
        """Compare, after what happens."""
        self._pass()
        return super().matches(encoded, password)

    def _pass(self) -> None:
        happens, self.happens = self.happens, int
        happens()


class Place:
    """A region, whose doctor Mori signs in by a password."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.passwords = store, MovingClock(), Meanwhile()
        desks.settle(store, self.clock)
        proofs = Proofs(self.passwords, Guessable(), PyOtpApps(), WebAuthnPasskeys("Tsunagu"))
        self.reception = Reception(store, self.clock, proofs, Rules(second_factor=False))

    def sign_in(self) -> SignedIn:
        """Sign the doctor in."""
        return sign_in(self.reception, "mori", "mori", Visit())

    def change(self, done: SignedIn) -> None:
        """Give the doctor a new password, as themselves."""
        change_password(self.reception, requester_of(done.account, done.session), "mori", NEW)

    def is_in(self, token: str) -> bool:
        """Say whether a session lives."""
        with self.store.look() as work:
            return found_session(work, token_hash(token), self.clock.now()) is not None


@pytest.fixture(params=["memory", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    store = open_store(url, "memory://")
    yield Place(store)
    store.close()


def test_a_session_that_was_ended_is_not_confirmed(place: Place) -> None:
    done = place.sign_in()
    place.passwords.happens = lambda: lost_devices.stop_all(place.store, place.clock, SEKI, "mori")
    with pytest.raises(NotFound):
        confirm(place.reception, SITE, done.token, "mori", Visit(session=done.token), passkey=False)
    assert not place.is_in(done.token)


def test_a_session_is_carried_on_once(place: Place) -> None:
    done = place.sign_in()
    post = (done.session.facility, done.session.role)
    assert place.is_in(act_as(place.reception, done.token, *post, NOWHERE).token)
    with pytest.raises(NotFound):
        act_as(place.reception, done.token, *post, NOWHERE)


@pytest.mark.parametrize(
    ("act", "state"), [(people.suspend, AccountState.SUSPENDED), (people.leave, AccountState.STOPPED)]
)
def test_who_rests_or_left_does_not_come_back_by_a_new_password(
    place: Place, act: Callable[..., None], state: AccountState
) -> None:
    done = place.sign_in()
    place.passwords.happens = lambda: act(place.store, place.clock, SEKI, "mori")
    with pytest.raises(NotFound):
        place.change(done)
    found = account_of(place.store, "mori")
    assert (found.state, found.password_hash in {"", "hash mori"}) == (state, True)
    with pytest.raises(SignInFailed):
        sign_in(place.reception, "mori", NEW, Visit())


def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(place: Place) -> None:
    done = place.sign_in()
    place.passwords.happens = lambda: place.change(done)
    with pytest.raises(SignInFailed):
        place.sign_in()


def test_a_login_is_not_taken_over_by_another_account(place: Place) -> None:
    with place.store.work() as work, pytest.raises(Conflict):
        work.accounts.add(Account("thief", "mori", "別人", HOSPITAL, SEKI.role, "hash thief"))
    assert account_of(place.store, "mori").id == "mori"
