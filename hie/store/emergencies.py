"""Break-glass sessions, their reviews, emergency duty and notices in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from consent.model import FOREVER, Emergency
from hie.exchange.ports import Addressee, EmergencySession, Notice, Review, Reviewed, ReviewState
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

MOST_UNREAD = 100
_SESSION = (
    "id, account, name, facility, role, patient, reason, reason_text, disclosers,"
    " opened_at, ends_at, ended_at"
)
_REVIEW = "session, due_at, state, reviewer, outcome, outcome_text, reviewed_at"
_BOTH = (
    f"select {', '.join(f's.{name}' for name in _SESSION.split(', '))},"
    f" {', '.join(f'r.{name}' for name in _REVIEW.split(', '))}"
    " from emergency_session s join emergency_review r on r.session = s.id"
)
_LIVE = (
    "select id, ends_at from emergency_session where account = ? and facility = ? and role = ?"
    " and patient = ? and opened_at <= ? and ends_at > ? and ended_at > ? order by ends_at desc, id limit 1"
)
_NOTICE = "id, to_facility, to_role, to_patient, kind, patient, subject, written_at, read_at"
_SESSION_COLUMNS = 12


class SqlEmergencies:
    """Keeps `Emergencies` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, session: EmergencySession, due_at: int) -> None:
        """Keep a session and the review item that it must have, together."""
        row = (
            *(session.id, session.account, storable(session.name), session.facility, session.role.value),
            *(session.patient, session.reason, storable(session.text), ",".join(session.disclosers)),
            *(session.opened_at, session.ends_at, session.ended_at),
        )
        marks = ", ".join("?" * len(row))
        self._transaction.execute(f"insert into emergency_session ({_SESSION}) values ({marks})", row)
        self._transaction.execute(
            f"insert into emergency_review ({_REVIEW}) values (?, ?, ?, ?, ?, ?, ?)",
            _review_row(Review(session.id, due_at)),
        )

    def find(self, session: str) -> Reviewed | None:
        """Return a session with its review."""
        row = self._transaction.read(f"{_BOTH} where s.id = ?", (storable(session),)).fetchone()
        return None if row is None else _reviewed(row)

    def prolong(self, session: str, ends_at: int) -> bool:
        """Move the end of a session that was not closed, and say whether it was."""
        return self._open("ends_at = ?", session, ends_at)

    def end(self, session: str, at: int) -> bool:
        """Close a session that was not closed, and say whether it was."""
        return self._open("ended_at = ?", session, at)

    def _open(self, change: str, session: str, moment: int) -> bool:
        done = self._transaction.execute(
            f"update emergency_session set {change} where id = ? and ended_at = ?",
            (moment, storable(session), FOREVER),
        )
        return done.rowcount > 0

    def live(self, requester: Requester, patient: PatientId, now: int) -> Emergency | None:
        """Return the session open at `now` for a patient that the requester opened in the present post."""
        post = (requester.user, requester.facility, requester.role.value)
        row = self._transaction.read(_LIVE, (*post, patient, now, now, now)).fetchone()
        return None if row is None else Emergency(row[0], row[1])

    def review(self, review: Review, before: Review) -> bool:
        """Replace the review of its session where it is still as it was read, and say whether it was."""
        _, due_at, *rest = _review_row(review)
        done = self._transaction.execute(
            "update emergency_review set due_at = ?, state = ?, reviewer = ?, outcome = ?, outcome_text = ?,"
            " reviewed_at = ? where session = ? and state = ? and outcome = ?",
            (due_at, *rest, review.session, before.state.value, before.outcome),
        )
        return done.rowcount > 0

    def among(
        self,
        *,
        account: str | None = None,
        patient: PatientId | None = None,
        states: frozenset[ReviewState] | None = None,
        live_at: int | None = None,
        discloser: FacilityCode | None = None,
        limit: int = 500,
    ) -> Sequence[Reviewed]:
        """Return sessions, the newest first."""
        wheres, values = ["1 = 1"], list[object]()
        if account is not None:
            wheres.append("s.account = ?")
            values.append(account)
        if patient is not None:
            wheres.append("s.patient = ?")
            values.append(patient)
        if states is not None:
            wheres.append(f"r.state in ({', '.join('?' * len(states)) or 'null'})")
            values.extend(sorted(state.value for state in states))
        if live_at is not None:
            wheres.append("s.opened_at <= ? and s.ends_at > ? and s.ended_at > ?")
            values.extend([live_at] * 3)
        if discloser is not None:
            wheres.append("',' || s.disclosers || ',' like ?")
            values.append(f"%,{discloser},%")
        rows = self._transaction.read(
            f"{_BOTH} where {' and '.join(wheres)} order by s.opened_at desc, s.id limit ?", (*values, limit)
        ).fetchall()
        return [_reviewed(row) for row in rows]


class SqlDuties:
    """Keeps `Duties` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def set(self, facility: FacilityCode, by: str, at: int, *, on: bool) -> None:
        """Append that a hospital does emergency duty from now on, or does not."""
        self._transaction.execute(
            "insert into emergency_duty (facility, on_duty, recorded_by, recorded_at) values (?, ?, ?, ?)",
            (facility, int(on), storable(by), at),
        )

    def on_duty(self) -> frozenset[FacilityCode]:
        """Return the hospitals that do, as of the last word about each."""
        rows = self._transaction.read(
            "select d.facility from emergency_duty d where d.on_duty = 1 and not exists"
            " (select 1 from emergency_duty e where e.facility = d.facility and e.sequence > d.sequence)"
        ).fetchall()
        return frozenset(FacilityCode(row[0]) for row in rows)


class SqlNotices:
    """Keeps `Notices` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep notices."""
        for one in notices:
            row = (one.id, *_address(one.to), one.kind, one.patient, one.subject, one.at, one.read_at)
            self._transaction.execute(
                f"insert into notice ({_NOTICE}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )

    def find(self, to: Sequence[Addressee], limit: int) -> Sequence[Notice]:
        """Return the newest for any of these, the newest first."""
        where, values = _to_any(to)
        rows = self._transaction.read(
            f"select {_NOTICE} from notice where {where} order by written_at desc, id limit ?",
            (*values, limit),
        ).fetchall()
        return [_notice(row) for row in rows]

    def unread(self, to: Sequence[Addressee]) -> int:
        """Count those that nobody of the addressed has read; at most 100."""
        where, values = _to_any(to)
        row = self._transaction.read(
            f"select count(*) from (select 1 from notice where read_at = 0 and ({where}) limit ?) as found",
            (*values, MOST_UNREAD),
        ).fetchone()
        return int(row[0]) if row else 0

    def read(self, to: Sequence[Addressee], up_to: int, at: int) -> None:
        """Mark as read what was written up to a moment."""
        where, values = _to_any(to)
        self._transaction.execute(
            f"update notice set read_at = ? where read_at = 0 and written_at <= ? and ({where})",
            (at, up_to, *values),
        )

    def about(self, subject: str) -> Sequence[Notice]:
        """Return the notices about one thing, oldest first."""
        rows = self._transaction.read(
            f"select {_NOTICE} from notice where subject = ? order by written_at, id", (subject,)
        ).fetchall()
        return [_notice(row) for row in rows]


def _review_row(review: Review) -> tuple[object, ...]:
    return (
        *(review.session, review.due_at, review.state.value, review.reviewer, review.outcome),
        *(storable(review.text), review.at),
    )


def _reviewed(row: Row) -> Reviewed:
    session, review = row[:_SESSION_COLUMNS], row[_SESSION_COLUMNS:]
    number, account, name, facility, role, patient, reason, text, disclosers, *times = session
    return Reviewed(
        EmergencySession(
            *(number, account, name, FacilityCode(facility), Role(role), PatientId(patient), reason, text),
            tuple(FacilityCode(code) for code in disclosers.split(",") if code),
            *times,
        ),
        Review(review[0], review[1], ReviewState(review[2]), *review[3:]),
    )


def _address(to: Addressee) -> tuple[str, str, str]:
    return to.facility, to.role.value, to.patient


def _to_any(to: Sequence[Addressee]) -> tuple[str, list[str]]:
    wheres = ["(to_facility = ? and to_role = ? and to_patient = ?)"] * len(to)
    return " or ".join(wheres) or "1 = 0", [value for one in to for value in _address(one)]


def _notice(row: Row) -> Notice:
    number, facility, role, to_patient, kind, patient, subject, at, read_at = row
    to = Addressee(FacilityCode(facility), Role(role), PatientId(to_patient))
    return Notice(number, to, kind, PatientId(patient), subject, at, read_at)
