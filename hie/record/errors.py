"""The one exception tree.

HieError
  Refused            the gate said no; carries the refusal
  NotFound           also given instead of Refused where existence itself is private
  Conflict           somebody was first
  Unreadable         bytes no reader can open; carries the finding
  Unavailable        a custodian or a store does not answer; carries retry_after
  Invalid            what a person or a machine sent breaks a rule
  Misconfigured      a setting is wrong; names the setting

Everything else is a defect and ends the request or the loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hie.record.findings import Finding


class HieError(Exception):
    """The root of all errors the house raises on purpose. Messages hold no clinical text."""

    def __init__(self, *said: object, code: str = "") -> None:
        """Keep `code`, by which a screen finds its own words for what happened; empty where it has none."""
        super().__init__(*said)
        self.code = code


class Refused(HieError):
    """The gate said no; `reasons` are the codes of `consent.reasons`."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep the reason codes for the screen and the audit record."""
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class NotFound(HieError):
    """There is no such thing, or the asker may not know that there is."""


class Conflict(HieError):
    """Somebody was first."""


class Unreadable(HieError):
    """Bytes that no reader can open; `finding` says why without repeating them."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding; its code becomes the reason in quarantine."""
        super().__init__(f"{finding.code}: {finding.message}")
        self.finding = finding


class Unavailable(HieError):
    """A custodian or a store does not answer; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """Keep how long the caller may wait before it asks again."""
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(HieError):
    """What a person or a machine sent breaks a rule."""


class Misconfigured(HieError):
    """A setting is wrong; the message names it."""
