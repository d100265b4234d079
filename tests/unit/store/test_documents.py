"""Packing of small documents."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from backports import zstd

from hie.exchange.ports import Packed
from hie.record.errors import Unavailable
from hie.store.documents import NO_DICTIONARY, DictionaryPacker, Unpacker, shipped

KINDS = sorted({kind for kind, _ in shipped().values()})
CONTENT = (
    b"MSH|^~\\&|HIS|9910000001|GW|9910000001|20250402101500||OML^O33^OML_O33|1|P|2.5||||||~ISO IR87\r" * 3
)


@pytest.mark.parametrize("kind", [*KINDS, "OML-99", ""])
@pytest.mark.parametrize("content", [CONTENT, b"", b"\0\xff" * 40_000])
def test_what_is_packed_comes_back(kind: str, content: bytes) -> None:
    packed = DictionaryPacker().pack(kind, content)
    assert Unpacker().unpack(packed) == content
    assert packed.body
    assert (packed.dictionary == NO_DICTIONARY) is (kind not in KINDS)


def test_a_packer_survives_its_way_to_a_worker() -> None:
    packer = DictionaryPacker()
    packer.pack("OML-11", CONTENT)
    again = pickle.loads(pickle.dumps(packer))  # noqa: S301  our own pickle
    assert again.pack("OML-11", CONTENT) == packer.pack("OML-11", CONTENT)


def test_every_frame_stands_alone() -> None:
    packer = DictionaryPacker()
    first, second = packer.pack("OML-11", CONTENT), packer.pack("OML-11", CONTENT)
    assert first == second


def test_a_dictionary_makes_an_ordinary_message_smaller() -> None:
    packed = DictionaryPacker().pack("OML-11", CONTENT[:200])
    assert len(packed.body) < len(zstd.compress(CONTENT[:200], 3))


def test_a_newer_dictionary_packs_and_the_older_still_unpacks(tmp_path: Path) -> None:
    older, newer = shipped()[7][1].read_bytes(), shipped()[8][1].read_bytes()
    (tmp_path / "OML-11.3.zdict").write_bytes(older)
    before = DictionaryPacker(tmp_path).pack("OML-11", CONTENT)
    (tmp_path / "OML-11.12.zdict").write_bytes(newer)
    after = DictionaryPacker(tmp_path).pack("OML-11", CONTENT)
    assert (before.dictionary, after.dictionary) == (3, 12)
    assert {Unpacker(tmp_path).unpack(packed) for packed in (before, after)} == {CONTENT}


@pytest.mark.parametrize("damage", [b"", b"no frame at all", b"\x28\xb5\x2f\xfd"])
def test_damage_is_unavailable(damage: bytes) -> None:
    with pytest.raises(Unavailable):
        Unpacker().unpack(Packed(damage, NO_DICTIONARY))


def test_a_cut_frame_is_unavailable() -> None:
    packed = DictionaryPacker().pack("OML-11", CONTENT)
    with pytest.raises(Unavailable):
        Unpacker().unpack(packed._replace(body=packed.body[:-2]))


def test_dictionaries_are_small_and_their_numbers_are_given_once() -> None:
    files = list(Path(next(iter(shipped().values()))[1]).parent.glob("*.zdict"))
    assert len(files) == len(shipped())
    assert all(file.stat().st_size <= 32 * 1024 for file in files)
