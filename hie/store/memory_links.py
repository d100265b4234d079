"""The log of links, its queue, and what facilities said, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hie.exchange.linking.likeness import keys_of
from hie.exchange.ports import LinkCase, LinkEvent, LinkKind, LocalNumber, Statement
from hie.record.identifiers import EntryId, LocalPatientId, PatientId
from hie.record.people import PersonFacts
from hie.store.memory_tables import Link, MemoryTransaction


class MemoryLinks:
    """Keeps `Links` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def note(self, local: LocalPatientId, event: LinkEvent) -> LinkEvent:
        """Append what happened; the number gets its surrogate if it had none."""
        links = self._transaction.change("links")
        known = self.find(local)
        surrogate = known.surrogate if known else len(links) + 1
        link = links.get(surrogate, Link(local, None, ()))
        kept = event._replace(sequence=self._transaction.next_decision(), surrogate=surrogate)
        links[surrogate] = link._replace(history=(*link.history, kept))
        return kept

    def turn(self) -> int:
        """Wait for every other writer of decisions, and return the moment of the last one."""
        self._transaction.change("decided")
        tables = self._transaction.tables
        moments = [(one.sequence, one.recorded_at) for one in tables.consents.values()]
        moments += [(one.sequence, one.recorded_at) for one in tables.memberships.values()]
        moments += [(one.sequence, one.at) for link in tables.links.values() for one in link.history]
        return max(moments, default=(0, 0))[1]

    def history(self, surrogate: int) -> Sequence[LinkEvent]:
        """Return what happened to a number, oldest first."""
        link = self._transaction.tables.links.get(surrogate)
        return list(link.history) if link else []

    def of_person(self, patient: PatientId) -> Sequence[LinkEvent]:
        """Return what happened between any number and a person, oldest first."""
        links = self._transaction.tables.links.values()
        return sorted(event for link in links for event in link.history if event.patient == patient)

    def number(self, surrogate: int) -> LocalNumber | None:
        """Return a number by its surrogate."""
        link = self._transaction.tables.links.get(surrogate)
        return LocalNumber(surrogate, link.local, link.patient or PatientId("")) if link else None

    def find(self, local: LocalPatientId) -> LocalNumber | None:
        """Return a number that is or was somebody's, or is proposed."""
        for surrogate, link in self._transaction.tables.links.items():
            if link.local == local:
                return LocalNumber(surrogate, link.local, link.patient or PatientId(""))
        return None

    def filed(self, surrogate: int, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return those of the entries that lie under a number, with their data kind and no more."""
        kept = self._transaction.tables.entries
        return {
            entry: kept[entry].entry.facts.key.data_kind
            for entry in entries
            if entry in kept and kept[entry].entry.local_patient == surrogate
        }


class MemoryLinkCases:
    """Keeps `LinkCases` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, case: LinkCase) -> None:
        """Put a case into the queue, in place of an older one of the same number."""
        self._transaction.change("link_cases")[case.surrogate] = case

    def close(self, surrogate: int) -> bool:
        """Take a number's case out, and say whether there was one."""
        return self._transaction.change("link_cases").pop(surrogate, None) is not None

    def find(self, surrogate: int) -> LinkCase | None:
        """Return a number's case."""
        return self._transaction.tables.link_cases.get(surrogate)

    def all(self, facility: str, most: int) -> Sequence[LinkCase]:
        """Return cases of a facility's numbers, or of all where it is empty."""
        cases = self._transaction.tables.link_cases.values()
        mine = [case for case in cases if facility in {"", case.local.facility}]
        return sorted(mine, key=lambda case: (case.kind is not LinkKind.CONTESTED, case.at, case.surrogate))[
            :most
        ]


class MemoryLocalStatements:
    """Keeps `LocalStatements` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, statements: Sequence[Statement]) -> None:
        """Keep what is said; the same said again becomes the newest and is not kept twice."""
        kept = self._transaction.change("local_statements")
        for one in statements:
            last = max((said.at for said in kept.values() if said.surrogate == one.surrogate), default=-1)
            kept[one.surrogate, one.digest] = one._replace(at=max(one.at, last + 1))

    def of(self, surrogates: Sequence[int]) -> Mapping[int, Sequence[Statement]]:
        """Return what was said of these numbers, newest first."""
        found: dict[int, list[Statement]] = {}
        for one in sorted(self._transaction.tables.local_statements.values(), key=lambda one: -one.at):
            if one.surrogate in surrogates:
                local = self._transaction.tables.links[one.surrogate].local
                said = one._replace(facts=one.facts._replace(local=local))
                found.setdefault(one.surrogate, []).append(said)
        return found

    def newest(self, surrogates: Sequence[int], source: str) -> Mapping[int, bytes]:
        """Return the digest of what `source` said last of each of these numbers."""
        return {
            surrogate: next(one.digest for one in said if one.source == source)
            for surrogate, said in self.of(surrogates).items()
            if any(one.source == source for one in said)
        }

    def alike(self, keys: Sequence[str], most: int) -> Sequence[PatientId]:
        """Return persons who have one of the keys, or a linked number of whom does."""
        tables, wanted = self._transaction.tables, set(keys)
        found: set[tuple[PatientId, str]] = set()
        for patient in tables.patients.values():
            facts = PersonFacts(patient.name, patient.birth_day, patient.sex)
            found |= {(patient.id, key) for key in keys_of(facts) & wanted}
        for said in tables.local_statements.values():
            if person := tables.links[said.surrogate].patient:
                found |= {(person, key) for key in keys_of(said.facts) & wanted}
        counted = Counter(person for person, _ in found)
        return sorted(counted, key=lambda person: (-counted[person], person))[:most]
