"""What people see: pages of HTML from the server, and a few small scripts that make them quicker."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from hie.exchange.services import Services
from viewer import failures, pages
from viewer.environment import STATIC
from viewer.policy import Policy
from viewer.screen import Screen


def mount(app: FastAPI, services: Services) -> None:
    """Put the viewer's pages, its files and its policy headers on `app`."""
    app.state.screen = Screen(services)
    for router in pages.collected():
        app.router.routes.extend(router.routes)  # an included router would match each path twice
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    failures.register(app)
    app.add_middleware(Policy)
