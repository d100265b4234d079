"""What is said when something is not there, not allowed or broken, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "error.401.title": "Please sign in",
    "error.401.text": (
        "The sign-in has expired or was ended elsewhere. Sign in again to come back to this page."
    ),
    "error.sign_in": "Sign in",
    "error.400.title": "Not readable",
    "error.400.text": (
        "What was sent broke off or had another form. Nothing was saved. Go back in your browser and "
        "send it again."
    ),
    "error.403.title": "Not accepted",
    "error.403.text": (
        "It came from another page, or the page was open too long. Nothing was saved. Open the page "
        "again and repeat it."
    ),
    "error.404.title": "Not found",
    "error.404.text": (
        "This page or record does not exist or is not open to you. What was visible before may be closed "
        "now, for example by a change of consent."
    ),
    "error.405.title": "Not possible",
    "error.405.text": (
        "This address is used by buttons of our pages alone. Please begin from your start page."
    ),
    "error.408.title": "Out of time",
    "error.408.text": (
        "It took too long to arrive and was stopped. Nothing was saved. Check the line and try again."
    ),
    "error.409.title": "Changed meanwhile",
    "error.409.text": (
        "Somebody was first, or it is not possible now. Your change was not saved. Open the page again "
        "and look at what is there."
    ),
    "error.413.title": "Too large",
    "error.413.text": (
        "The file or text was too large and was not taken. Divide it or make it smaller, and send it again."
    ),
    "error.422.title": "Please check the form",
    "error.422.text": (
        "Something is missing in what was sent or does not fit, and nothing was saved. Go back in your "
        "browser and check the form."
    ),
    "error.429.title": "Please wait a little",
    "error.429.text": (
        "There were many attempts in a short time, so we pause. Please wait some minutes and try again."
    ),
    "error.500.title": "Something went wrong",
    "error.500.text": (
        "Something went wrong inside; it was not your doing. If it happens again, tell the secretariat "
        "when it was and what you did."
    ),
    "error.503.title": "No answer just now",
    "error.503.text": (
        "The custodian or the store does not answer. No record is lost. Please open the page again a "
        "little later."
    ),
    "error.home": "To my start page",
    "error.again": "Open it again",
}
