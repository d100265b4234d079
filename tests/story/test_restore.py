"""A region is copied, goes on, is lost, and put back: nothing that was closed since comes open again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consent.model import EVERYTHING, ConsentEvent, EventKind, Provision, Restriction, Withdrawal
from hie.clock import SystemClock
from hie.exchange.consents import consenting
from hie.exchange.founding import operator
from hie.exchange.gate.access import Asked, admit
from hie.exchange.linking import linking
from hie.exchange.ports import Account, Proposal, Registration, RegistrationState, Seal, Store
from hie.exchange.ports.audit import AuditHead
from hie.exchange.trail.auditing import streamed
from hie.hub import backups
from hie.hub.copying import AuditCopy
from hie.hub.heads import SealingKey
from hie.hub.sealing import seal
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Conflict, Invalid
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS
from hie.store import backup
from tests import filed as our

CLOCK = SystemClock()
OFFICE = operator("office")
DOCTOR = Requester("ada", "見本 医師", our.CLINIC, Role.DOCTOR)
BIG = b"DICM" + bytes(70_000)


def _quiet(name: str, done: int) -> None:
    del name, done


class Hub:
    """A hub's settings, its open store, and the copy of its trail elsewhere."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.trail = folder / "elsewhere" / "trail.jsonl"
        self.trail.parent.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(data_dir=folder / "hub", database_url=database_url)
        self.opened: list[Store] = []
        self.store = self.open(self.settings)
        self.copy = AuditCopy(self.trail, CLOCK)
        self.store.witnesses.append(self.copy.witness)
        self.key = SealingKey(folder)
        self.heads: list[Seal] = []

    def open(self, settings: Settings) -> Store:
        """Open a store that is closed at the end of the test."""
        self.opened.append(stored_by(settings))
        return self.opened[-1]

    def seal(self) -> None:
        """Seal the trail, and keep its head elsewhere."""
        head = seal(self.store, CLOCK, self.key)
        assert head is not None
        self.heads.append(head)

    def sees(self, patient: PatientId = our.HANAKO) -> int:
        """Return how many documents the clinic's doctor is shown."""
        with self.store.work() as work:
            grant = admit(work, CLOCK.now(), [Asked(DOCTOR, patient, "view")])[0].grant
            work.commit()
            return len(work.registry.find(grant, ALWAYS)) if grant else 0


def _decide(hub: Hub, patient: PatientId, kind: EventKind, **fields: object) -> None:
    with hub.store.work() as work:
        event = ConsentEvent(0, patient, kind, CLOCK.now(), "office", "form", **fields)  # type: ignore[arg-type]
        consenting.enter(work, CLOCK.now(), OFFICE, [event])


def _found(hub: Hub) -> None:
    """Two patients of the hospital, both shown to the clinic: a small document and a large one each."""
    now = CLOCK.now()
    with hub.store.work() as work:
        for code, kind in ((our.HOSPITAL, FacilityKind.HOSPITAL), (our.CLINIC, FacilityKind.CLINIC)):
            work.directory.add(Facility(code, f"見本{code}", kind, code[-2:], 0))
        work.accounts.add(Account("ada", "ada", "見本 医師", our.CLINIC, Role.DOCTOR, "hash"))
        for patient, name, number in ((our.HANAKO, "見本 花子", "1"), (our.TARO, "見本 太郎", "2")):
            work.patients.enrol(our.a_person(patient, name))
            local = work.patients.link(LocalPatientId(our.HOSPITAL, number), patient, "office", now)
            work.patients.link(LocalPatientId(our.CLINIC, number), patient, "office", now)
            given = ConsentEvent(0, patient, EventKind.GIVEN, now, "office", "form", (Provision(),))
            consenting.enter(work, now, OFFICE, [given])
            filings = [
                our.a_filing(hub.store, our.facts(order=f"{number:0>15}"), number.encode()),
                our.a_large_filing(hub.store, BIG + number.encode(), our.facts(order=f"9{number:0>14}")),
            ]
            work.registry.register(our.to_publish_of(work, patient), local, filings)


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    """A founded hub."""
    database = request.getfixturevalue("new_postgres_url")() if request.param == "postgresql" else ""
    made = Hub(tmp_path, database)
    _found(made)
    made.seal()
    assert (made.sees(), made.sees(our.TARO)) == (2, 2)
    yield made
    for store in made.opened:
        store.close()


@pytest.fixture
def empty_settings(hub: Hub, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where the copy is put back: another machine, of the same kind."""
    remote = bool(hub.settings.database_url)
    database = request.getfixturevalue("new_postgres_url")() if remote else ""
    return Settings(data_dir=tmp_path / "again", database_url=database)


def _taken(hub: Hub, tmp_path: Path) -> Path:
    folder = tmp_path / "copies" / "monday"
    backups.back_up(hub.settings, hub.store, CLOCK, OFFICE, folder, _quiet)
    return folder


def _reopened(hub: Hub, settings: Settings) -> Hub:
    again = Hub.__new__(Hub)
    again.settings, again.store, again.trail = settings, hub.open(settings), hub.trail
    return again


def test_what_was_withdrawn_since_the_copy_stays_closed(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=EVERYTHING)
    assert (hub.sees(), hub.sees(our.TARO)) == (0, 2)
    hub.seal()
    hub.store.close()
    done = backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)
    assert done.open
    assert done.replayed is not None
    assert done.replayed.closed == {"consent-withdrawn": 1}
    assert done.replayed.to_enter == (our.HANAKO,)
    again = _reopened(hub, empty_settings)
    assert (again.sees(), again.sees(our.TARO)) == (0, 2)


def test_without_the_trail_nobody_is_shown_anything_until_somebody_answers_for_it(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=EVERYTHING)
    hub.store.close()
    done = backups.restore(empty_settings, CLOCK, OFFICE, folder, [], [], _quiet)
    assert not done.open
    again = _reopened(hub, empty_settings)
    assert (again.sees(), again.sees(our.TARO)) == (0, 0)
    again.store.close()
    backups.reopen(empty_settings, CLOCK, OFFICE, folder, _quiet)
    again = _reopened(hub, empty_settings)
    assert again.sees(our.TARO) == 2
    with pytest.raises(Conflict):
        backups.reopen(empty_settings, CLOCK, OFFICE, folder, _quiet)


def test_documents_come_back_byte_for_byte_and_the_audit_trail_goes_on(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    with hub.store.look() as work:
        before = [row.hash for row in streamed(work.audit)]
    hub.seal()
    hub.store.close()
    backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)
    again = _reopened(hub, empty_settings)
    with again.store.work() as work:
        after = [row.hash for row in streamed(work.audit)]
        grant = admit(work, CLOCK.now(), [Asked(DOCTOR, our.TARO, "view")])[0].grant
        assert grant is not None
        work.commit()
        sizes = {
            len(work.repository.retrieve(grant, work.registry.get(grant, line.id)))
            for line in work.registry.find(grant, ALWAYS)
        }
    copied_rows = backup.read_manifest(folder).audit_sequence
    assert after[:copied_rows] == before[:copied_rows]
    assert sizes == {1, len(BIG) + 1}


def _narrowed(hub: Hub) -> None:
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=Withdrawal(recipients=frozenset({our.CLINIC})))


def _doubted(hub: Hub) -> None:
    with hub.store.work() as work:
        linking.contest(work, CLOCK.now(), OFFICE, LocalPatientId(our.HOSPITAL, "1"), "asked-by-patient")


def _refused(hub: Hub) -> None:
    refusal = Restriction(recipients=frozenset({our.CLINIC}))
    _decide(hub, our.HANAKO, EventKind.RESTRICTED, restriction=refusal)


def _held(hub: Hub) -> None:
    hold = Restriction(frozenset({our.HOSPITAL}), by_discloser=True)
    _decide(hub, our.HANAKO, EventKind.RESTRICTED, restriction=hold)


@pytest.mark.parametrize("closing", [_narrowed, _doubted, _refused, _held])
def test_whatever_closed_something_is_closed_again(
    closing: Callable[[Hub], None], hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    closing(hub)
    assert hub.sees() == 0
    hub.seal()
    hub.store.close()
    assert backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet).open
    assert _reopened(hub, empty_settings).sees() == 0


def _cut(hub: Hub, kept: Callable[[list[str]], list[str]]) -> None:
    lines = hub.trail.read_text("utf-8").splitlines(keepends=True)
    hub.trail.write_text("".join(kept(lines)), "utf-8")


@pytest.mark.parametrize(
    "kept", [lambda _: [], lambda lines: lines[:-1], lambda lines: lines[:-3]], ids=["empty", "last", "some"]
)
def test_a_trail_that_ends_before_the_newest_head_opens_nothing(
    kept: Callable[[list[str]], list[str]], hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    hub.sees()
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=EVERYTHING)
    hub.seal()
    hub.store.close()
    _cut(hub, kept)
    assert not backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet).open
    assert _reopened(hub, empty_settings).sees() == 0


def test_without_a_head_from_elsewhere_or_with_a_forged_one_nothing_opens(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    hub.seal()
    forged = SealingKey(tmp_path / "forger").seal(
        9, AuditHead(hub.heads[-1].sequence, hub.heads[-1].hash), CLOCK.now()
    )
    hub.store.close()
    with pytest.raises(Invalid):
        backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], [forged], _quiet)
    done = backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], [], _quiet)
    assert not done.open
    assert _reopened(hub, empty_settings).sees(our.TARO) == 0


def test_a_restore_that_was_cut_off_goes_on_and_cannot_be_opened_before(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    folder = _taken(hub, tmp_path)
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=EVERYTHING)
    hub.seal()
    hub.store.close()
    hub.open(empty_settings).close()  # the schema, as the first step of a restore leaves it
    backup.put_back(empty_settings.database, folder, backup.DECISIONS, backup.Stage.DECISIONS, _quiet)
    with pytest.raises(Conflict):
        backups.reopen(empty_settings, CLOCK, OFFICE, folder, _quiet)
    assert backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet).open
    again = _reopened(hub, empty_settings)
    assert (again.sees(), again.sees(our.TARO)) == (0, 2)


def test_what_waited_for_a_second_person_waits_no_more(
    hub: Hub, empty_settings: Settings, tmp_path: Path
) -> None:
    with hub.store.work() as work:
        waiting = Registration("r" * 32, RegistrationState.PROPOSED, our.CLINIC, Proposal(patient=our.HANAKO))
        work.registrations.add(waiting)
        work.duties.set(our.HOSPITAL, "office", CLOCK.now(), on=True)
    folder = _taken(hub, tmp_path)
    hub.seal()
    hub.store.close()
    backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)
    with _reopened(hub, empty_settings).store.look() as work:
        found = work.registrations.find(waiting.id)
        assert found is not None
        assert found.state is RegistrationState.CANCELLED
        assert not work.duties.on_duty()


def test_a_gap_in_the_trail_is_no_proof(hub: Hub, empty_settings: Settings, tmp_path: Path) -> None:
    folder = _taken(hub, tmp_path)
    hub.sees()
    _decide(hub, our.HANAKO, EventKind.WITHDRAWN, withdrawal=EVERYTHING)
    hub.sees()
    hub.store.close()
    _cut(hub, lambda lines: lines[:-2] + lines[-1:])
    with pytest.raises(Invalid):
        backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)
    assert _reopened(hub, empty_settings).sees(our.TARO) == 0


def test_a_copy_that_was_changed_is_not_put_back(hub: Hub, empty_settings: Settings, tmp_path: Path) -> None:
    folder = _taken(hub, tmp_path)
    backup.verify(folder, _quiet)
    victim = folder / "consent_event.jsonl.zst"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(Invalid):
        backup.verify(folder, _quiet)
    with pytest.raises(Invalid):
        backups.restore(empty_settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)


def test_a_copy_is_put_into_an_empty_database_only(hub: Hub, tmp_path: Path) -> None:
    folder = _taken(hub, tmp_path)
    with pytest.raises(Conflict):
        backups.restore(hub.settings, CLOCK, OFFICE, folder, [hub.trail], hub.heads, _quiet)
    assert hub.sees() == 2


def test_a_second_copy_shares_the_large_documents(hub: Hub, tmp_path: Path) -> None:
    first = _taken(hub, tmp_path)
    objects = sorted((first.parent / backup.OBJECTS).rglob("*"))
    second = backups.back_up(hub.settings, hub.store, CLOCK, OFFICE, first.parent / "tuesday", _quiet)
    assert second.objects == 2
    assert sorted((first.parent / backup.OBJECTS).rglob("*")) == objects
