"""A hub that others reach does not start without what guards it."""

from __future__ import annotations

import pytest

from hie.hub.settings import Settings
from hie.hub.standing_open import check_openness
from hie.record.errors import Misconfigured

PUBLIC = {"host": "192.0.2.7", "public_url": "https://hub.example", "secure_cookies": True}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"secure_cookies": True},
        {"second_factor": "off"},
        {"host": "::1", "second_factor": "off", "public_url": "http://localhost:8000"},
        {"public_url": "https://hub.example", "secure_cookies": True, "trusted_proxies": "10.0.0.1"},
        PUBLIC,
    ],
)
def test_what_guards_people_lets_a_hub_start(given: dict[str, object]) -> None:
    check_openness(Settings(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"public_url": "https://hub.example"}, "secure_cookies"),
        ({"public_url": "http://hub.example", "secure_cookies": True}, "public_url"),
        ({"public_url": "hub.example"}, "public_url"),
        ({"host": "::"}, "public_url"),
        ({"host": "192.0.2.7", "second_factor": "off"}, "second_factor"),
        ({"trusted_proxies": "127.0.0.1"}, "public_url"),
        (PUBLIC | {"second_factor": "off"}, "second_factor"),
        (PUBLIC | {"host": "127.0.0.1", "second_factor": "off"}, "second_factor"),
    ],
)
def test_a_hub_that_would_stand_open_is_told_which_setting(given: dict[str, object], named: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{named}:"):
        check_openness(Settings(**given))  # type: ignore[arg-type]
