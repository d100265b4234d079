"""What people see: pages of HTML from the server, and a few small scripts that make them quicker."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from hie.exchange.gate.declared import About, declares
from hie.exchange.services import Services
from viewer import failures, pages
from viewer.environment import STATIC
from viewer.policy import Policy
from viewer.screen import Screen


def routes() -> list[BaseRoute]:
    """Return the routes of all pages, and the folder of scripts and styles."""
    # Their own routes: an included router would match each path twice.
    found = [route for router in pages.collected() for route in router.routes]
    files = declares(None, About.NOTHING)(StaticFiles(directory=STATIC))
    return [*found, Mount("/static", files, name="static")]


def furnish(app: FastAPI, services: Services) -> None:
    """Give `app` what pages need, their way of failing, and the policy headers."""
    app.state.screen = Screen(services)
    failures.register(app)
    app.add_middleware(Policy, secure=services.secure_cookies)
