"""Who waits for a password to be checked holds few of the threads that the pages need."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hie.hub.passwords import AT_ONCE, MOST_WAITING, Argon2Passwords
from hie.record.errors import Unavailable


def test_of_many_passwords_at_once_most_are_sent_away() -> None:
    passwords = Argon2Passwords()
    encoded = passwords.hash("kurage to umibe no sanpo")

    def check(password: str) -> str:
        try:
            return "right" if passwords.matches(encoded, password) else "wrong"
        except Unavailable:
            return "busy"

    with ThreadPoolExecutor(40) as many:
        said = list(many.map(check, ["guess"] * 40))
    assert said.count("wrong") >= AT_ONCE + MOST_WAITING
    assert said.count("busy") > 0
    assert check("kurage to umibe no sanpo") == "right"
