"""Edges and maintenance in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consent.grant import MaintenanceGrant, MaintenanceTask
from hie.exchange.ports import Certificate, Edge, EdgeTask, TakenBack
from hie.record.entry import EntryKey, EntryStatus
from hie.record.identifiers import ContentHash, FacilityCode, LocalPatientId
from hie.store.asking import must_maintain
from hie.store.maintenance import STUDY_KIND
from hie.store.memory_tables import FiledEntry, MemoryTransaction

_RUNS = ("run", "run_at", "former_runs", "twice_at")


class MemoryEdges:
    """Keeps `Edges` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def offer(self, facility: FacilityCode, secret: bytes, expires_at: int) -> None:
        """Keep the hash of a one-time secret; the facility's earlier ones end."""
        self._end_secrets(facility)[secret] = (facility, expires_at)

    def offered(self, secret: bytes, now: int) -> bool:
        """Say whether `enrol` would take this secret now."""
        _, expires_at = self._transaction.tables.edge_secrets.get(secret, ("", 0))
        return bool(expires_at > now)

    def enrol(self, secret: bytes, now: int) -> Edge | None:
        """Use a secret up and begin the next epoch of its facility, or return none."""
        facility, expires_at = self._transaction.change("edge_secrets").get(secret, ("", 0))
        if expires_at <= now:
            return None
        self._transaction.change("edge_secrets").pop(secret)
        edges = self._transaction.change("edges")
        before = edges.get(facility, Edge(FacilityCode(facility), 0, 0, 0, 0, 0, "", 0))
        made = Edge(before.facility, before.epoch + 1, 0, now, 0, *before[5:8])
        edges[facility] = made
        return made

    def certify(self, certificate: Certificate) -> None:
        """Remember a certificate that is about to be handed out."""
        self._transaction.change("edge_certificates")[certificate.fingerprint] = certificate

    def find(self, fingerprint: bytes) -> tuple[Certificate, Edge] | None:
        """Return a certificate with its facility's edge as it is now."""
        tables = self._transaction.tables
        found = tables.edge_certificates.get(fingerprint)
        return (found, tables.edges[found.facility]) if found and found.facility in tables.edges else None

    def revoke(self, facility: FacilityCode, now: int) -> bool:
        """End the edge's leave to speak, and secrets not yet used; say whether it had one."""
        self._end_secrets(facility)
        edges = self._transaction.change("edges")
        if facility not in edges or edges[facility].revoked_at:
            return False
        edges[facility] = edges[facility]._replace(revoked_at=now)
        return True

    def all(self) -> Sequence[Edge]:
        """Return all edges, by facility."""
        return sorted(self._transaction.tables.edges.values())

    def of(self, facility: FacilityCode) -> Edge | None:
        """Return a facility's edge, none if it never enrolled one."""
        return self._transaction.tables.edges.get(facility)

    def incarnation(self) -> int:
        """Return the number by which edges tell this database from one restored in its place."""
        return self._transaction.tables.incarnation["is"]

    def begin_anew(self, incarnation: int) -> None:
        """Be another database from now on."""
        self._transaction.change("incarnation")["is"] = incarnation

    def _end_secrets(self, facility: FacilityCode) -> dict[bytes, tuple[FacilityCode, int]]:
        secrets = self._transaction.change("edge_secrets")
        for old in [old for old, (whose, _) in secrets.items() if whose == facility]:
            del secrets[old]
        return secrets


class MemoryContacts:
    """Keeps `Contacts` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Write in `transaction`."""
        self._transaction = transaction

    def fence(self, edge: Edge, number: int, now: int) -> bool:
        """Take a batch number; nobody else writes before the commit."""
        edges = self._transaction.change("edges")
        known: Edge | None = edges.get(edge.facility)
        if known is None or known.epoch != edge.epoch or known.revoked_at or known.number > number:
            return False
        edges[edge.facility] = known._replace(number=number, contacted_at=now)
        return True

    def report(self, facility: FacilityCode, status: str, now: int) -> None:
        """Keep an edge's report instead of the one before."""
        edges = self._transaction.change("edges")
        if facility in edges:
            edges[facility] = edges[facility]._replace(status=status, reported_at=now, contacted_at=now)

    def runs(self, edge: Edge) -> None:
        """Keep which starts of an edge have spoken, and whether two of them do."""
        edges = self._transaction.change("edges")
        edges[edge.facility] = edges[edge.facility]._replace(**dict(zip(_RUNS, edge[8:], strict=True)))


class MemoryTaskQueue:
    """Keeps `TaskQueue` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def put(self, task: EdgeTask) -> None:
        """Add a task."""
        self._transaction.change("edge_tasks")[task.id] = task

    def waiting(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return tasks that are not finished, oldest first."""
        return [task for task in self._of(facility) if not task.finished_at][:limit]

    def finish(self, facility: FacilityCode, task: str, outcome: str, detail: str, now: int) -> bool:
        """Note what became of a waiting task of this facility; say whether there was one."""
        tasks = self._transaction.change("edge_tasks")
        found: EdgeTask | None = tasks.get(task)
        if found is None or found.facility != facility or found.finished_at:
            return False
        tasks[task] = found._replace(finished_at=now, outcome=outcome, detail=detail)
        return True

    def recent(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return the newest tasks, newest first."""
        return self._of(facility)[::-1][:limit]

    def _of(self, facility: FacilityCode) -> list[EdgeTask]:
        return [task for task in self._transaction.tables.edge_tasks.values() if task.facility == facility]


class MemoryMaintenance:
    """Keeps `Maintenance` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Write in `transaction`."""
        self._transaction = transaction

    def withdraw(
        self,
        grant: MaintenanceGrant,
        number: str,
        keys: Collection[EntryKey] | None = None,
        hashes: Collection[ContentHash] = (),
    ) -> TakenBack:
        """Withdraw what the grant covers of a facility's own number; say what was spared."""
        must_maintain(grant, MaintenanceTask.WITHDRAWAL)
        local = LocalPatientId(grant.requester.facility, number)
        own = {
            surrogate
            for surrogate, link in self._transaction.tables.links.items()
            if link.local == local and (link.patient or "") == grant.patient
        }
        studies = {
            one.instance.study_instance_uid
            for one in self._transaction.tables.instances.values()
            if one.local_patient in own and one.content_hash in hashes
        }
        entries = self._transaction.change("entries")
        taken, spared = 0, set[EntryKey]()
        for entry, filing in list(entries.values()):
            facts = entry.facts
            wanted = (
                keys is None
                or facts.key in keys
                or entry.content_hash in hashes
                or (facts.key.data_kind == STUDY_KIND and facts.key.order_number in studies)
            )
            covered = grant.covers(
                entry.custodian, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            )
            standing = facts.status is not EntryStatus.WITHDRAWN
            if entry.local_patient not in own or not wanted or not standing:
                continue
            if covered:
                gone = facts._replace(status=EntryStatus.WITHDRAWN)
                entries[entry.id] = FiledEntry(entry._replace(facts=gone), filing)
                taken += 1
            else:
                spared.add(facts.key)
        return TakenBack(taken, frozenset(spared))
