"""Errors for machines: `application/problem+json` (RFC 9457), without a word about the patient."""

from __future__ import annotations

import orjson
from starlette.responses import Response


def problem(status: int, title: str) -> Response:
    """Answer with `status` and a sentence that holds no value of the request."""
    return Response(
        orjson.dumps({"type": "about:blank", "title": title, "status": status}),
        status,
        media_type="application/problem+json",
    )
