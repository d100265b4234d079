"""Headers as they come: what pydicom can read is read, what cannot be filed is refused with a code."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import UID as UID_TYPE
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from hie.readers.dicom import read_instance, read_patient_id
from hie.record.errors import Unreadable
from hie.record.people import HumanName
from hie.record.times import UNKNOWN_DAY
from tests.storages import UID, instance

ONE = "0000000001"
WHOLE = instance(ONE, 7, 2, 3)


def changed(**values: object) -> bytes:
    """Give the instance with other values."""
    dataset = dcmread(BytesIO(WHOLE))
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return written(dataset)


def written(dataset: Dataset, **how: object) -> bytes:
    """Write a dataset."""
    buffer = BytesIO()
    dataset.save_as(buffer, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def in_syntax(syntax: str) -> bytes:
    """Give the instance in another transfer syntax."""
    read = dcmread(BytesIO(WHOLE))
    read.decode()
    dataset = Dataset()
    dataset.update({element.tag: element for element in read})
    dataset.file_meta = read.file_meta
    dataset.file_meta.TransferSyntaxUID = UID_TYPE(syntax)
    return written(dataset, enforce_file_format=True)


def code_of(content: bytes) -> str:
    """Return the code of the refusal."""
    with pytest.raises(Unreadable) as refused:
        read_instance(content)
    return refused.value.finding.code


def test_a_header_says_who_when_and_what() -> None:
    read = read_instance(WHOLE)
    assert read.patient_id == ONE
    assert read.patient_name == HumanName("東京", "花子", "とうきょう", "はなこ")
    assert (read.study_instance_uid, read.sop_instance_uid) == (f"{UID}.7", f"{UID}.7.2.3")
    assert (read.birth_day, read.study_day, read.study_time) == (19520315, 20260310, "101500")
    assert (read.accession_number, read.modality, read.study_description) == ("A000007", "CT", "胸部CT")
    assert (read.series_number, read.instance_number, read.rows, read.columns, read.frames) == (2, 3, 8, 8, 1)


@pytest.mark.parametrize("text", ["99999999999999999999", "-2147483649", "1e300", "nan"])
def test_a_number_out_of_range_is_no_number(text: str) -> None:
    value = text.ljust(len(text) + len(text) % 2).encode()
    start = WHOLE.index(b"\x20\x00\x13\x00IS")
    end = start + 8 + struct.unpack_from("<H", WHOLE, start + 6)[0]
    content = WHOLE[: start + 6] + struct.pack("<H", len(value)) + value + WHOLE[end:]
    assert read_instance(WHOLE).instance_number == 3
    assert read_instance(content).instance_number == 0


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian],
)
def test_every_way_of_writing_elements_is_read(syntax: str) -> None:
    content = in_syntax(syntax)
    assert read_instance(content).patient_name.kanji == "東京 花子"
    assert read_instance(content).transfer_syntax_uid == syntax
    assert read_patient_id(content) == ONE


def test_a_file_without_preamble_and_meta_header_is_read() -> None:
    dataset = dcmread(BytesIO(WHOLE))
    del dataset.file_meta
    content = written(dataset, implicit_vr=True, little_endian=True)
    assert read_patient_id(content) == ONE
    assert read_instance(content).modality == "CT"


def test_a_preamble_of_another_program_changes_nothing() -> None:
    assert read_instance(b"MZ" + WHOLE[2:]).patient_id == ONE


@pytest.mark.parametrize(
    ("charset", "name", "kanji"),
    [
        (["ISO_IR 192"], "TAKAHASHI^TSUYOSHI=髙橋^𠮷=タカハシ^ツヨシ", "髙橋 𠮷"),
        (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "山田 太郎"),
        (["", "ISO 2022 IR 87"], "OMOTE^NO=表^能=おもて^のう", "表 能"),
    ],
)
def test_names_are_read_in_their_character_sets(charset: list[str], name: str, kanji: str) -> None:
    assert read_instance(changed(SpecificCharacterSet=charset, PatientName=name)).patient_name.kanji == kanji


def test_a_wrong_character_set_costs_the_name_and_not_the_file() -> None:
    broken = WHOLE.replace(b"ISO 2022 IR 87", b"ISO_NO SUCH 87")
    assert read_instance(broken).patient_id == ONE


def test_a_date_with_dots_is_a_date() -> None:
    assert read_instance(WHOLE.replace(b"20260310", b"2026.3.1")).study_day == UNKNOWN_DAY
    with pytest.warns(UserWarning, match="Invalid value"):
        dotted = changed(StudyDate="2026.11.05")
    assert read_instance(dotted).study_day == 20261105


def test_numbers_out_of_form_are_no_numbers() -> None:
    assert read_instance(WHOLE.replace(b"IS\x02\x003 ", b"IS\x02\x00x ")).instance_number == 0


@pytest.mark.parametrize("pixels", [b"", b"\0"])
def test_truncated_pixels_do_not_matter(pixels: bytes) -> None:
    assert read_instance(WHOLE[:-128] + pixels).rows == 8


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("StudyInstanceUID", ""),
        ("SOPInstanceUID", "1.2.3/../4"),
        ("SeriesInstanceUID", "1." + "2" * 64),
        ("SOPInstanceUID", "1..2"),
    ],
)
def test_what_is_no_uid_is_refused(keyword: str, value: str) -> None:
    dataset = dcmread(BytesIO(WHOLE))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom would rather not write it
        setattr(dataset, keyword, value)
        content = written(dataset)
    assert code_of(content) == "DCM-UID"


def test_a_leading_zero_in_a_uid_is_borne() -> None:
    assert read_instance(
        WHOLE.replace(f"{UID}.7.2.3".encode(), f"{UID}.7.2.3".replace(".10.", ".01.").encode())
    )


@pytest.mark.parametrize("value", ["", None])
def test_a_file_of_nobody_is_refused(value: str | None) -> None:
    dataset = dcmread(BytesIO(WHOLE))
    if value is None:
        del dataset.PatientID
    else:
        dataset.PatientID = value
    assert code_of(written(dataset)) == "DCM-PATIENT"
    assert read_patient_id(written(dataset)) == ""


@pytest.mark.parametrize("content", [b"", b"no image", b"\0" * 128 + b"DICM", WHOLE[:140], b"\xff" * 4096])
def test_what_is_no_dataset_is_refused(content: bytes) -> None:
    assert code_of(content) in {"DCM-FORMAT", "DCM-PATIENT"}
    assert read_patient_id(content) == ""


def test_a_deflated_bomb_is_refused_before_it_grows() -> None:
    content = in_syntax(DeflatedExplicitVRLittleEndian)
    meta = 132 + 12 + int.from_bytes(content[140:144], "little")
    deflating = zlib.compressobj(wbits=-15)
    bomb = b"".join(deflating.compress(b"\0" * (1 << 20)) for _ in range(300)) + deflating.flush()
    assert code_of(content[:meta] + bomb) == "DCM-FORMAT"


def test_sequences_as_deep_as_a_well_are_refused() -> None:
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    sequence = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff"
    content = WHOLE[: WHOLE.index(b"\x10\x00\x10\x00")] + (sequence + item) * 2000
    assert code_of(content) in {"DCM-FORMAT", "DCM-PATIENT", "DCM-UID"}
