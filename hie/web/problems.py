"""Errors for machines: `application/problem+json` (RFC 9457), without a word about the patient."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hie.exchange.gate.declared import STATUS_OF, Refusal

_TITLES = {
    Refusal.FORGED: "not from a page of this hub",
    Refusal.SIGN_IN: "not signed in",
    Refusal.CONFIRM: "a second factor must be shown again",
    Refusal.TOO_LARGE: "too large",
    Refusal.TOO_SLOW: "too slow",
    Refusal.MALFORMED: "malformed",
}


def refused(request: Request, refusal: Refusal, back: str) -> Response:
    """Answer what the entrance of this door does not let in."""
    del request, back
    return problem(STATUS_OF[refusal], _TITLES[refusal])


def problem(status: int, title: str) -> Response:
    """Answer with `status` and a sentence that holds no value of the request."""
    return Response(
        orjson.dumps({"type": "about:blank", "title": title, "status": status}),
        status,
        media_type="application/problem+json",
    )
