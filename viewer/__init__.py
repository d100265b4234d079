"""What people see: pages of HTML from the server, and a few small scripts that make them quicker."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from hie.exchange.gate.declared import About, declares
from hie.exchange.services import Services
from viewer import failures, pages
from viewer.environment import STATIC
from viewer.policy import Policy
from viewer.screen import Screen
from viewer.stylesheet import NAME, digest, stylesheet


def routes() -> list[BaseRoute]:
    """Return the routes of all pages, and the folder of scripts and styles."""
    # Their own routes: an included router would match each path twice.
    found = [route for router in pages.collected() for route in router.routes]
    files = declares(None, About.NOTHING)(_Files(directory=STATIC))
    return [*found, Mount("/static", files, name="static")]


def furnish(app: FastAPI, services: Services) -> None:
    """Give `app` what pages need, their way of failing, and the policy headers."""
    app.state.screen = Screen(services)
    failures.register(app)
    app.add_middleware(Policy, secure=services.secure_cookies)


class _Files(StaticFiles):
    """Scripts and pictures as they lie in the folder, and the stylesheet joined of its parts."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer for one file."""
        if path != NAME or scope["method"] not in {"GET", "HEAD"}:
            return await super().get_response(path, scope)
        answer = Response(stylesheet(), media_type="text/css", headers={"etag": f'"{digest()}"'})
        if self.is_not_modified(answer.headers, Headers(scope=scope)):
            return NotModifiedResponse(answer.headers)
        return answer
