"""What an open page says of itself, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "pulse.changed": (
        "This record cannot be shown now: a consent or a link has changed. Open it again from the list "
        "of patients."
    ),
    "pulse.left": "You are signed out, so the page was emptied. Sign in again to go on.",
    "pulse.away": (
        "No connection for more than a minute, so the page was emptied. Check the network and open it again."
    ),
    "pulse.again": "Open again",
    "pulse.list": "To the list of patients",
    "pulse.sign_in": "Sign in",
    "pulse.arrived": "New records have arrived",
    "pulse.show": "Show",
}
