"""What the program says of itself: which kind of error, at which of our lines; never a value.

Logs are read by more people than records are, and messages of errors hold values: a name that
could not be decoded, the parameters of a statement. So of an error only its type and our places
are written, and of what other libraries say only that they spoke.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from hie.record.errors import HieError

OURS = frozenset({"hie", "adapters", "ssmix2", "consent", "viewer"})
SERVER = "uvicorn"
"""Whose words are constants as long as their parameters are left out."""
MOST_PLACES = 6

_log = logging.getLogger(__name__)


class Unrevealing(logging.Formatter):
    """Writes a record in one line, without a message that is not ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Say level, logger, our own words, and the type and places of an error."""
        error = record.exc_info[1] if record.exc_info else None
        said = _words(record)
        parts = [record.levelname, record.name, said, told(error) if error else ""]
        return " ".join(" ".join(parts).split())


class Stderr(logging.Handler):
    """Writes to the standard error of the moment."""

    def __init__(self) -> None:
        """Write all that is a warning or worse."""
        super().__init__(logging.WARNING)
        self.setFormatter(Unrevealing())

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        sys.stderr.write(self.format(record) + "\n")


def told(error: BaseException) -> str:
    """Say an error's type and our places, innermost first; the words of our own errors as well."""
    words = f": {error}" if isinstance(error, HieError) else ""
    cause = error.__cause__ or error.__context__
    behind = f" after {type(cause).__name__}" if cause else ""
    places = " < ".join(list(_places(error.__traceback__))[::-1][:MOST_PLACES])
    return f"{type(error).__name__}{words}{behind} at {places or 'no line of ours'}"


def install() -> None:
    """Let nothing of this process reach standard error in another way; for the programs' entry."""
    root = logging.getLogger()
    root.handlers = [Stderr()]
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda kind, error, trace: _ended(kind, error.with_traceback(trace))
    threading.excepthook = lambda args: _failed("a thread ended", args.exc_value)
    sys.unraisablehook = lambda args: _failed("an error nobody could be told of", args.exc_value)


class Contained:
    """Ends a child process with one line where an error would end it with a trace."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say an error and end the process with status 1."""
        if isinstance(error, Exception):
            _failed("a worker ended", error)
            raise SystemExit(1)


def _words(record: logging.LogRecord) -> str:
    origin = record.name.partition(".")[0]
    if origin in OURS:
        return record.getMessage()
    if isinstance(record.msg, OSError):  # of a socket: there is no file or name in it
        return record.msg.strerror or ""
    return str(record.msg) if origin == SERVER and isinstance(record.msg, str) else ""


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in OURS:
            yield f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next


def _ended(kind: type[BaseException], error: BaseException) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write(f"hie: {error if isinstance(error, HieError) else told(error)}\n")


def _failed(what: str, error: BaseException | None) -> None:
    if error is not None:
        _log.error("%s", what, exc_info=error)
