"""What machines see: a door. Every route of it is mounted by `routes`."""

from __future__ import annotations

from starlette.routing import Route

from hie.exchange.services import Services
from hie.web import health, observations, timeline
from hie.web.fhir import search
from hie.web.problems import refused

__all__ = ["refused", "routes"]


def routes(services: Services) -> list[Route]:
    """Return all machine routes, the most asked first."""
    return [
        *timeline.routes(services),
        *observations.routes(services),
        *health.routes(services),
        *search.routes(services),
    ]
