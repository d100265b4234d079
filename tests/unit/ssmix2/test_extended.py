"""Content folders: one package for one folder, nothing else opened, and which file speaks."""

import os
import struct
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.entry import DocumentClass
from hie.record.errors import Unreadable
from ssmix2.documentkind import STANDARD_KINDS, document_kind
from ssmix2.extended import (
    DEEPEST,
    MOST_FILES,
    Content,
    folder_name,
    pack_folder,
    plain_name,
    unpack,
)
from tests.build.papers import zipped

NAMES = st.text("abcXYZ019_-. 文書画像", min_size=1, max_size=12).filter(
    lambda name: name.strip(". ") == name and "__" not in name
)
FILES = st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=6)


@given(FILES)
def test_what_was_packed_is_what_is_opened(files: dict[str, bytes]) -> None:
    assert unpack(pack_folder(files)).files == files


@given(FILES, st.randoms(use_true_random=False))
def test_the_same_files_give_the_same_bytes_in_whatever_order(
    files: dict[str, bytes], random: object
) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pack_folder(dict(shuffled)) == pack_folder(files)


def _refused(package: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        unpack(package)
    return refused.value.finding.code


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/x",
        "a/../../x",
        "a//x",
        "./x",
        "C:x",
        "a\\x",
        "a\x00",
        "/".join("a" * (DEEPEST + 1)),
        "x" * 600,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_both_ways(name: str) -> None:
    with pytest.raises(Unreadable):
        pack_folder({name: b"x"})
    # `zipfile` writes no zero byte in a name: it is put there behind its back
    written = zipped({"q" * len(name): b"x"}).replace(b"q" * len(name), name.encode())
    assert _refused(written) == "EXT-06"


def test_what_would_unfold_is_refused_before_it_does() -> None:
    bomb = zipped({"main_document.xml": b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert _refused(bomb) == "EXT-06"


def test_files_that_lie_over_one_another_are_refused() -> None:
    content = os.urandom(4_000)
    once = zipped({"a": content})
    end = once.rindex(b"PK\x05\x06")
    start = once.rindex(b"PK\x01\x02")
    entry = once[start:end]
    many = 300
    head = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, many, many, len(entry) * many, start, 0)
    assert _refused(once[:start] + entry * many + head) == "EXT-06"


def test_a_size_that_is_claimed_and_not_there_is_refused() -> None:
    package = zipped({"a": b"x" * 100})
    assert _refused(package.replace(struct.pack("<I", 100), struct.pack("<I", 1 << 30))) == "EXT-06"


def test_too_many_files_are_refused_by_the_last_record_alone() -> None:
    assert _refused(zipped({f"f{number}": b"" for number in range(MOST_FILES + 1)})) == "EXT-06"
    with pytest.raises(Unreadable):
        pack_folder({f"f{number}": b"" for number in range(MOST_FILES + 1)})


def test_a_file_changed_on_its_way_is_refused() -> None:
    content = b"<ClinicalDocument/>"
    package = pack_folder({"main_document.xml": content})
    assert zlib.crc32(content) != zlib.crc32(content[:-1] + b"!")
    assert _refused(package.replace(content, content[:-1] + b"!")) == "EXT-06"


@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    assert _refused(content) == "EXT-06"


@given(FILES, st.data())
def test_a_package_with_changed_bytes_opens_or_is_refused(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    package = bytearray(pack_folder(files))
    for _ in range(data.draw(st.integers(1, 5))):
        package[data.draw(st.integers(0, len(package) - 1))] = data.draw(st.integers(0, 255))
    try:
        opened = unpack(bytes(package))
    except Unreadable:
        return
    assert sum(map(len, opened.files.values())) <= len(package)


@pytest.mark.parametrize(
    ("names", "main"),
    [
        (["main_document.xml", "style.css", "a.xml"], "main_document.xml"),
        (["main_document.hl7"], "main_document.hl7"),
        (["main_document.pdf", "main_document.xml"], "main_document.xml"),
        (["report.XML", "a.png", "b.pdf"], "report.XML"),
        (["only.jpg"], "only.jpg"),
        (["a.jpg", "b.pdf"], "b.pdf"),
        (["a.jpg", "b.jpg"], ""),
        (["a.pdf", "b.pdf"], ""),
        (["sub/main_document.xml", "note.hl7"], None),
        (["a.xml", "b.xml"], None),
        (["a.xml", "b.hl7"], None),
    ],
)
def test_one_file_speaks_or_nobody_can_tell(names: list[str], main: str | None) -> None:
    content = Content(dict.fromkeys(names, b""))
    if main is None:
        with pytest.raises(Unreadable) as refused:
            content.main()
        assert refused.value.finding.code == "EXT-01"
    else:
        assert content.main() == main


def test_names_of_a_windows_share_and_of_a_mac_are_read() -> None:
    on_windows = "経過記録.pdf".encode("cp932").decode("utf-8", "surrogateescape")
    assert plain_name(on_windows) == "経過記録.pdf"
    assert plain_name(unicodedata.normalize("NFD", "ガーゼ")) == "ガーゼ"
    package = pack_folder({on_windows: b"x"})
    assert list(unpack(package).files) == ["経過記録.pdf"]


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(Unreadable):
        pack_folder({"ガ": b"1", unicodedata.normalize("NFD", "ガ"): b"2"})


def test_the_kinds_folder_says_the_kind_in_full() -> None:
    kind = "LJCS-100D^心電図^99SEA"
    name = folder_name(kind, "0012345678_20240510_LJCS-100D_20240510.1.2.3_20240510113000_01_1")
    assert name is not None
    assert (name.data_kind, name.order_number, name.flag) == (kind, "20240510.1.2.3", "1")
    six = folder_name(kind, "0012345678_20240510_L-OBS^OBS^99Z_000000020240510_202405101130321_2")
    assert six is not None
    assert (six.department, six.flag) == ("", "2")
    assert folder_name(kind, "copy of a folder") is None


@pytest.mark.parametrize(
    ("folder", "document_class", "label"),
    [
        ("L-OBSERVATIONS^OBSERVATIONS^99ZL01", DocumentClass.VITAL_SIGN, "OBSERVATIONS"),
        ("K1^外来カルテ^99X^11506-3^経過記録^LN", DocumentClass.NOTE, "外来カルテ"),
        ("^入院記録^^34112-3^入院診療録^LN", DocumentClass.NOTE, "入院記録"),
        ("^^^18842-5^退院時サマリー^LN", DocumentClass.DOCUMENT, "退院時サマリー"),
        ("^紹介状^^57133-1^紹介状^LN", DocumentClass.DOCUMENT, "紹介状"),
        ("OP^手術記録^99X^34874-8^手術記録^LN", DocumentClass.DOCUMENT, "手術記録"),
        ("LJCS-300R^カテーテル^99SEA", DocumentClass.PHYSIOLOGY, "カテーテル"),
        ("^^^18747-6^^LN", DocumentClass.IMAGING_PERFORMED, "CT検査報告書"),
        ("^^^19805-1^^LN", DocumentClass.ENDOSCOPY, "内視鏡検査報告書"),
        ("^^^18725-2^^LN", DocumentClass.LABORATORY_RESULT, "微生物学的検査報告書"),
        ("11506-3^経過記録^LN", DocumentClass.NOTE, "経過記録"),
    ],
)
def test_the_codes_tell_the_class(folder: str, document_class: DocumentClass, label: str) -> None:
    kind = document_kind(folder)
    assert (kind.document_class, kind.label, kind.well_formed) == (document_class, label, True)


@pytest.mark.parametrize(
    "folder", ["X9^何か^99X", "^^^99999-9^何か^LN", "院内様式", "^^^55750-4^医療安全報告書^LN"]
)
def test_what_no_table_knows_and_what_is_not_shared_is_closed(folder: str) -> None:
    assert document_kind(folder).document_class is DocumentClass.UNKNOWN


def test_the_table_of_standard_codes_is_whole() -> None:
    assert len(STANDARD_KINDS) == 122
    assert all(known.label for known in STANDARD_KINDS.values())
