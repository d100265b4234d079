"""The edge as a service: a thread for each source, one that reads, one that sends, one that listens.

Threads only repeat the steps of `Edge`. A step that fails is said without names and begins again
after a while that grows; the state of a document is on disk or in the world, never in a thread.
The one exception is a disk that fails to keep what it took (EIO): then the spool ends the process
at once, because nobody knows what is on disk, and the next start reads it.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import NamedTuple

from hie.edge.edge import Edge
from hie.edge.hub_link import LONGEST_WAIT
from hie.edge.pushing import Pushing
from hie.edge.settings import PUSHED
from hie.record.errors import HieError, Refused, Unavailable
from hie.store.spool_file import end_process

FIRST_WAIT = 1.0
LONGEST_BACK_OFF = 300.0
"""Seconds between tries while something does not work."""
STOP_SECONDS = 2.5
JUST_PUSHED = 0.25
"""Seconds after which a pushed message has rested."""
AWAY = "the hub does not answer"
NOT_LET_IN = "the region ended this edge's leave; ask for a new token"
NOT_WRITTEN = "the edge's disk cannot be written"
DEFECT = "a part failed and began again"

_log = logging.getLogger(__name__)


class Pause(NamedTuple):
    """How long to wait after a failure, and its trouble in words."""

    trouble: str
    seconds: float = 0.0
    """At least so long."""


class Runner:
    """Runs an edge until it is stopped."""

    def __init__(self, edge: Edge) -> None:
        """Run `edge`."""
        self._edge = edge
        self._stopping = Event()
        self._examine_now = Event()
        self._sync_now = Event()
        self._reported_at = 0
        settings = edge.settings
        self._look_now = {name: Event() for name in edge.origins}
        self._pushing = (
            Pushing(settings, settings.mllp, edge.identity.facility, edge.clock, self._look_now[PUSHED].set)
            if settings.mllp
            else None
        )
        self._threads = [
            *(self._thread(f"source {name}", self._looker(name)) for name in edge.origins),
            self._thread("examining", self._examine),
            self._thread("sending", self._sync),
            self._thread("listening", self._listen),
        ]
        self._poll = settings.poll_seconds

    def start(self) -> None:
        """Begin; raises `Misconfigured` if the edge cannot listen where it should."""
        if self._pushing:
            self._pushing.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the steps at hand; a thread that waits for the hub or a share is left behind."""
        self._stopping.set()
        if self._pushing:
            self._pushing.stop()
        for look_now in self._look_now.values():
            look_now.set()
        self._examine_now.set()
        self._sync_now.set()
        patience = STOP_SECONDS / len(self._threads)
        for thread in self._threads:
            if thread.name != "listening":
                thread.join(patience)

    def _thread(self, name: str, step: Callable[[], None]) -> Thread:
        return Thread(target=self._repeat, args=(name, step), name=name, daemon=True)

    def _repeat(self, name: str, step: Callable[[], None]) -> None:
        """Repeat a step; every failure is a pause, and after it everything is asked anew."""
        failures = 0
        while not self._stopping.is_set():
            pause = self._tried(name, step)
            if pause is None:
                failures = 0
                self._edge.troubles.told(name, "")
                continue
            failures += 1
            if self._edge.troubles.told(name, pause.trouble):
                _log.warning("edge: %s: %s", name, pause.trouble)
            self._stopping.wait(max(pause.seconds, self._back_off(failures)))

    def _tried(self, name: str, step: Callable[[], None]) -> Pause | None:
        try:
            step()
        except Unavailable as error:
            return Pause(AWAY if name in {"sending", "listening"} else str(error), error.retry_after)
        except Refused:
            return Pause(NOT_LET_IN, 60.0)
        except HieError as error:
            return Pause(str(error))
        except OSError as error:
            if error.errno == errno.EIO:
                end_process("a file of the edge")
            return Pause(NOT_WRITTEN)
        except Exception as error:  # noqa: BLE001  a defect of one part ends no other
            _log.error("edge: %s", DEFECT, exc_info=error)
            return Pause(DEFECT)
        return None

    def _back_off(self, failures: int) -> float:
        """Wait twice as long each time, between half and all of it, so that edges do not come together."""
        longest = min(FIRST_WAIT * 2.0 ** min(failures - 1, 16), LONGEST_BACK_OFF)
        chance = int(self._edge.clock.new_id()[:8], 16) / 2**32
        return longest * (0.5 + chance / 2)

    def _looker(self, source: str) -> Callable[[], None]:
        def look() -> None:
            if self._edge.look(source, stopping=self._stopping.is_set):
                self._examine_now.set()
            if self._look_now[source].wait(self._poll):
                self._look_now[source].clear()
                self._stopping.wait(JUST_PUSHED)

        return look

    def _examine(self) -> None:
        self._examine_now.wait(self._poll)
        self._examine_now.clear()
        if self._stopping.is_set():
            return
        self._edge.examine(self._stopping.is_set, self._sync_now.set)

    def _sync(self) -> None:
        self._sync_now.wait(self._poll)
        self._sync_now.clear()
        if self._stopping.is_set():
            return
        before, began = self._edge.policy.position, self._edge.clock.now()
        self._edge.renew()
        try:
            self._edge.sync(lambda: self._stopping.is_set() or self._is_over(began))
        finally:
            if self._edge.policy.position != before:
                self._examine_now.set()
        if self._is_over(began):
            self._sync_now.set()  # much is to be sent: it goes on after a report
        if self._is_over(self._reported_at):
            if self._edge.report():
                self._examine_now.set()
            self._reported_at = self._edge.clock.now()

    def _is_over(self, since: int) -> bool:
        """Say whether a report is due that long after the one before."""
        return not 0 <= self._edge.clock.now() - since < self._edge.settings.report_seconds * 1000

    def _listen(self) -> None:
        """Wait at the hub for a newer consent list, and let the sending thread fetch it."""
        began = self._edge.clock.now()
        known = self._edge.policy.known
        policy = self._edge.link.policy(known.position, LONGEST_WAIT, known)
        if policy is not None:
            self._sync_now.set()
        if 0 <= self._edge.clock.now() - began < FIRST_WAIT * 1000:  # a hub that does not wait is not pressed
            self._stopping.wait(FIRST_WAIT)
