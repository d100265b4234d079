"""What a paper form must say to count: who signed it, on what basis, and until when (security B.8).

A patient of age signs alone. Under 15 a parent signs, from 15 to 17 a parent with the minor's own view
noted; what a parent signed ends 90 days after the 18th birthday at the latest. Whoever signs for an
adult names the basis, and the consent ends within two years.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consent.model import Paper, Provision
from hie.record.errors import Invalid
from hie.record.times import JST, UNKNOWN_DAY, Day, day_at

PATIENT, PARENT, GUARDIAN, FAMILY, ATTORNEY = "patient", "parent", "guardian", "family", "attorney"
SIGNERS = (PATIENT, PARENT, GUARDIAN, FAMILY, ATTORNEY)
"""Who may sign: the patient, a parent, a legal guardian, the family of who cannot, an attorney-in-fact."""
FOR_A_MINOR = frozenset({PARENT, GUARDIAN})
AGREES = "agrees"
"""What `Paper.minors_view` says where the minor was asked."""
FORM_VERSION = "2026-1"
"""Of the form that is printed; a consent keeps the text it was given under."""
OWN_VIEW, OF_AGE = 15, 18
A_DAY = 86_400_000
AFTER_COMING_OF_AGE = 90 * A_DAY
PROXY_YEARS = 2


def check_signature(paper: Paper, birth_day: Day, provisions: Sequence[Provision], now: int) -> None:
    """Raise `Invalid` where the signer could not sign this for who was born on `birth_day`.

    A form that names no signer is one of the time before that was asked, and counts as the patient's.
    """
    if not paper.signer:
        return
    today = day_at(now)
    _check_said(paper, today)
    if birth_day == UNKNOWN_DAY:
        raise Invalid("who may sign depends on the day of birth, and that is not known", code="birth")
    years = age_on(birth_day, paper.signed_on or today)
    if years < OF_AGE:
        _check_minor(paper, years)
    elif paper.signer == PARENT:
        raise Invalid("an adult signs for themselves: parents sign for those under 18", code="adult")
    end = latest_end(paper, birth_day, now)
    if any(end < one.ends_at for one in provisions):
        raise Invalid("what is signed in somebody's place ends by the day that the law sets")


def latest_end(paper: Paper, birth_day: Day, now: int) -> int:
    """Return the last moment at which a consent that was signed so may end; far away for the patient's."""
    if paper.signer in {"", PATIENT}:
        return 2**62
    signed_on = paper.signed_on or day_at(now)
    if age_on(birth_day, signed_on) < OF_AGE:
        return beginning(years_after(birth_day, OF_AGE)) + AFTER_COMING_OF_AGE
    return beginning(years_after(signed_on, PROXY_YEARS))


def _check_said(paper: Paper, today: Day) -> None:
    if paper.signer not in SIGNERS:
        raise Invalid(
            "who signed is the patient, a parent, a guardian, the family or an attorney", code="signer"
        )
    if paper.signed_on != UNKNOWN_DAY and paper.signed_on > today:
        raise Invalid("a form is signed on a day that has come", code="signed-on")
    if paper.signer != PATIENT and not paper.representative.strip():
        raise Invalid("who signed in the patient's place has a name", code="signer")


def _check_minor(paper: Paper, years: int) -> None:
    if paper.signer not in FOR_A_MINOR:
        raise Invalid("for those under 18 a parent or guardian signs", code="minor")
    if years >= OWN_VIEW and paper.minors_view != AGREES:
        raise Invalid("from 15 years on the minor is asked, and the form says so", code="minors-view")


def age_on(birth_day: Day, day: Day) -> int:
    """Return the full years on a day; both are known."""
    return (day - birth_day) // 10_000


def years_after(day: Day, years: int) -> Day:
    """Return the same day so many years later, 1 March where a leap day has none."""
    later = day + years * 10_000
    year, rest = divmod(later, 10_000)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return Day(year * 10_000 + 301) if rest == 229 and not leap else Day(later)  # noqa: PLR2004  29 February


def beginning(day: Day) -> int:
    """Return the first moment of a Japanese day that is known, in milliseconds since 1970."""
    return int(datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=JST).timestamp()) * 1000
