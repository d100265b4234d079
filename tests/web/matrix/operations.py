"""Every operation of the hub and who may do it: written by hand, and held against what is mounted.

A new route is one line here. `who` are the roles for which it exists; the rest of a line says what else
decides. Nothing of the product's own declarations is read.
"""

from __future__ import annotations

from typing import NamedTuple

TREATS = frozenset(
    [
        "doctor",
        "dentist",
        "nurse",
        "visiting-nurse",
        "pharmacist",
        "therapist",
        "care-manager",
        "care-worker",
        "liaison",
    ]
)
RECORD = TREATS | {"patient", "family"}
STAFF = TREATS | {"clerk", "privacy-officer", "secretariat", "feed-operator"}
ALL = STAFF | {"patient", "family"}
CARERS = frozenset({"doctor", "dentist", "nurse", "visiting-nurse", "pharmacist"})
GLASS = frozenset({"doctor", "dentist", "nurse"})
PROPOSE = CARERS | {"liaison", "clerk", "secretariat"}
VERIFY = frozenset({"liaison", "privacy-officer", "secretariat"})
DESK = PROPOSE | VERIFY
ADDS = frozenset({"doctor", "dentist", "nurse", "visiting-nurse", "pharmacist", "therapist"})
TABLES = ADDS | {"clerk"}
REVIEW = frozenset({"privacy-officer", "secretariat"})
OF_THE_PERSON = frozenset({"patient", "family"})
TOLD = VERIFY | {"patient", "family"}
LIAISONS = frozenset({"liaison", "secretariat"})
OFFICE = frozenset({"secretariat"})
FEEDS = frozenset({"secretariat", "feed-operator"})
DOCTORS = frozenset({"doctor", "dentist"})
NOBODY_ELSE = None
"""Also for who is not signed in."""

FORM_SENT = frozenset({200, 303, 400, 401, 404, 409, 422, 429})
"""What a form may be answered that says nothing useful: the role may send it, and no more is tried here."""


class Operation(NamedTuple):
    """A method of a route, asked in one way."""

    method: str
    path: str
    """As it is mounted."""
    who: frozenset[str] | None
    asks: str = ""
    """What besides the role decides: `anything` of the record, one part of it (`result`, `drug`,
    `problem`, `image`), `decisions` about the patient, or what one's own work is: a `list` of patients,
    `emergencies`, `doubts`, the `own` consents, `another facility`,
    `another number` than those of the own facility, the audit `trail`. `never` is what is not there."""
    fresh: bool = False
    """Whether the second factor must have been shown of late."""
    fields: str = ""
    """Query of a GET, in which `{patient}` is filled in."""
    answers: frozenset[int] = frozenset({200})
    """Statuses for whom it is allowed."""
    leads: str = ""
    """Where it leads, if that is the page for signing in."""


def _get(path: str, who: frozenset[str] | None, asks: str = "", **more: object) -> list[Operation]:
    """Say it of GET, and of HEAD with it."""
    return [
        Operation(method, path, who, asks, **more)  # type: ignore[arg-type]
        for method in ("GET", "HEAD")
    ]


def _post(path: str, who: frozenset[str] | None, **more: object) -> list[Operation]:
    return [Operation("POST", path, who, **{"answers": FORM_SENT, **more})]  # type: ignore[arg-type]


GOES_ON = frozenset({303})
GONE_OR_HERE = frozenset({200, 204, 205, 404, 409})
EITHER = frozenset({200, 303})
THERE_OR_NOT = frozenset({200, 303, 404, 422})
"""Pages about a thing: the cells name one that is not there, as whose it is, its own tests ask."""

OPERATIONS: tuple[Operation, ...] = (
    # --- a record ---
    *_get("/patients/{patient}", RECORD, "anything"),
    *_get("/api/patients/{patient}/timeline", RECORD, "anything"),
    *_get("/api/patients/{patient}/observations", RECORD, "anything", fields="code=3C015"),
    *_get("/patients/{patient}/results", RECORD, "anything"),
    *_get("/patients/{patient}/results.csv", RECORD, "anything"),
    *_get("/patients/{patient}/results.txt", RECORD, "anything"),
    *_get("/patients/{patient}/results/{code}", RECORD, "anything"),
    *_get("/patients/{patient}/medications", RECORD, "anything"),
    *_get("/patients/{patient}/summary", RECORD, "anything"),
    *_get("/patients/{patient}/documents", RECORD, "anything"),
    *_get("/patients/{patient}/images", RECORD, "anything"),
    *_get("/patients/{patient}/search", RECORD, "anything"),
    *_post("/patients/{patient}/search", RECORD),
    *_get("/patients/{patient}/entries/{numbers}", RECORD, "result"),
    *_get("/patients/{patient}/entries/{numbers}", RECORD, "drug"),
    *_get("/patients/{patient}/entries/{numbers}", RECORD, "problem"),
    *_get("/patients/{patient}/entries/{numbers}", RECORD, "image"),
    *_get("/patients/{patient}/entries/{number}/images/{place}", RECORD, "image"),
    *_get("/patients/{patient}/images/{study}/{instance}.png", RECORD, "image"),
    *_get("/patients/{patient}/entries/{entry}/attachments/{number}", RECORD, "never"),
    *_get("/patients/{patient}/entries/{entry}/attachments/{number}/pages", RECORD, "never"),
    *_get("/patients/{patient}/entries/{entry}/attachments/{number}/pages/{page}.png", RECORD, "never"),
    *_post("/patients/{patient}/entries/{number}/labels", DOCTORS),
    *_get("/patients/{patient}/uploads", ADDS, "anything"),
    *_post("/patients/{patient}/uploads", ADDS),
    *_get("/patients/{patient}/uploads/{number}/picture", ADDS, "never"),
    *_post("/patients/{patient}/uploads/{number}/file", ADDS),
    *_post("/patients/{patient}/uploads/{number}/discard", ADDS),
    *_post("/patients/{patient}/uploads/{number}/undo", ADDS),
    *_get("/tables", TABLES),
    *_post("/tables", TABLES),
    *_get("/tables/{number}", TABLES, answers=THERE_OR_NOT),
    *_post("/tables/{number}/columns", TABLES),
    *_post("/tables/{number}/file", TABLES),
    *_post("/tables/{number}/discard", TABLES),
    *_post("/tables/{number}/undo", TABLES),
    *_get("/pulse", RECORD, fields="patient={patient}", answers=GONE_OR_HERE),
    # --- finding somebody ---
    *_get("/patients", TREATS, "list"),
    *_post("/patients", TREATS, asks="list", answers=frozenset({200})),
    *_get("/my-day", TREATS, "list"),
    *_post("/my-day/seen", TREATS),
    *_post("/my-day/unseen", TREATS),
    # --- oneself ---
    *_get("/", ALL, answers=EITHER),
    *_get("/acting", ALL, answers=EITHER),
    *_post("/acting", ALL),
    *_get("/confirm", ALL),
    *_get("/confirm/passkey", ALL, answers=GONE_OR_HERE),
    *_post("/confirm", ALL),
    *_post("/confirm/passkey", ALL),
    *_get("/display", ALL),
    *_post("/display", ALL),
    *_post("/calendar/choices", RECORD),
    *_get("/security", ALL),
    *_get("/security/app", ALL, fresh=True),
    *_get("/security/app.svg", ALL, fresh=True),
    *_get("/security/passkey", ALL, fresh=True),
    *_post("/security/app", ALL, fresh=True),
    *_post("/security/app/remove", ALL, fresh=True),
    *_post("/security/passkey", ALL, fresh=True),
    *_post("/security/passkey/remove", ALL, fresh=True),
    *_post("/security/codes", ALL, fresh=True),
    *_post("/security/password", ALL, fresh=True),
    *_post("/security/device", ALL),
    *_post("/security/device/stop", ALL),
    *_post("/sign-out", ALL, leads="/sign-in"),
    # --- feeds ---
    *_get("/feeds", FEEDS),
    *_get("/feeds/{facility}", FEEDS, "another facility"),
    *_post("/feeds/{facility}/replay", FEEDS),
    # --- care and emergencies ---
    *_get("/care", CARERS, answers=THERE_OR_NOT),
    *_post("/care", CARERS),
    *_post("/care/{patient}/renew", CARERS),
    *_post("/care/{patient}/end", CARERS),
    *_get("/emergency", GLASS, fresh=True, answers=THERE_OR_NOT),
    *_post("/emergency", GLASS, fresh=True),
    *_post("/emergency/{session}/end", GLASS),
    *_post("/emergency/{session}/extend", GLASS, fresh=True),
    *_get("/reviews", VERIFY, "emergencies"),
    *_post("/reviews/{session}", REVIEW, asks="emergencies"),
    *_post("/reviews/{session}/lift", OFFICE),
    *_post("/reviews/duty/{facility}", OFFICE),
    *_get("/notices", TOLD),
    *_post("/notices", TOLD),
    # --- the desk ---
    *_get("/desk", DESK),
    *_post("/desk/search", DESK),
    *_get("/desk/new", PROPOSE, answers=THERE_OR_NOT),
    *_post("/desk/new", PROPOSE),
    *_post("/desk/start", PROPOSE),
    *_get("/desk/{number}/numbers", PROPOSE, answers=THERE_OR_NOT),
    *_post("/desk/{number}/numbers", PROPOSE),
    *_get("/desk/{number}/scope", PROPOSE, answers=THERE_OR_NOT),
    *_post("/desk/{number}/scope", PROPOSE),
    *_get("/desk/{number}/paper", DESK, answers=THERE_OR_NOT),
    *_get("/desk/{number}/code.svg", DESK, answers=THERE_OR_NOT),
    *_get("/desk/{number}", DESK, answers=THERE_OR_NOT),
    *_post("/desk/{number}/verify", VERIFY, fresh=True),
    *_post("/desk/{number}/reject", VERIFY),
    *_post("/desk/{number}/cancel", PROPOSE),
    *_post("/desk/{number}/scan", DESK),
    *_post("/desk/{number}/scan/out", DESK),
    *_get("/desk/{number}/scans/{digest}", DESK, answers=THERE_OR_NOT),
    *_get("/desk/{number}/scans/{digest}/{page}", DESK, answers=THERE_OR_NOT),
    *_get("/desk/scans", DESK),
    *_post("/desk/scans", DESK),
    *_post("/desk/scans/file", DESK),
    *_post("/desk/scans/discard", DESK),
    *_get("/desk/scans/{digest}/{page}", DESK, answers=THERE_OR_NOT),
    *_get("/consents/{patient}", DESK, "decisions"),
    *_post("/consents/{patient}/withdraw", DESK, fresh=True),
    *_post("/consents/{patient}/refuse", DESK, fresh=True),
    *_post("/consents/{patient}/hold", VERIFY, fresh=True),
    *_post("/consents/{patient}/lift", VERIFY, fresh=True),
    *_post("/consents/{patient}/death", PROPOSE),
    *_post("/consents/{patient}/renew", PROPOSE),
    *_get("/consents/{patient}/scans/{sequence}/{digest}", DESK, "never"),
    *_get("/my-consents", OF_THE_PERSON, "own"),
    *_post("/my-consents/withdraw", OF_THE_PERSON, asks="own", fresh=True),
    *_get("/simulator", VERIFY),
    *_post("/simulator", VERIFY),
    *_get("/could-see", REVIEW | OF_THE_PERSON),
    *_post("/could-see", REVIEW),
    *_get("/could-see/table.csv", REVIEW, fresh=True, answers=THERE_OR_NOT),
    *_get("/desk/batch", LIAISONS),
    *_post("/desk/batch", LIAISONS),
    *_post("/desk/batch/apply", LIAISONS),
    *_get("/desk/batch/{batch}", VERIFY, answers=THERE_OR_NOT),
    *_post("/desk/batch/{batch}/scans", VERIFY),
    *_post("/desk/batch/{batch}/verify", VERIFY, fresh=True),
    *_get("/today", VERIFY, "doubts"),
    # --- links ---
    *_get("/links", VERIFY, "doubts"),
    *_post("/links", VERIFY, asks="doubts"),
    *_get("/links/import", OFFICE),
    *_post("/links/import", OFFICE),
    *_get("/links/{surrogate}", VERIFY, "another number"),
    *_post("/links/{surrogate}/confirm", VERIFY, fresh=True),
    *_post("/links/{surrogate}/decide", VERIFY),
    *_get("/links/{surrogate}/split", VERIFY, "another number"),
    *_post("/links/{surrogate}/split", VERIFY, asks="another number"),
    *_get("/links/{surrogate}/exposure", VERIFY, "another number"),
    *_get("/links/{surrogate}/exposure.csv", VERIFY, "another number"),
    # --- the audit trail ---
    *_get("/audit", VERIFY, "trail"),
    *_get("/audit/pack", VERIFY, "trail"),
    *_get("/audit/export.csv", VERIFY, "trail", fresh=True),
    *_get("/audit/pack.csv", VERIFY, "trail", fresh=True),
    *_post("/audit/complaints/{complaint}", REVIEW, asks="trail"),
    *_get("/fhir/AuditEvent", REVIEW, "trail"),
    *_get("/accesses", OF_THE_PERSON),
    *_post("/accesses/{row}/complaint", OF_THE_PERSON),
    # --- people ---
    *_get("/attestation", VERIFY),
    *_post("/attestation", VERIFY),
    *_post("/attestation/leave", VERIFY, fresh=True),
    *_get("/facilities", VERIFY, answers=EITHER),
    *_get("/facilities/new", OFFICE, fresh=True),
    *_post("/facilities/new", OFFICE, fresh=True),
    *_get("/facilities/{facility}", VERIFY, "another facility"),
    *_post("/facilities/{facility}/notice", OFFICE, fresh=True),
    *_post("/facilities/{facility}/change", OFFICE),
    *_post("/facilities/{facility}/edge/offer", OFFICE, fresh=True),
    *_post("/facilities/{facility}/edge/revoke", OFFICE, fresh=True),
    *_get("/facilities/{facility}/membership/{act}", OFFICE, fresh=True, answers=THERE_OR_NOT),
    *_post("/facilities/{facility}/membership/{act}", OFFICE, fresh=True),
    *_get("/imports", OFFICE),
    *_post("/imports", OFFICE),
    *_post("/imports/apply", OFFICE, fresh=True),
    *_get("/people/{account}/devices", VERIFY, answers=THERE_OR_NOT),
    *_post("/people/{account}/devices/all", VERIFY),
    *_post("/people/{account}/devices/code", VERIFY, fresh=True),
    *_post("/people/{account}/devices/stop", VERIFY),
    *_post("/people/{account}/devices/resume", VERIFY, fresh=True),
    *_get("/people", VERIFY),
    *_post("/people", VERIFY),
    *_get("/people/{account}", VERIFY, answers=THERE_OR_NOT),
    *_post("/people/{account}/attest", VERIFY),
    *_post("/people/{account}/end", VERIFY, fresh=True),
    *_post("/people/{account}/propose", VERIFY, fresh=True),
    *_post("/people/{account}/{act}", VERIFY, fresh=True),
    *_get("/invite", VERIFY),
    *_post("/invite", VERIFY),
    *_get("/invitations/{invitation}", VERIFY, answers=THERE_OR_NOT),
    *_post("/invitations/{invitation}/renew", VERIFY, fresh=True),
    *_post("/invitations/{invitation}/{act}", VERIFY, fresh=True),
    # --- for everybody ---
    *_get("/invitation", NOBODY_ELSE, answers=frozenset({200, 303, 404})),
    *_post("/invitation", NOBODY_ELSE),
    *_post("/invitation/accept", NOBODY_ELSE),
    *_get("/sign-in", NOBODY_ELSE, answers=EITHER),
    *_post("/sign-in", NOBODY_ELSE),
    *_get("/sign-in/passkey", NOBODY_ELSE),
    *_post("/sign-in/passkey", NOBODY_ELSE),
    *_get("/sign-in/second", NOBODY_ELSE, answers=EITHER | {404}),
    *_post("/sign-in/second", NOBODY_ELSE),
    *_get("/second-factor/new", NOBODY_ELSE, answers=EITHER),
    *_get("/second-factor/code.svg", NOBODY_ELSE, answers=GONE_OR_HERE),
    *_post("/second-factor/app", NOBODY_ELSE),
    *_get("/second-factor/passkey", NOBODY_ELSE, answers=GONE_OR_HERE),
    *_post("/second-factor/passkey", NOBODY_ELSE),
    *_get("/switch", NOBODY_ELSE, answers=EITHER),
    *_get("/switch/passkey", NOBODY_ELSE, answers=GONE_OR_HERE),
    *_post("/switch", NOBODY_ELSE),
    *_post("/language", NOBODY_ELSE),
    *_get("/here", NOBODY_ELSE, answers=frozenset({204, 205})),
    *_get("/health/live", NOBODY_ELSE),
    *_get("/health/ready", NOBODY_ELSE),
    *_get("/health/audit", NOBODY_ELSE, answers=frozenset({200, 503})),
    *_get("/static", NOBODY_ELSE, answers=frozenset({404})),
)
