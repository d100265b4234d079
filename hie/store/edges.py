"""Edges in SQL: enrolment, how far each has spoken, and what waits for them."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Certificate, Edge, EdgeTask
from hie.record.identifiers import FacilityCode
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_EDGE = "facility, epoch, number, enrolled_at, revoked_at, contacted_at, status, reported_at"
_RUNS = "run, run_at, former_runs, twice_at"
_EDGES = f"select {_EDGE}, {_RUNS} from edge order by facility"
_OF = f"select {_EDGE}, {_RUNS} from edge where facility = ?"
_ENROL = (
    f"insert into edge ({_EDGE}, {_RUNS}) values (?, 1, 0, ?, 0, 0, '', 0, '', 0, '', 0)"
    " on conflict (facility) do update set epoch = edge.epoch + 1, number = 0,"
    " enrolled_at = excluded.enrolled_at, revoked_at = 0, run = '', run_at = 0, former_runs = '',"
    " twice_at = 0"
    f" returning {_EDGE}, {_RUNS}"
)
_FOUND = (
    f"select c.fingerprint, c.facility, c.epoch, c.issued_at, c.expires_at,"
    f" {', '.join('e.' + name for name in f'{_EDGE}, {_RUNS}'.split(', '))}"
    " from edge_certificate c join edge e on e.facility = c.facility where c.fingerprint = ?"
)
_FENCE = (
    "update edge set number = ?, contacted_at = ? where facility = ? and epoch = ? and revoked_at = 0"
    " and number <= ?"
)
_TASK = "id, facility, kind, body, asked_at, asked_by, finished_at, outcome, detail"


class SqlEdges:
    """Keeps `Edges` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def offer(self, facility: FacilityCode, secret: bytes, expires_at: int) -> None:
        """Keep the hash of a one-time secret; the facility's earlier ones end."""
        execute = self._transaction.execute
        execute("delete from edge_secret where facility = ?", (facility,))
        execute(
            "insert into edge_secret (secret, facility, expires_at) values (?, ?, ?)",
            (secret, facility, expires_at),
        )

    def offered(self, secret: bytes, now: int) -> bool:
        """Say whether `enrol` would take this secret now."""
        asked = self._transaction.read(
            "select facility from edge_secret where secret = ? and expires_at > ?", (secret, now)
        )
        return asked.fetchone() is not None

    def enrol(self, secret: bytes, now: int) -> Edge | None:
        """Use a secret up and begin the next epoch of its facility, or return none."""
        execute = self._transaction.execute
        used = execute(
            "delete from edge_secret where secret = ? and expires_at > ? returning facility", (secret, now)
        ).fetchone()
        if used is None:
            return None
        row = execute(_ENROL, (used[0], now)).fetchone()
        return None if row is None else Edge(*row)

    def certify(self, certificate: Certificate) -> None:
        """Remember a certificate that is about to be handed out."""
        self._transaction.execute(
            "insert into edge_certificate (fingerprint, facility, epoch, issued_at, expires_at)"
            " values (?, ?, ?, ?, ?)",
            tuple(certificate),
        )

    def find(self, fingerprint: bytes) -> tuple[Certificate, Edge] | None:
        """Return a certificate with its facility's edge as it is now."""
        row = self._transaction.read(_FOUND, (fingerprint,)).fetchone()
        return None if row is None else (Certificate(bytes(row[0]), *row[1:5]), Edge(*row[5:]))

    def revoke(self, facility: FacilityCode, now: int) -> bool:
        """End the edge's leave to speak, and secrets not yet used; say whether it had one."""
        execute = self._transaction.execute
        execute("delete from edge_secret where facility = ?", (facility,))
        ended = execute(
            "update edge set revoked_at = ? where facility = ? and revoked_at = 0", (now, facility)
        )
        return ended.rowcount == 1

    def all(self) -> Sequence[Edge]:
        """Return all edges, by facility."""
        return [Edge(*row) for row in self._transaction.read(_EDGES).fetchall()]

    def of(self, facility: FacilityCode) -> Edge | None:
        """Return a facility's edge, none if it never enrolled one."""
        row = self._transaction.read(_OF, (facility,)).fetchone()
        return None if row is None else Edge(*row)

    def incarnation(self) -> int:
        """Return the number by which edges tell this database from one restored in its place."""
        row = self._transaction.read("select value from counter where name = 'incarnation'").fetchone()
        return int(row[0]) if row else 0

    def begin_anew(self, incarnation: int) -> None:
        """Be another database from now on."""
        self._transaction.execute("update counter set value = ? where name = 'incarnation'", (incarnation,))


class SqlContacts:
    """Keeps `Contacts` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Write in `transaction`."""
        self._transaction = transaction

    def fence(self, edge: Edge, number: int, now: int) -> bool:
        """Take a batch number; the row stays locked until the commit."""
        taken = self._transaction.execute(_FENCE, (number, now, edge.facility, edge.epoch, number))
        return taken.rowcount == 1

    def report(self, facility: FacilityCode, status: str, now: int) -> None:
        """Keep an edge's report instead of the one before."""
        self._transaction.execute(
            "update edge set status = ?, reported_at = ?, contacted_at = ? where facility = ?",
            (storable(status), now, now, facility),
        )

    def runs(self, edge: Edge) -> None:
        """Keep which starts of an edge have spoken, and whether two of them do."""
        self._transaction.execute(
            "update edge set run = ?, run_at = ?, former_runs = ?, twice_at = ? where facility = ?",
            (edge.run, edge.run_at, edge.former_runs, edge.twice_at, edge.facility),
        )


class SqlTaskQueue:
    """Keeps `TaskQueue` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def put(self, task: EdgeTask) -> None:
        """Add a task."""
        self._transaction.execute(
            f"insert into edge_task ({_TASK}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*task[:3], storable(task.body), task.asked_at, storable(task.asked_by), *task[6:]),
        )

    def waiting(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return tasks that are not finished, oldest first."""
        return self._found(" and finished_at = 0 order by sequence limit ?", facility, limit)

    def finish(self, facility: FacilityCode, task: str, outcome: str, detail: str, now: int) -> bool:
        """Note what became of a waiting task of this facility; say whether there was one."""
        finished = self._transaction.execute(
            "update edge_task set finished_at = ?, outcome = ?, detail = ?"
            " where id = ? and facility = ? and finished_at = 0",
            (now, storable(outcome), storable(detail), storable(task), facility),
        )
        return finished.rowcount == 1

    def recent(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return the newest tasks, newest first."""
        return self._found(" order by sequence desc limit ?", facility, limit)

    def _found(self, which: str, facility: FacilityCode, limit: int) -> list[EdgeTask]:
        rows: list[Row] = self._transaction.read(
            f"select {_TASK} from edge_task where facility = ?{which}", (facility, limit)
        ).fetchall()
        return [EdgeTask(*row) for row in rows]
