"""An operator proves the audit trail of a real database, and what somebody did to it is found."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from typer.testing import CliRunner, Result

import hie.hub.sealing
from hie.cli.__main__ import app
from hie.exchange.ports import AuditEvent, ChainRow, Store
from hie.exchange.ports.audit import COLUMNS
from hie.exchange.trail.auditing import Sealed, prove_beside
from hie.hub.copying import AuditCopy
from hie.hub.heads import HeadsOutside, SealingKey
from hie.hub.releasing import DAY, Ledger
from hie.hub.sealing import (
    COPY_LATE,
    GAPS,
    HEADS_LATE,
    LEDGER_LOST,
    NOT_WATCHED,
    ROLLED_BACK,
    Outside,
    Sealing,
    seal,
)
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.requester import Origin, Purpose, Requester, Role
from tests import filed as our
from tests.edges import HandClock

WHO = Requester("u1", "=見本 医師", our.CLINIC, Role.DOCTOR, Purpose.TREATMENT, origin=Origin("r1"))
BY = ("--by", "受付 花代")


class Hub:
    """A hub's database, its key and a place outside."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.file = self.data / "hie.sqlite3"
        self.outside = folder / "outside.jsonl"
        self.clock = HandClock(our.NOW)
        self.store: Store = stored_by(Settings(data_dir=self.data))
        self.key = SealingKey(self.data)

    def looked(self, count: int = 1) -> None:
        for _ in range(count):
            with self.store.work() as work:
                work.audit.append(
                    [AuditEvent(self.clock.now(), WHO, "view", "granted", our.HANAKO, 0, (), 3, "1-31")]
                )

    def sealing(self, copy: AuditCopy | None = None) -> Sealing:
        return Sealing(self.store, self.clock, self.key, Outside(HeadsOutside(self.outside), copy))

    def sealed(self) -> None:
        self.sealing().step()

    def tampered(self, *statements: str) -> None:
        with sqlite3.connect(self.file) as raw:
            for statement in statements:
                raw.execute(statement)
        raw.close()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("HIE_DATA_DIR", str(tmp_path / "data"))
    made = Hub(tmp_path)
    made.looked(5)
    made.sealed()
    made.looked(5)
    made.sealed()
    yield made
    made.store.close()


def _verify(hub: Hub, *more: str) -> Result:
    return CliRunner().invoke(app, ["audit", "verify", "--heads", str(hub.outside), *more])


def test_a_trail_that_nobody_touched_is_sound(hub: Hub) -> None:
    done = _verify(hub)
    assert done.exit_code == 0, done.output
    assert "10 rows, 2 seals, 2 heads outside" in done.output
    assert "vouch for the first 10 rows" in done.output
    alone = CliRunner().invoke(app, ["audit", "verify"])
    assert alone.exit_code == 0
    assert "without --heads" in alone.output


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("update audit_event set account = 'u2' where sequence = 3", "row 3: this row is not the one"),
        ("update audit_event set recorded_at = recorded_at - 1 where sequence = 10", "row 10:"),
        ("delete from audit_event where sequence = 4", "row 4: this row is missing"),
        ("delete from audit_event where sequence > 8", "row 9: from this row on"),
        ("update audit_event set role = 'nobody', patient = x'00' where sequence = 7", "row 7:"),
        ("update audit_head set sequence = 9", "row 10: the noted end"),
        ("delete from audit_seal where number = 1", "row 0: a head that was signed"),
        ("update audit_seal set hash = x'00' where number = 2", "row 10: a head about this row was not"),
    ],
)
def test_what_was_done_to_the_database_is_found_with_its_place(hub: Hub, what: str, where: str) -> None:
    hub.tampered(what)
    done = _verify(hub)
    assert done.exit_code == 1
    assert where in done.output


def test_a_row_put_between_is_found(hub: Hub) -> None:
    hub.tampered(
        "update audit_event set sequence = sequence + 100 where sequence > 5",
        "update audit_event set sequence = sequence - 99 where sequence > 100",
        f"insert into audit_event (sequence, hash, {', '.join(COLUMNS)})"  # noqa: S608  our own names
        f" select 6, hash, {', '.join(COLUMNS)} from audit_event where sequence = 5",
        "update audit_head set sequence = 11",
    )
    done = _verify(hub)
    assert done.exit_code == 1
    assert "row 6:" in done.output


def test_an_older_database_put_back_is_found_by_the_heads_outside_and_told_by_the_running_hub(
    hub: Hub,
) -> None:
    hub.tampered(
        "delete from audit_event where sequence > 5",
        "delete from audit_seal where number > 1",
        "update audit_head set sequence = 5, hash = (select hash from audit_event where sequence = 5)",
    )
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    done = _verify(hub)
    assert done.exit_code == 1
    assert "row 6: from this row on rows are missing" in done.output
    sealing = hub.sealing()
    sealing.step()
    assert sealing.troubles() == (ROLLED_BACK,)
    hub.looked(9)
    sealing.step()
    assert sealing.troubles() == (ROLLED_BACK,)
    assert len(hub.outside.read_text().split()) == 2  # no line of the wrong trail joins the right one


def test_a_head_cut_off_by_a_power_cut_hides_nothing_behind_it(hub: Hub) -> None:
    with hub.outside.open("a") as file:
        file.write('{"number":3,"sequ')
    hub.looked()
    hub.sealed()
    done = _verify(hub)
    assert done.exit_code == 0, done.output
    assert "3 heads outside" in done.output


def test_heads_of_another_key_vouch_for_nothing_until_it_is_trusted(hub: Hub, tmp_path: Path) -> None:
    other = SealingKey(tmp_path / "other")
    with hub.store.look() as work:
        head = work.audit.head()
    HeadsOutside(hub.outside).keep([other.seal(2, head, 1)])
    assert "not signed by a key that is trusted" in _verify(hub).output
    assert "not signed" not in _verify(hub, "--key", other.public.hex()).output


def test_nothing_is_sealed_twice_and_an_empty_trail_not_at_all(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    assert seal(hub.store, hub.clock, hub.key) is None
    hub.looked()
    first = seal(hub.store, hub.clock, hub.key)
    assert first is not None
    assert seal(hub.store, hub.clock, hub.key) == first
    hub.store.close()


def test_the_key_is_for_the_hubs_account_alone_and_stays(hub: Hub) -> None:
    file = hub.data / "authority" / "audit-seal.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert SealingKey(hub.data).public == hub.key.public


def test_a_place_outside_that_cannot_be_written_is_told(hub: Hub) -> None:
    sealing = Sealing(
        hub.store, hub.clock, hub.key, Outside(HeadsOutside(hub.outside.parent / "nowhere" / "heads"))
    )
    sealing.step()
    assert sealing.troubles() == (HEADS_LATE,)
    (hub.outside.parent / "nowhere").mkdir()
    sealing.step()
    assert sealing.troubles() == ()


def test_the_copy_has_every_row_and_shows_what_was_changed_in_the_database(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "copy.jsonl"
    copy = AuditCopy(file, hub.clock)
    hub.sealing(copy).step(first=True)  # the rows from before
    hub.store.witnesses.append(copy.witness)
    hub.looked(2)
    assert len(file.read_text().splitlines()) == 12
    assert _verify(hub, "--copy", str(file)).exit_code == 0
    hub.tampered("update audit_event set detail = 'x' where sequence = 12")
    done = _verify(hub, "--copy", str(file))
    assert done.exit_code == 1
    assert "row 12: the copy has another row" in done.output


def test_a_copy_that_cannot_be_written_is_told_after_a_minute_and_caught_up_with(
    hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "away"
    copy = AuditCopy(folder / "copy.jsonl", hub.clock)
    hub.store.witnesses.append(copy.witness)
    sealing = hub.sealing(copy)
    hub.looked(2)
    sealing.step()
    assert sealing.troubles() == ()
    hub.clock.at += 61_000
    hub.looked()
    sealing.step()
    assert sealing.troubles() == (COPY_LATE,)
    folder.mkdir()
    (folder / "copy.jsonl").write_text('{"sequence":10,"ha')  # where the disk ended
    sealing.step()
    assert sealing.troubles() == ()
    hub.looked()
    rows = [json.loads(line)["sequence"] for line in (folder / "copy.jsonl").read_text().splitlines()[1:]]
    assert rows == [11, 12, 13, 14]
    done = _verify(hub, "--copy", str(folder / "copy.jsonl"))
    assert done.exit_code == 1
    assert "row 10: no copy has this row" in done.output
    hub.sealing(copy).step(first=True)
    assert _verify(hub, "--copy", str(folder / "copy.jsonl")).exit_code == 0


def test_a_new_start_copies_what_a_kill_left_out(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "copy.jsonl"
    hub.sealing(AuditCopy(file, hub.clock)).step(first=True)
    hub.looked(3)  # the process was killed between the database and the copy
    hub.sealing(AuditCopy(file, hub.clock)).step(first=True)
    assert [json.loads(line)["sequence"] for line in file.read_text().splitlines()] == list(range(1, 14))


def test_yesterdays_answers_are_laid_beside_the_trail_and_a_gap_is_told(hub: Hub) -> None:
    ledger = Ledger(hub.data, hub.clock)
    ledger.note("r1", "/patients/{patient}", 100)
    ledger.note("r2", "/patients/{patient}", 50)
    done = CliRunner().invoke(app, ["audit", "complete", "--day", "2023-11-15"])
    assert done.exit_code == 1
    assert "2 answers about patients, 150 bytes, 1 gaps" in done.output
    assert "no audit row: request r2, /patients/{patient}, 50 bytes" in done.output
    hub.clock.at += DAY
    sealing = Sealing(hub.store, hub.clock, hub.key, Outside(ledger=ledger))
    sealing.step()
    assert sealing.troubles() == (GAPS,)


def test_an_export_is_recorded_and_holds_no_formula(hub: Hub) -> None:
    done = CliRunner().invoke(
        app, ["audit", "export", *BY, "--from", "2023-11-15", "--to", "2023-11-15", "--format", "csv"]
    )
    assert done.exit_code == 0, done.output
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows) == 11
    assert rows[1][3] == "'=見本 医師"
    assert all(cell[:1] not in {"=", "+", "-", "@"} for row in rows for cell in row)
    with hub.store.look() as work:
        assert work.audit.chain(10, 9)[0].fields[6] == "audit-export"


def test_the_newest_head_can_be_written_down(hub: Hub) -> None:
    done = CliRunner().invoke(app, ["audit", "head"])
    assert json.loads(done.stdout)["key"] == hub.key.public.hex()
    assert json.loads(done.stdout)["sequence"] == 10


def test_a_broken_line_of_a_ledger_stops_no_seal_and_is_told(hub: Hub) -> None:
    ledger = Ledger(hub.data, hub.clock)
    ledger.note("r1", "/patients/{patient}", 100)
    ledger.close()
    with (hub.data / "released" / ledger.name_of(hub.clock.now())).open("a") as file:
        file.write(f"{9**99}\tr8\t/p\t1\n17000\tr")
    hub.clock.at += DAY
    sealing = Sealing(hub.store, hub.clock, hub.key, Outside(HeadsOutside(hub.outside), None, ledger))
    hub.looked()
    sealing.step()
    assert sealing.troubles() == (LEDGER_LOST,)
    with hub.store.look() as work:
        assert work.seals.last().sequence == work.audit.head().sequence  # type: ignore[union-attr]
    assert CliRunner().invoke(app, ["audit", "complete", "--day", "2023-11-15"]).exit_code == 1


def test_a_gap_of_an_earlier_day_is_told_as_long_as_its_ledger_is_kept(hub: Hub) -> None:
    ledger = Ledger(hub.data, hub.clock)
    ledger.note("r2", "/patients/{patient}", 50)
    hub.clock.at += 3 * DAY  # the hub stood still for some days
    sealing = Sealing(hub.store, hub.clock, hub.key, Outside(ledger=ledger))
    sealing.step()
    assert sealing.troubles() == (GAPS,)
    hub.clock.at += DAY
    sealing.step()
    assert sealing.troubles() == (GAPS,)
    hub.clock.at += 14 * DAY
    sealing.step()
    sealing.step()
    assert sealing.troubles() == ()


def test_a_watch_that_fails_goes_on_and_is_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing = Sealing(hub.store, hub.clock, hub.key, every_seconds=0.01)
    failed = Event()

    def fails(*_: object) -> None:
        failed.set()
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(hie.hub.sealing, "seal", fails)
        sealing.start()
        assert failed.wait(10)
        assert _becomes(sealing, (NOT_WATCHED,))
    assert _becomes(sealing, ())
    sealing.stop()
    hub.clock.at += 6 * 60_000
    assert sealing.troubles() == (NOT_WATCHED,)


def _becomes(sealing: Sealing, troubles: tuple[str, ...]) -> bool:
    """Wait until a watch that runs says so."""
    for _ in range(1_000):
        if sealing.troubles() == troubles:
            return True
        sleep(0.01)
    return False


def test_a_gap_in_the_copy_is_named_and_filled_at_the_next_start(hub: Hub, tmp_path: Path) -> None:
    file, other = tmp_path / "copy.jsonl", tmp_path / "other.jsonl"
    hub.sealing(AuditCopy(file, hub.clock)).step(first=True)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:4] + lines[6:]))
    other.write_text("".join(lines[5:6]))
    done = _verify(hub, "--copy", str(file), "--copy", str(other))
    assert done.exit_code == 1
    assert "row 5: no copy has this row" in done.output
    assert "row 6:" not in done.output
    hub.sealing(AuditCopy(file, hub.clock)).step(first=True)
    assert _verify(hub, "--copy", str(file)).exit_code == 0


def test_a_copy_whose_place_hangs_stops_nobody_and_is_told(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "share"
    os.mkfifo(file)  # to open it waits until somebody reads, as a share that is away
    copy = AuditCopy(file, hub.clock, patience=0.05)
    hub.store.witnesses.append(copy.witness)
    hub.looked(3)
    hub.clock.at += 61_000
    hub.looked()
    assert copy.is_late()
    with hub.store.look() as work:
        assert work.audit.head().sequence == 14
    with file.open("rb", buffering=0):
        pass


def test_a_trail_is_proved_beside_a_hub_that_goes_on(hub: Hub) -> None:
    hub.looked(3_000)
    with hub.store.look() as work:

        def while_others_look(rows: Iterator[ChainRow], total: int) -> Iterator[ChainRow]:
            for row in rows:
                if row.sequence == total - 1:
                    hub.looked(5)
                yield row

        assert prove_beside(work.audit, Sealed(), while_others_look).sound


def test_heads_that_vouch_for_nothing_are_no_proof(hub: Hub, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    done = CliRunner().invoke(app, ["audit", "verify", "--heads", str(empty)])
    assert done.exit_code == 1
    assert "vouch for nothing" in done.output
    assert _verify(hub, "--heads", str(empty)).exit_code == 0


def test_proving_makes_no_key(hub: Hub) -> None:
    file = hub.data / "authority" / "audit-seal.pem"
    public = hub.key.public.hex()
    file.unlink()
    assert _verify(hub).exit_code == 1
    assert not file.exists()
    assert _verify(hub, "--key", public).exit_code == 0
