"""No route is mounted without saying for whom it is."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

import viewer.failures
from hie.clock import SystemClock
from hie.exchange.gate.declared import About, declares
from hie.hub.app import application
from hie.hub.entrance import Door, enclosed, guarded, requesting_role
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.record.errors import Misconfigured
from viewer import pages

OPEN_TO_ALL = {
    *("/health/audit", "/health/live", "/health/ready", "/here", "/language", "/static"),
    *("/sign-in", "/sign-in/passkey", "/sign-in/second", "/switch", "/switch/passkey"),
    *("/second-factor/new", "/second-factor/app", "/second-factor/code.svg", "/second-factor/passkey"),
    *("/invitation", "/invitation/accept"),
}
"""Every address that answers somebody who is not signed in."""
DOOR = Door(viewer.failures.refused, requesting_role)


def silent(request: Request) -> Response:
    """Say nothing of itself."""
    del request
    return PlainTextResponse("in")


@pytest.mark.parametrize("path", ["/forgotten", "/patients/{patient}/forgotten"])
def test_a_route_that_declares_nothing_is_not_mounted(path: str) -> None:
    with pytest.raises(Misconfigured, match=r"forgotten: the route does not declare"):
        enclosed([Route(path, silent)], DOOR, SystemClock())


def test_a_page_that_declares_nothing_keeps_the_hub_from_starting(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    forgotten = APIRouter()
    forgotten.get("/forgotten")(silent)
    collected = [*pages.collected(), forgotten]
    monkeypatch.setattr(pages, "collected", lambda: collected)
    hub = wire(Settings(data_dir=tmp_path_factory.mktemp("hub")))
    try:
        with pytest.raises(Misconfigured, match="/forgotten"):
            application(hub)
    finally:
        hub.thumbnails.close()
        hub.store.close()


def test_a_program_of_unknown_kind_is_not_mounted() -> None:
    for route in (WebSocketRoute("/socket", silent), Mount("/files", StaticFiles(directory="."))):
        with pytest.raises(Misconfigured):
            enclosed([route], DOOR, SystemClock())


def test_a_route_put_on_the_application_past_the_entrance_is_found() -> None:
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(
        enclosed([Route("/", declares(None, About.NOTHING)(silent))], DOOR, SystemClock())
    )
    assert [one.path for one in guarded(app.routes)] == ["/"]
    app.add_route("/past", silent)
    with pytest.raises(Misconfigured, match="/past: stands behind no entrance"):
        guarded(app.routes)


def test_every_route_of_the_hub_stands_behind_an_entrance(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    hub = wire(Settings(data_dir=tmp_path_factory.mktemp("hub")))
    try:
        found = guarded(application(hub).routes)
    finally:
        hub.thumbnails.close()
        hub.store.close()
    assert len(found) > 15
    open_to_all = {one.path for one in found if one.declared.audience is None}
    assert open_to_all == OPEN_TO_ALL
