"""An edge in steps: look, examine, sync, report. Tests drive them by hand; `running` repeats them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress

from hie.edge.enrolment import renewed
from hie.edge.examining import Examiner, waiting
from hie.edge.heads import Heads
from hie.edge.hub_link import HubLink, Task
from hie.edge.identity import Identity, is_due
from hie.edge.keeping import Memory
from hie.edge.loading import Loader
from hie.edge.policy import PolicyCache
from hie.edge.replaying import Replays
from hie.edge.retention import let_go
from hie.edge.settings import PUSHED, EdgeSettings
from hie.edge.sources import Origins
from hie.edge.status import (
    Status,
    Troubles,
    keep_report,
    status_of,
)
from hie.edge.sync import UNTAKEN, Limits, Moved, Sync
from hie.exchange.ports import Clock
from hie.record.errors import HieError, Invalid, Unavailable

DISK_FULL = "the disk is nearly full: nothing new is taken"
HANGS = "the storage does not answer"
_QUARANTINE_ALL = 100_000
_DAY = 86_400_000

_log = logging.getLogger(__name__)


class Edge:
    """All parts of one edge, wired."""

    def __init__(
        self,
        settings: EdgeSettings,
        identity: Identity,
        memory: Memory,
        link: HubLink,
        origins: Origins,
        clock: Clock,
    ) -> None:
        """Wire an edge; nothing is looked at or sent yet."""
        self.settings = settings
        self.identity = identity
        self.memory = memory
        self.link = link
        self.origins = origins
        self.clock = clock
        self.troubles = Troubles()
        self.run = clock.new_id()
        """Names this start of the process: a copy of the edge has another name."""
        self.policy = PolicyCache(
            settings.data_dir, memory, clock, identity.facility, settings.policy_hours, identity.epoch
        )
        self._examiner = Examiner(
            memory,
            self.policy,
            clock,
            origins,
            settings.formats,
            settings.document_bytes,
            settings.labels,
        )
        self._sync = Sync(
            memory,
            self.policy,
            link,
            clock,
            Loader(memory, clock, origins, settings.document_bytes, settings.labels),
            settings.formats,
            Limits(settings.batch_documents, settings.batch_bytes, settings.image_bytes),
            self.run,
        )
        self._heads = Heads(settings.data_dir)
        self._replays = Replays(memory, self.policy, clock)
        self._swept_at: dict[str, int] = {}
        self._away: set[str] = set()

    def look(
        self, source: str, *, sweep: bool | None = None, stopping: Callable[[], bool] = lambda: False
    ) -> int:
        """Bring the journal of a source up to date; return how many documents came, changed or went.

        It sweeps when it is time, unless told. Takes nothing while the disk is nearly full.
        """
        now = self.clock.now()
        since = now - self._swept_at.get(source, -(2**62))
        # A clock that was set back is no reason to wait until it is there again.
        due = not 0 <= since < self.settings.sweep_seconds * 1000 if sweep is None else sweep
        if due and source == PUSHED:
            let_go(
                self.settings.pushed, self.memory, self.policy, now - int(self.settings.pushed_days * _DAY)
            )
        if not self._has_room():
            return 0
        looked = self.origins[source].look(now, sweep=due, stopping=stopping)
        if self.troubles.told(source, looked.trouble) and looked.trouble:
            _log.warning("edge: %s: %s", source, looked.trouble)
        self._away.discard(source)
        if looked.away:
            self._away.add(source)
        self.troubles.looked(source, now, looked.changed)
        if due and not looked.away:
            self._swept_at[source] = now
            self._try_again(source)
        return looked.changed

    def look_at_all(self, *, sweep: bool | None = None) -> int:
        """Look at every source once."""
        return sum(self.look(source, sweep=sweep) for source in self.origins)

    def examine(
        self, stopping: Callable[[], bool] = lambda: False, some: Callable[[], object] = lambda: None
    ) -> int:
        """Read what may be read; return how many documents got another state.

        `some` hears meanwhile that a part of them has it.
        """
        if not self._has_room():
            return 0
        done = self._examiner.examine(frozenset(self._away), stopping, some)
        for source, origin in self.origins.items():
            trouble = HANGS if origin.hangs else ""
            if self.troubles.told(f"reading {source}", trouble) and trouble:
                _log.warning("edge: %s: %s", source, trouble)
        return done

    def sync(self, stopping: Callable[[], bool] = lambda: False) -> Moved:
        """Bring hub and edge to the same state; raises `Unavailable` or `Refused` while the hub is away."""
        if self.policy.skew is None:
            self.report()
        moved = self._sync.once(stopping)
        if self.troubles.told("sending", moved.trouble) and moved.trouble:
            _log.warning("edge: nothing leaves: %s", moved.trouble)
        return moved

    def report(self) -> int:
        """Tell the hub how the edge is, do what it left to do; return how many tasks that were."""
        status = self.status()
        keep_report(self.settings.data_dir, status)
        answer = self.link.report(status)
        self.policy.heard(answer.at)
        self._keep_head(answer.audit)
        for task in answer.tasks:
            self._do(task)
        return len(answer.tasks)

    def _keep_head(self, told: object) -> None:
        """Keep where the hub's audit trail ends, and say where it contradicts itself."""
        try:
            trouble = self._heads.heard(told)
        except Invalid as error:
            trouble = str(error)
        if self.troubles.told("audit", trouble) and trouble:
            _log.warning("edge: %s", trouble)

    def status(self) -> Status:
        """Say how the edge is."""
        status = status_of(self.settings, self.memory, self.policy, self.clock, self.troubles)
        return status | {"run": self.run}

    def renew(self) -> bool:
        """Renew the certificate when two thirds of its life have passed; say whether it was."""
        if not is_due(self.identity, self.clock.now()):
            return False
        self.identity = renewed(self.settings.data_dir, self.identity, self.link)
        self.link.become(self.identity)
        return True

    def _has_room(self) -> bool:
        room = shutil.disk_usage(self.settings.data_dir).free >= self.settings.reserve_bytes
        if self.troubles.told("disk", "" if room else DISK_FULL):
            _log.warning("edge: %s", "the disk has room again" if room else DISK_FULL)
        return room

    def _try_again(self, source: str) -> None:
        """Let go of what is in quarantine for a reason that may have passed."""
        items = [item for item in self.memory.unreadable(_QUARANTINE_ALL) if item.source == source]
        locators = waiting(items).get(source, [])
        locators += [item.found.locator for item in items if item.reason.startswith(f"{UNTAKEN}5")]
        if locators:
            self.memory.replay(source, locators, self.clock.now())

    def _do(self, task: Task) -> None:
        """Do what the hub left, and say what came of it; what is not understood has failed.

        A task that is not answered comes again with the next report.
        """
        outcome, detail = "failed", "not understood"
        if task.kind == "replay":
            try:
                detail = self._replays.done(task)
                outcome = "done"
            except (HieError, LookupError, TypeError, ValueError, AttributeError) as error:
                _log.warning("edge: a task failed", exc_info=error)
        if detail:
            with suppress(Unavailable):  # it is left to do once more: every task may be done twice
                self.link.answer(task.id, outcome, detail)
