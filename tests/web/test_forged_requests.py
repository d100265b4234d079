"""Every form of the hub: sent from elsewhere, without its token, or with a session that is over (T-10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from fastapi import FastAPI

from hie.exchange.signing.browsers import token_hash
from hie.hub.app import application
from hie.hub.entrance import Guarded, guarded
from tests import looping
from tests.build.canaries import USERS, Region, tell
from tests.web.matrix.asking import Answer, ask

LONG = "0" * 32
FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "", "origin": "https://elsewhere.example"},
    {"sec-fetch-site": "", "origin": "null"},
    {"sec-fetch-site": ""},
)


class Forms(NamedTuple):
    """The region, and its forms."""

    region: Region
    app: FastAPI
    routes: tuple[Guarded, ...]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """Every route that changes something."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIE_DATABASE_URL", "memory://")
        patch.setenv("HIE_OBJECTS_URL", "memory://")
        region = tell(tmp_path_factory.mktemp("forged"))
    app = application(region.world.hub())
    return Forms(region, app, tuple(one for one in guarded(app.routes) if "POST" in one.methods))


def _login(route: Guarded) -> str:
    """Choose somebody for whom the route is."""
    audience = route.declared.audience
    return next(login for login, (_, role) in USERS.items() if audience is None or role in audience)


def _path(forms: Forms, route: Guarded) -> str:
    names = ("session", "account", "invitation", "act", "complaint", "batch", "number", "surrogate")
    filled = dict.fromkeys((*names, "facility", "row", "digest", "sequence", "page"), LONG)
    return route.path.format_map({**filled, "patient": forms.region.canaries[0].id})


def _asked(forms: Forms, route: Guarded, headers: dict[str, str], token: str | None) -> Answer:
    fields = {} if token is None else {"csrf_token": token}
    asked = ask(forms.app, "POST", _path(forms, route), _login(route), fields, headers)
    return looping.run(asked)


def _with(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value or name == "sec-fetch-site"}


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_form_is_taken_from_another_place(forms: Forms, headers: dict[str, str]) -> None:
    assert len(forms.routes) > 60
    wrong = [one.path for one in forms.routes if _asked(forms, one, _with(headers), None).status != 403]
    assert wrong == []


def test_no_form_is_taken_without_its_token(forms: Forms) -> None:
    closed = [one for one in forms.routes if one.declared.audience is not None]
    wrong = [
        one.path
        for one in closed
        for token in ("", "form of-somebody-else", LONG)
        if _asked(forms, one, {}, token).status != 403
    ]
    assert wrong == []


@pytest.fixture
def ended(forms: Forms) -> Iterator[None]:
    """All sessions are over meanwhile."""
    store = forms.region.world.store
    with store.look() as work:
        sessions = [work.sessions.find(token_hash(login), forms.region.world.clock.now()) for login in USERS]
    with store.work() as work:
        for login in USERS:
            work.sessions.close(token_hash(login))
    yield
    with store.work() as work:
        for found in sessions:
            assert found is not None
            work.sessions.open(found[0])


@pytest.mark.usefixtures("ended")
def test_no_form_is_taken_with_a_session_that_is_over(forms: Forms) -> None:
    closed = [one for one in forms.routes if one.declared.audience is not None]
    for route in closed:
        answer = _asked(forms, route, {}, f"form {_login(route)}")
        assert (answer.status, answer.header("location")) == (303, "/sign-in"), route.path
