"""Is the hub alive, and does its store answer: `GET /health/live`, `GET /health/ready`.

Whether the audit trail is well: `GET /health/audit`.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hie.exchange.gate.declared import About, declares
from hie.exchange.services import Services


def routes(services: Services) -> list[Route]:
    """Return the routes of this file."""

    @declares(None, About.NOTHING)
    def live(request: Request) -> Response:
        """Answer while the process runs."""
        del request
        return PlainTextResponse("live")

    @declares(None, About.NOTHING)
    def ready(request: Request) -> Response:
        """Answer once the store does; anybody may ask, so it takes no turn from those who write."""
        del request
        with services.store.look() as work:
            work.directory.all()
        return PlainTextResponse("ready")

    @declares(None, About.NOTHING)
    def audit(request: Request) -> Response:
        """Say whether the audit trail is sealed, copied and complete; what is not, no stranger learns."""
        del request
        well = not services.alarms()
        return PlainTextResponse("well" if well else "not well", 200 if well else 503)

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/health/audit", audit),
    ]
