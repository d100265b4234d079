"""What a spool promises, one by one, and against a model of plain loops in any order."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hie.exchange.ports.spool import (
    Answered,
    Examined,
    Found,
    Item,
    ItemState,
    KnownFolder,
    Stat,
    Thing,
)
from hie.record.entry import Confidentiality, DocumentClass, Format
from hie.record.errors import Misconfigured, Unavailable
from hie.record.identifiers import content_hash
from hie.record.times import Day
from hie.store.spool import SqliteSpool
from hie.store.spool_file import EXIT_CODE
from hie.store.spool_rows import ITEMS, LEFT, item_of
from tests.contract.spool_model import SpoolModel

SOURCES = {"files": Format.SSMIX2, "images": Format.DICOM}
FILES = "files"
P1, P2 = "0000000001", "0000000002"
SEEN, HELD, PUBLISHABLE, FILED, UNREADABLE, RECALLED, WITHDRAWN = ItemState


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[SqliteSpool]:
    """Open a new spool for two sources."""
    opened = SqliteSpool(tmp_path / "spool.sqlite", SOURCES)
    yield opened
    opened.close()


def found(
    name: str, patient: str = P1, thing: str = "", inode: int = 0, modified: int = 1, folder: str = "a/b"
) -> Found:
    """Name a document."""
    locator = f"{folder}/{name}" if folder else name
    return Found(
        locator,
        name,
        patient,
        thing or f"{patient}-{name}",
        Stat(inode or crc32(name.encode("utf-8", "surrogateescape")), 10, modified, 1),
    )


def listed(spool: SqliteSpool, *documents: Found, folder: str = "a/b", now: int = 1) -> int:
    return spool.listed(FILES, KnownFolder(folder, 5), documents, now)


def read(item: Item, state: ItemState = PUBLISHABLE, day: int = 20260310, content: bytes = b"x") -> Examined:
    kind = DocumentClass.LABORATORY_RESULT
    return Examined(
        item.id, item.revision, state, content_hash(content), kind, Day(day), Confidentiality.NORMAL, 0
    )


def file_all(spool: SqliteSpool) -> list[Item]:
    """Examine, send and file all of both patients; return the items as they were sent."""
    spool.examined([read(item) for item in spool.to_examine([P1, P2], 100)], 2)
    sent = [item for thing in spool.to_send(100, 10**9) for item in thing.items]
    spool.answered([Answered(item.id, item.revision, FILED) for item in sent], 3)
    return sent


def states(spool: SqliteSpool) -> dict[str, int]:
    return {state.value: number for (_, state), number in spool.counts().items()}


def test_a_new_document_is_seen_and_its_folder_known(spool: SqliteSpool) -> None:
    assert listed(spool, found("1")) == 1
    assert list(spool.folders(FILES)) == [KnownFolder("", -1), KnownFolder("a", -1), KnownFolder("a/b", 5)]
    assert spool.below(FILES, "a") == ["a/b"]
    assert spool.standing(FILES, "a/b") == [found("1")]
    assert states(spool) == {"seen": 1}
    assert listed(spool, found("1")) == 0


def test_what_is_seen_is_examined_newest_care_dates_first_and_only_of_those_asked_about(
    spool: SqliteSpool,
) -> None:
    names = [f"{P1}_2026030{day}_OMP-01" for day in (1, 3, 2)]
    listed(spool, *(found(name) for name in names), found(f"{P2}_20260309_OMP-01", P2))
    assert [item.found.name[11:19] for item in spool.to_examine([P1], 2)] == ["20260303", "20260302"]
    assert [item.found.patient for item in spool.to_examine([P1, P2], 1)] == [P2]
    assert spool.to_examine([], 10) == []


def test_what_is_examined_may_be_asked_of_some_sources_only(spool: SqliteSpool) -> None:
    listed(spool, found(f"{P1}_20260301_OMP-01"))
    spool.listed("images", KnownFolder("i", 1), [found("i/1")], 1)
    assert [item.source for item in spool.to_examine([P1], 10, ["images"])] == ["images"]
    assert [item.source for item in spool.to_examine([P1], 10, [FILES, "elsewhere"])] == [FILES]
    assert len(spool.to_examine([P1], 10)) == 2
    assert spool.to_examine([P1], 10, []) == []


def test_an_examined_document_is_sent_and_filed(spool: SqliteSpool) -> None:
    listed(spool, found("1"))
    (sent,) = file_all(spool)
    assert sent.state is PUBLISHABLE
    assert states(spool) == {"filed": 1}
    assert spool.to_send(10, 10**9) == []
    assert spool.oldest_unsent() == 0


def test_what_changed_while_it_was_read_stays_seen(spool: SqliteSpool) -> None:
    listed(spool, found("1"))
    (item,) = spool.to_examine([P1], 10)
    assert listed(spool, found("1", modified=2)) == 1
    spool.examined([read(item)], 2)
    assert states(spool) == {"seen": 1}


def test_an_answer_about_an_older_revision_changes_nothing(spool: SqliteSpool) -> None:
    listed(spool, found("1"))
    spool.examined([read(item) for item in spool.to_examine([P1], 10)], 2)
    ((item,),) = [thing.items for thing in spool.to_send(10, 10**9)]
    listed(spool, found("1", modified=2))
    spool.answered([Answered(item.id, item.revision, FILED)], 3)
    assert states(spool) == {"seen": 1}


def test_a_renamed_flag_keeps_the_digest_and_makes_the_thing_seen(spool: SqliteSpool) -> None:
    old, other = found("k_1", thing="k", inode=7), found("k_3", thing="k", inode=8)
    listed(spool, old, other)
    file_all(spool)
    renamed = found("k_2", thing="k", inode=7)
    assert listed(spool, renamed, other) == 1
    items = {item.found.name: item for item in spool.to_examine([P1], 10)}
    assert items.keys() == {"k_2", "k_3"}
    assert items["k_2"].content_hash == content_hash(b"x")
    assert items["k_2"].at_hub


def test_a_thing_waits_for_all_its_versions(spool: SqliteSpool) -> None:
    listed(spool, found("k_1", thing="k"), found("k_2", thing="k"))
    first, second = spool.to_examine([P1], 10)
    spool.examined([read(first)], 2)
    assert spool.to_send(10, 10**9) == []
    spool.examined([read(second)], 2)
    ((*items,),) = [thing.items for thing in spool.to_send(10, 10**9)]
    assert len(items) == 2


def test_small_formats_and_newest_days_go_first_and_a_batch_has_its_bounds(spool: SqliteSpool) -> None:
    listed(spool, found("1"), found("2"), found("3"))
    spool.listed("images", KnownFolder("", 5), [found("i", folder="")], 1)
    days = {"1": 20260101, "2": 20260303, "3": 20260202, "i": 20261231}
    spool.examined([read(item, day=days[item.found.name]) for item in spool.to_examine([P1], 10)], 2)

    def names(things: list[Thing]) -> list[str]:
        return [thing.items[0].found.name for thing in things]

    assert names(spool.to_send(10, 10**9)) == ["2", "3", "1", "i"]
    assert names(spool.to_send(2, 10**9)) == ["2", "3"]
    assert names(spool.to_send(10, 25)) == ["2", "3"]
    assert names(spool.to_send(0, 0)) == ["2"]


def test_without_consent_what_may_be_at_the_hub_is_recalled_and_the_rest_is_held(spool: SqliteSpool) -> None:
    listed(spool, *(found(name) for name in "123"))
    spool.examined([read(item) for item in spool.to_examine([P1], 10)], 2)
    filed, unanswered = (thing.items[0] for thing in spool.to_send(2, 10**9))
    spool.answered([Answered(filed.id, filed.revision, FILED)], 3)
    spool.regated(P1, None, 4)
    assert {item.id for item in spool.to_recall(10)} == {filed.id, unanswered.id}
    assert states(spool) == {"recalled": 2, "held": 1}
    spool.answered([Answered(item.id, item.revision, WITHDRAWN) for item in spool.to_recall(10)], 5)
    assert states(spool) == {"withdrawn": 2, "held": 1}
    spool.regated(P1, lambda _: True, 6)
    assert states(spool) == {"publishable": 3}
    assert not any(item.at_hub for thing in spool.to_send(10, 10**9) for item in thing.items)


def test_what_changed_after_it_was_filed_is_recalled_all_the_same(spool: SqliteSpool) -> None:
    listed(spool, found("1"))
    file_all(spool)
    listed(spool, found("1", modified=2))
    spool.regated(P1, None, 4)
    (item,) = spool.to_recall(10)
    assert item.content_hash == content_hash(b"x")
    spool.answered([Answered(item.id, item.revision, WITHDRAWN)], 5)
    assert states(spool) == {"seen": 1}


def test_what_left_its_folder_is_recalled_all_the_same(spool: SqliteSpool) -> None:
    listed(spool, found("1"), found("2"))
    file_all(spool)
    assert listed(spool, found("2")) == 1
    assert spool.gone(FILES, "a", 2) == 1
    assert list(spool.folders(FILES)) == [KnownFolder("", -1)]
    assert states(spool) == {}
    spool.regated(P1, None, 4)
    recalled = spool.to_recall(10)
    assert sorted(item.found.locator for item in recalled) == ["a/b/1", "a/b/2"]
    spool.answered([Answered(item.id, item.revision, WITHDRAWN) for item in recalled], 5)
    assert states(spool) == {}


def test_what_left_and_came_back_is_the_same_document(spool: SqliteSpool) -> None:
    listed(spool, found("1", inode=7))
    (sent,) = file_all(spool)
    listed(spool)
    listed(spool, found("1", inode=7, folder="c"), folder="c")
    (again,) = spool.to_examine([P1], 10)
    assert (again.id, again.content_hash) == (sent.id, sent.content_hash)


def test_a_recall_is_called_off_when_consent_returns_and_its_late_answer_means_nothing(
    spool: SqliteSpool,
) -> None:
    listed(spool, found("1"))
    file_all(spool)
    spool.regated(P1, None, 4)
    (recalled,) = spool.to_recall(10)
    spool.regated(P1, lambda _: True, 5)
    spool.answered([Answered(recalled.id, recalled.revision, WITHDRAWN)], 6)
    assert states(spool) == {"publishable": 1}


def test_a_name_alone_keeps_a_document_in_quarantine(spool: SqliteSpool) -> None:
    bad = found("bad", patient="")._replace(reason="PATH-02", message="The name does not follow the grammar.")
    listed(spool, bad, found("1"))
    (item,) = spool.to_examine([P1, ""], 10)
    spool.examined([read(item, UNREADABLE)._replace(reason="CHR-01")], 2)
    assert [one.reason for one in spool.unreadable(10)] == ["CHR-01", "PATH-02"]
    assert spool.replay(FILES, [], 3) == 1
    assert spool.replay(FILES, ["a/b/bad"], 3) == 0
    assert spool.standing(FILES, "a/b") == sorted([bad, found("1")])
    assert states(spool) == {"seen": 1, "unreadable": 1}


def test_what_names_nobody_is_held(spool: SqliteSpool) -> None:
    listed(spool, found("notes.txt", patient=""))
    assert states(spool) == {"held": 1}


def test_names_of_any_bytes_are_kept(spool: SqliteSpool) -> None:
    odd = b"caf\xe9.\x83".decode("utf-8", "surrogateescape")
    folder = f"a/{odd}"
    one = found(odd, folder=folder)
    spool.listed(FILES, KnownFolder(folder, 5), [one], 1)
    spool.listed(FILES, KnownFolder("b", 5), [], 1)
    assert [known.path for known in spool.folders(FILES)] == ["", "a", "b", folder]
    assert spool.standing(FILES, folder) == [one]
    assert spool.gone(FILES, "a", 2) == 1
    assert [known.path for known in spool.folders(FILES)] == ["", "b"]


def test_a_log_is_followed_and_its_records_are_documents(spool: SqliteSpool) -> None:
    record = found("TR_1.DAT#0", folder="2026")._replace(name=f"{P1}_20260310_OMP-01", thing="k")
    assert spool.position(FILES) == ""
    spool.followed(FILES, "TR_1.DAT:100", [record], [], 1)
    spool.followed(FILES, "TR_1.DAT:100", [record], [], 1)
    assert spool.position(FILES) == "TR_1.DAT:100"
    assert [item.found for item in spool.to_examine([P1], 10)] == [record]
    assert list(spool.folders(FILES)) == []


def test_many_folders_stream_in_the_order_of_their_paths(spool: SqliteSpool) -> None:
    paths = [f"{number:05d}" for number in range(5_000)]
    with spool.turn():
        for path in reversed(paths):
            spool.listed(FILES, KnownFolder(path, int(path)), [], 1)
    assert [known.path for known in spool.folders(FILES)] == ["", *paths]


def test_a_turn_that_fails_leaves_nothing(spool: SqliteSpool) -> None:
    def fail() -> None:
        with spool.turn():
            listed(spool, found("1"))
            assert states(spool) == {"seen": 1}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert states(spool) == {}


def test_everything_is_there_after_opening_again(spool: SqliteSpool, tmp_path: Path) -> None:
    listed(spool, found("1"))
    file_all(spool)
    assert [spool.next_number(), spool.next_number()] == [1, 2]
    spool.note("policy", "17")
    spool.close()
    again = SqliteSpool(tmp_path / "spool.sqlite", SOURCES)
    assert states(again) == {"filed": 1}
    assert again.next_number() == 3
    assert again.note("policy") == "17"
    assert again.note("nothing") == ""
    again.close()


def test_threads_get_different_numbers(spool: SqliteSpool) -> None:
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.extend(spool.next_number() for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 201))


def test_a_full_disk_is_unavailable_leaves_the_file_whole_and_lets_withdrawals_be_noted(
    spool: SqliteSpool, tmp_path: Path
) -> None:
    listed(spool, found("1"))
    file_all(spool)
    reserve = tmp_path / "spool.sqlite.reserve"
    assert reserve.stat().st_size > 0
    many = [found(f"{number:0100d}") for number in range(10_000)]
    _limit(spool, 50)
    with pytest.raises(Unavailable, match="full"):
        listed(spool, *many)
    assert not reserve.exists()
    assert states(spool) == {"filed": 1}
    spool.regated(P1, None, 4)
    assert len(spool.to_recall(10)) == 1
    _limit(spool, 100_000)
    assert listed(spool, *many) == 10_001
    assert reserve.exists()
    with spool.file.reading() as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def _limit(spool: SqliteSpool, pages: int) -> None:
    """Let the file grow by so many pages."""
    with spool.file.writing(urgent=True) as connection:
        (count,) = connection.execute("pragma page_count").fetchone()
        connection.execute(f"pragma max_page_count = {count + pages}")


def test_a_disk_that_fails_ends_the_process(tmp_path: Path) -> None:
    program = """
        import resource, signal, sys
        from pathlib import Path
        from hie.exchange.ports.spool import Found, KnownFolder, Stat
        from hie.record.entry import Format
        from hie.store.spool import SqliteSpool
        spool = SqliteSpool(Path(sys.argv[1]), {"files": Format.SSMIX2})
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for number in range(10_000):
            found = Found(f"{number}/f", "f", "1", "t", Stat(1, 1, 1, 1))
            spool.listed("files", KnownFolder(str(number), 1), [found], 1)
            print(number, flush=True)
    """
    path = tmp_path / "spool.sqlite"
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == EXIT_CODE
    acknowledged = len(ended.stdout.split())
    assert 0 < acknowledged < 10_000
    again = SqliteSpool(path, {"files": Format.SSMIX2})
    assert states(again)["seen"] in {acknowledged, acknowledged + 1}
    again.close()


def test_a_file_that_is_no_spool_or_a_newer_one_is_refused(spool: SqliteSpool, tmp_path: Path) -> None:
    with spool.file.writing() as connection:
        connection.execute("pragma user_version = 99")
    spool.close()
    with pytest.raises(Misconfigured):
        SqliteSpool(tmp_path / "spool.sqlite", SOURCES)
    (tmp_path / "text").write_text("no database, but long enough to be taken for one" * 100)
    with pytest.raises(Misconfigured):
        SqliteSpool(tmp_path / "text", SOURCES)


# --- any order -----------------------------------------------------------------------------------

_FOLDERS = ("", "a", "a/b", "a-b")
_places = st.sampled_from([*_FOLDERS, "a/b", "a/b", "a/b"])
_sources = st.sampled_from([FILES, FILES, FILES, "images"])
_stats = st.builds(Stat, st.integers(0, 3), st.just(10), st.integers(1, 2), st.integers(1, 2))
_names = st.sampled_from([f"{patient}_{order}_{flag}" for patient in "12" for order in "1" for flag in "012"])
_states = st.sampled_from([PUBLISHABLE, PUBLISHABLE, HELD, UNREADABLE])
_answers = st.sampled_from([FILED, FILED, HELD, UNREADABLE, PUBLISHABLE])
_classes = st.sampled_from([DocumentClass.NOTE, DocumentClass.MEAL])


@st.composite
def _contents(draw: st.DrawFn) -> list[tuple[str, Stat, bool]]:
    return draw(st.lists(st.tuples(_names, _stats, st.booleans()), max_size=6, unique_by=lambda one: one[0]))


def _placed(folder: str, contents: list[tuple[str, Stat, bool]]) -> list[Found]:
    placed = []
    for name, stat, good in contents:
        locator = f"{folder}/{name}" if folder else name
        if good or name.endswith(("1", "0")):
            placed.append(Found(locator, name, name[0], name[:3], stat))
        else:
            placed.append(Found(locator, name, "", locator, stat, "PATH-02", "bad"))
    return placed


class AnyOrder(RuleBasedStateMachine):
    """Drives the spool and the model with the same steps."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        number = sum(1 for _ in self.folder.iterdir())
        self._spool = SqliteSpool(self.folder / f"{number}.sqlite", SOURCES)
        self._model = SpoolModel(dict(SOURCES))
        self._now = 0
        self._seen: list[Item] = []
        self._sent: list[Item] = []
        self._taken: list[Item] = []

    def teardown(self) -> None:
        self._spool.close()
        for path in self.folder.glob("*.reserve"):
            path.unlink()

    def _later(self) -> int:
        self._now += 1
        return self._now

    @rule(source=_sources, folder=_places, contents=_contents())
    def listed(self, source: str, folder: str, contents: list[tuple[str, Stat, bool]]) -> None:
        now, documents = self._later(), _placed(folder, contents)
        changed = self._spool.listed(source, KnownFolder(folder, now), documents, now)
        assert changed == self._model.listed(source, folder, now, documents, now)

    @rule(source=st.sampled_from(sorted(SOURCES)), folder=st.sampled_from(_FOLDERS[1:]))
    def gone(self, source: str, folder: str) -> None:
        now = self._later()
        assert self._spool.gone(source, folder, now) == self._model.gone(source, folder, now)

    @rule(
        patients=st.sets(st.sampled_from("12")),
        limit=st.integers(1, 9),
        sources=st.none() | st.sets(st.sampled_from(sorted(SOURCES))),
    )
    def to_examine(self, patients: set[str], limit: int, sources: set[str] | None) -> None:
        self._seen = self._spool.to_examine(patients, limit, sources)
        expected = self._model.seen(patients, sources)
        assert {item.id for item in self._seen} <= expected
        assert len(self._seen) == min(limit, len(expected))

    @rule(data=st.data())
    def examined(self, data: st.DataObject) -> None:
        now = self._later()
        for item in self._seen:
            result = Examined(
                item.id,
                item.revision,
                data.draw(_states),
                content_hash(bytes([data.draw(st.integers(0, 1))])),
                data.draw(_classes),
                Day(20260101),
                Confidentiality.NORMAL,
                data.draw(st.sampled_from([0, 1, 512])),
                data.draw(st.sampled_from(["", "R"])),
            )
            self._spool.examined([result], now)
            self._model.examined(result, now)

    @rule(documents=st.integers(1, 5))
    def to_send(self, documents: int) -> None:
        ready = self._model.things()
        things = self._spool.to_send(documents, 10**9)
        assert all(thing in ready for thing in things)
        assert bool(things) is bool(ready)
        if sum(len(thing.items) for thing in ready) <= documents:
            assert len(things) == len(ready)
        self._model.sent(things)
        self._sent = [item for thing in things for item in thing.items]

    @rule(data=st.data())
    def answered(self, data: st.DataObject) -> None:
        now = self._later()
        for item in self._sent:
            answer = Answered(
                item.id, item.revision, data.draw(_answers), data.draw(st.sampled_from(["", "R"]))
            )
            self._spool.answered([answer], now)
            self._model.answered(answer, now)

    @rule()
    def all_filed(self) -> None:
        now = self._later()
        for item in self._spool.to_examine("12", 100):
            result = read(item)
            self._spool.examined([result], now)
            self._model.examined(result, now)
        things = self._spool.to_send(100, 10**9)
        self._model.sent(things)
        for item in (item for thing in things for item in thing.items):
            answer = Answered(item.id, item.revision, FILED)
            self._spool.answered([answer], now)
            self._model.answered(answer, now)

    @rule()
    def to_recall(self) -> None:
        self._taken = self._spool.to_recall(100)
        assert self._taken == self._model.recalled()

    @rule()
    def withdrawn(self) -> None:
        now = self._later()
        for item in self._taken:
            answer = Answered(item.id, item.revision, WITHDRAWN)
            self._spool.answered([answer], now)
            self._model.answered(answer, now)

    @rule(patient=st.sampled_from("12"), kind=st.none() | _classes, all_of_it=st.booleans())
    def regated(self, patient: str, kind: DocumentClass | None, all_of_it: bool) -> None:  # noqa: FBT001  drawn
        now = self._later()
        may_leave = None if kind is None else lambda item: all_of_it or item.document_class is kind
        self._spool.regated(patient, may_leave, now)
        self._model.regated(patient, may_leave, now)

    @rule()
    def restate(self) -> None:
        now = self._later()
        assert self._spool.restate(now) == self._model.restate(now)

    @rule()
    def ask_held(self) -> None:
        now = self._later()
        self._spool.ask_held(now)
        self._model.ask_held(now)

    @rule(source=st.sampled_from(sorted(SOURCES)))
    def replay(self, source: str) -> None:
        now = self._later()
        assert self._spool.replay(source, [], now) == self._model.replay(source, now)

    @invariant()
    def is_the_same(self) -> None:
        with self._spool.file.reading() as connection:
            rows = connection.execute(f"{ITEMS} order by d.id").fetchall()
        names = {1: "files", 2: "images"}
        items = [item_of(row, names) for row in rows]
        assert items == [row.item() for row in self._model.rows]
        assert [row[20] for row in rows] == [row.hub_hash for row in self._model.rows]
        counts: dict[tuple[str, ItemState], int] = {}
        for row, item in zip(rows, items, strict=True):
            if row[11] != LEFT:
                counts[item.source, item.state] = counts.get((item.source, item.state), 0) + 1
        assert self._spool.counts() == counts
        for source in SOURCES:
            known = {(source, one.path): one.modified for one in self._spool.folders(source)}
            assert known == {key: value for key, value in self._model.folders.items() if key[0] == source}
            for folder in _FOLDERS:
                assert self._spool.standing(source, folder) == self._model.standing(source, folder)


def test_the_spool_does_what_the_model_does(tmp_path: Path) -> None:
    AnyOrder.folder = tmp_path
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=100, stateful_step_count=30))


@pytest.mark.deep
def test_the_spool_does_what_the_model_does_over_many_examples(tmp_path: Path) -> None:
    AnyOrder.folder = tmp_path
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=150, stateful_step_count=40))
