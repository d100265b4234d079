"""People, consents, accounts and feeds in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from consent.model import FOREVER, ConsentEvent, decisions_of
from hie.exchange.ports import (
    Account,
    AccountState,
    FeedHour,
    FeedRun,
    LinkEvent,
    LinkKind,
    PatientFile,
    PatientLine,
    Post,
    Quarantined,
)
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Patient
from hie.store.consents import MOST_CHANGES
from hie.store.memory_tables import Link, MemoryTransaction
from hie.store.patients import MOST_LINES
from hie.store.reach import reaches
from hie.store.search_keys import kana_key, keys_of, number_key, words_of
from hie.store.storable import storable


class MemoryPatientIndex:
    """Keeps `PatientIndex` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def enrol(self, patient: Patient) -> None:
        """Remember a person, or what is newly known of one."""
        self._transaction.change("patients")[patient.id] = patient

    def link(self, local: LocalPatientId, patient: PatientId, by: str, at: int) -> int:
        """Record that `local` is `patient`; return the surrogate, which outlives the link."""
        links = self._transaction.change("links")
        for surrogate, link in links.items():
            if link.local == local:
                if link.patient not in {None, patient}:
                    raise Conflict("this number is linked to another person")
                if link.patient is None:
                    event = self._event(surrogate, patient, LinkKind.LINKED, by, at)
                    links[surrogate] = Link(local, patient, (*link.history, event))
                return int(surrogate)
        event = self._event(len(links) + 1, patient, LinkKind.LINKED, by, at)
        links[len(links) + 1] = Link(local, patient, (event,))
        return len(links)

    def unlink(
        self,
        local: LocalPatientId,
        by: str,
        at: int,
        kind: LinkKind = LinkKind.UNLINKED,
        reason: str = "",
    ) -> None:
        """End the link, because it was ended or is contested; its history stays."""
        links = self._transaction.change("links")
        for surrogate, link in links.items():
            if link.local == local and link.patient is not None:
                event = self._event(surrogate, link.patient, kind, by, at)
                links[surrogate] = Link(local, None, (*link.history, event._replace(reason=reason)))

    def _event(self, surrogate: int, patient: PatientId, kind: LinkKind, by: str, at: int) -> LinkEvent:
        return LinkEvent(self._transaction.next_decision(), patient, kind, by, at, surrogate=surrogate)

    def resolve(self, facility: FacilityCode, values: Sequence[str]) -> Mapping[str, tuple[int, PatientId]]:
        """Return surrogate and person of the linked ones among a facility's numbers."""
        wanted = set(values)
        return {
            link.local.value: (surrogate, link.patient)
            for surrogate, link in self._transaction.tables.links.items()
            if link.patient is not None and link.local.facility == facility and link.local.value in wanted
        }

    def numbered(self, values: Sequence[str], limit: int) -> Sequence[PatientId]:
        """Return persons who have one of these numbers at any facility of the directory, by id."""
        tables, wanted = self._transaction.tables, set(values)
        return sorted(
            {
                link.patient
                for link in tables.links.values()
                if link.patient is not None
                and link.local.value in wanted
                and link.local.facility in tables.facilities
            }
        )[:limit]

    def files(self, patients: Sequence[PatientId]) -> Mapping[PatientId, PatientFile]:
        """Return the persons among these that are known, with their live links."""
        known = self._transaction.tables.patients
        return {
            number: PatientFile(known[number], tuple(sorted(self._numbers(number))))
            for number in patients
            if number in known
        }

    def reachable(self, facility: FacilityCode, words: str, now: int, skip: int = 0) -> Sequence[PatientLine]:
        """Return persons `facility` might ask about, found by `words`; at most 200 after `skip`, by kana."""
        wanted = words_of(words)
        lines: list[PatientLine] = []
        for number, patient in self._transaction.tables.patients.items():
            numbers = self._numbers(number)
            own = [local.value for local in numbers if local.facility == facility]
            if (own or self._consented(number, facility, now)) and _matches(patient, own, wanted):
                lines.append(
                    PatientLine(patient, min(own, default=""), len({one.facility for one in numbers}))
                )
        lines.sort(key=lambda line: (kana_key(line.patient), line.patient.id))
        return lines[skip : skip + MOST_LINES]

    def _numbers(self, patient: PatientId) -> list[LocalPatientId]:
        return [link.local for link in self._transaction.tables.links.values() if link.patient == patient]

    def _consented(self, patient: PatientId, facility: FacilityCode, now: int) -> bool:
        log = (event for event in self._transaction.tables.consents.values() if event.patient == patient)
        return any(
            one.recipient == facility and one.starts_at <= now < one.ends_at
            for one in reaches(decisions_of(log))
        )


def _matches(patient: Patient, own_numbers: list[str], words: list[str]) -> bool:
    keys = keys_of(patient)
    chart = [number_key(value) for value in own_numbers]
    return all(
        any(key.startswith(word) for key in keys)
        or any(number.startswith(number_key(word) or word) for number in chart)
        for word in words
    )


class MemoryConsentRegister:
    """Keeps `ConsentRegister` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def record(self, event: ConsentEvent) -> ConsentEvent:
        """Append; return it with its sequence."""
        log = self._transaction.change("consents")
        kept = event._replace(sequence=self._transaction.next_decision())
        log[kept.sequence] = kept
        return kept

    def events(self, patients: Sequence[PatientId]) -> Mapping[PatientId, Sequence[ConsentEvent]]:
        """Return the logs of these persons, each in order; an empty one for who has none."""
        found: dict[PatientId, list[ConsentEvent]] = {patient: [] for patient in patients}
        for event in self._transaction.tables.consents.values():
            if event.patient in found:
                found[event.patient].append(event)
        return found

    def changes(self, after: int) -> Sequence[ConsentEvent]:
        """Return events with a greater sequence, in order; at most 1,000."""
        log = self._transaction.tables.consents.values()
        return [event for event in log if event.sequence > after][:MOST_CHANGES]

    def logs(self, facility: FacilityCode) -> Mapping[str, Sequence[ConsentEvent]]:
        """Return the logs of all persons linked at a facility, by its own number; none that is empty."""
        links = [link for link in self._transaction.tables.links.values() if link.local.facility == facility]
        logs = self.events([link.patient for link in links if link.patient is not None])
        return {
            link.local.value: logs[link.patient]
            for link in links
            if link.patient is not None and logs[link.patient]
        }

    def position(self, facility: FacilityCode | None = None, after: int = 0) -> int:
        """Return the greatest number of a decision, in the region or about a facility's patients."""
        tables = self._transaction.tables
        if facility is None:
            return max(after, tables.decided.get("last", 0))
        links = [link for link in tables.links.values() if link.local.facility == facility]
        patients = {link.patient for link in links}
        return max(
            after,
            *(event.sequence for event in tables.consents.values() if event.patient in patients),
            *(event[0] for link in links for event in link.history),
            *tables.memberships,
            0,
        )


class MemoryAccounts:
    """Keeps `Accounts` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, account: Account) -> None:
        """Add a person, or replace what is known of the same one; who is new holds the post since ever."""
        before = self._transaction.tables.accounts.get(account.login)
        if before is not None and before.id != account.id:
            raise Conflict("this login is another account's")
        self._transaction.change("accounts")[account.login] = account
        if account.state is AccountState.ACTIVE and not self._posts(account.id):
            post = Post(account.id, account.facility, account.role)
            self._transaction.change("posts")[post[:4]] = post

    def set_password(self, account: str, hashed: str) -> bool:
        """Give an account that is in use another password; say whether there was one."""
        accounts = self._transaction.change("accounts")
        found = [one for one in accounts.values() if one.id == account and one.state is AccountState.ACTIVE]
        for one in found:
            accounts[one.login] = one._replace(password_hash=hashed)
        return bool(found)

    def find(self, login: str) -> Account | None:
        """Return the account with this login."""
        return self._transaction.tables.accounts.get(login)

    def posts(self, account: str, now: int) -> Sequence[Post]:
        """Return the posts an account holds at `now`, its first one first."""
        return [post for post in self._posts(account) if post.held(now)]

    def failures(self, guesser: bytes, since: int, add: int | None = None) -> int:
        """Count failed sign-ins since a moment; with `add`, add one and forget all that were before."""
        if add is not None:
            failed = self._transaction.change("failures")
            number = max(failed, default=0) + 1
            for old in [old for old, (_, at) in failed.items() if at < since]:
                del failed[old]
            failed[number] = (guesser, add)
        rows = self._transaction.tables.failures.values()
        return sum(1 for who, at in rows if who == guesser and at >= since)

    def _posts(self, account: str) -> list[Post]:
        return MemoryPosts(self._transaction).history(account)


class MemoryPosts:
    """Keeps `Posts` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def begin(self, post: Post) -> None:
        """Let a person act there; nothing happens where the same post is held already."""
        if self._open(post) is None:
            self._transaction.change("posts")[post[:4]] = post

    def end(self, post: Post, at: int) -> bool:
        """End a post that has not ended, whenever it began; say whether there was one."""
        rows = self._transaction.tables.posts.values()
        ended = [one for one in rows if one[:3] == post[:3] and one.ends_at > at]
        for one in ended:
            self._transaction.change("posts")[one[:4]] = one._replace(ends_at=at)
        return bool(ended)

    def history(self, account: str) -> list[Post]:
        """Return all posts of an account, oldest first."""
        rows = (post for post in self._transaction.tables.posts.values() if post.account == account)
        return sorted(rows, key=lambda post: (post.starts_at, post.facility, post.role))

    def at(self, facility: FacilityCode, now: int) -> Sequence[Post]:
        """Return the posts held at a facility, by account."""
        rows = self._transaction.tables.posts.values()
        found = (post for post in rows if post.facility == facility and post.held(now))
        return sorted(found, key=lambda post: (post.account, post.role, post.starts_at))

    def _open(self, post: Post) -> Post | None:
        rows = self._transaction.tables.posts.values()
        return next((one for one in rows if one[:3] == post[:3] and one.ends_at == FOREVER), None)


class MemoryFeeds:
    """Keeps `Feeds` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def quarantine(self, items: Iterable[Quarantined]) -> int:
        """Keep each with its newest reason, the same facility and locator once; return how many were new."""
        held = self._transaction.change("quarantined")
        before = len(held)
        for item in items:
            kept = item._replace(locator=storable(item.locator), message=storable(item.message))
            held[kept.facility, kept.locator] = kept
        return len(held) - before

    def release(self, facility: FacilityCode, locators: Sequence[str]) -> None:
        """Forget quarantined locators that could be filed now."""
        held = self._transaction.change("quarantined")
        for locator in locators:
            held.pop((facility, storable(locator)), None)

    def quarantined(self, facility: FacilityCode) -> Sequence[Quarantined]:
        """Return what stands in quarantine, newest first."""
        rows = [one for one in self._transaction.tables.quarantined.values() if one.facility == facility]
        return sorted(rows, key=lambda one: (-one.seen_at, one.locator))

    def key(self) -> bytes:
        """Return the hub's own key for digests of locators."""
        return self._transaction.tables.key

    def finished(self, run: FeedRun) -> None:
        """Record a run."""
        runs = self._transaction.change("runs")
        runs[len(runs) + 1] = run

    def runs(self, facility: FacilityCode, limit: int) -> Sequence[FeedRun]:
        """Return the newest runs, newest first."""
        rows = [run for run in self._transaction.tables.runs.values() if run.facility == facility]
        return rows[::-1][:limit]

    def hours(self, facility: FacilityCode, since: int) -> Sequence[FeedHour]:
        """Add the runs that began at `since` or later up by the hour, oldest first; no hour without one."""
        by_hour: dict[int, list[FeedRun]] = {}
        for run in self._transaction.tables.runs.values():
            if run.facility == facility and run.started_at >= since:
                by_hour.setdefault(run.started_at // 3_600_000, []).append(run)
        return [_hour(hour, runs) for hour, runs in sorted(by_hour.items())]


def _hour(hour: int, runs: Sequence[FeedRun]) -> FeedHour:
    indexed, quarantined = (
        sum(column) for column in zip(*((r.indexed, r.quarantined) for r in runs), strict=True)
    )
    return FeedHour(hour, indexed, quarantined, max(run.finished_at if run.indexed else 0 for run in runs))
