"""Signing in, second factors and devices in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "sign_in.by_passkey": "Sign in with a passkey",
    "sign_in.passkey_failed": "The passkey could not be checked. Try again, or use your user ID and password.",
    "sign_in.stopped": "This device was stopped. Please call the secretariat.",
    "sign_in.go_on": "Go on",
    "second.title": "One more check",
    "second.lead": "{name}, please enter the six digits that your authenticator app shows.",
    "second.code": "Code",
    "second.submit": "Check",
    "second.failed": "The code is wrong. Please enter the app's new digits.",
    "second.note": "Without the app, enter a recovery code from your list or a code given by the secretariat.",
}
