"""Names and folders, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssmix2.layout import ConditionFlag, FileName, parse_name, patient_folder

NAME = "0012345678_20240510_OMP-01_000000000104711_20240510101502004_01_1"

identifiers = st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), min_size=1, max_size=15)
digits = st.text("0123456789", min_size=12, max_size=17)
days = st.one_of(st.just("-"), st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8)))
kinds = st.sampled_from(
    ["ADT-00", "OMD", "OML-11", "L-OBSERVATIONS^OBSERVATIONS^99ZL01", "^紹介状^^57133-1^紹介状^LN"]
)
names = st.builds(
    FileName,
    patient_id=identifiers,
    care_date=days,
    data_kind=kinds,
    order_number=identifiers,
    timestamp=digits,
    department=st.one_of(st.just("-"), st.just(""), identifiers),
    flag=st.sampled_from(list("012")),
)


def test_a_name_is_read_in_its_seven_parts() -> None:
    name = parse_name(NAME)
    assert name == FileName(
        "0012345678", "20240510", "OMP-01", "000000000104711", "20240510101502004", "01", "1"
    )
    assert name.folder() == "001/234/0012345678/20240510/OMP-01"
    assert name.locator() == f"{name.folder()}/{NAME}"


@given(names)
def test_every_name_comes_back_as_it_was_written(name: FileName) -> None:
    assert parse_name(name.text()) == name


@pytest.mark.parametrize(
    "text",
    [
        "0123456789_20080126_OML-11_081251234567800_200802031630123_01_1",
        "0123456789_20160101_L-OBSERVATIONS^OBSERVATIONS^99ZL01_000000020160101_201601011500321_1",
        "0012345678_20240510_LJCS-100D_20240510101502.1.2.3_20240510101502_01_1",
        "0012345678_20240510_LOCAL_KIND_000000000104711_20240510101502004_01_1",
    ],
)
def test_names_met_in_the_field_are_read(text: str) -> None:
    name = parse_name(text)
    assert name is not None
    assert name.text() == text


@pytest.mark.parametrize(
    "text",
    [
        "Thumbs.db",
        "",
        NAME[:-1] + "3",
        NAME + ".bak",
        NAME + "_x",
        NAME.replace("20240510_OMP", "2024510_OMP"),
        NAME.replace("20240510101502004", "2024"),
        "/" + NAME,
        "_20240510_OMP-01_000000000104711_20240510101502004_01_1",
    ],
)
def test_other_names_are_none(text: str) -> None:
    assert parse_name(text) is None


def test_time_stamp_and_department_are_no_part_of_the_key() -> None:
    first, second = parse_name(NAME), parse_name(NAME.replace("101502004_01", "143000120_10"))
    assert first is not None
    assert second is not None
    assert first.logical_key == second.logical_key


def test_a_state_changes_the_last_character_only() -> None:
    name = parse_name(NAME)
    assert name is not None
    assert name.flagged(ConditionFlag.SUPERSEDED).text() == NAME[:-1] + "2"


@pytest.mark.parametrize(
    ("patient_id", "folder"),
    [
        ("0123456789", "012/345/0123456789"),
        ("9999013", "999/901/9999013"),
        ("123456", "123/456/123456"),
        ("12345", "123/45/12345"),
        ("123", "123/123"),
    ],
)
def test_a_patient_folder_is_cut_from_the_id(patient_id: str, folder: str) -> None:
    assert patient_folder(patient_id) == folder


def test_an_empty_department_is_written_as_none() -> None:
    empty, missing = (parse_name(NAME.replace("_01_1", end)) for end in ("__1", "_1"))
    assert empty is not None
    assert empty == missing
    assert empty.text() == NAME.replace("_01_1", "_1")


def test_a_dash_is_no_department() -> None:
    name = parse_name(NAME.replace("_01_1", "_-_1"))
    assert name is not None
    assert (name.department, name.department_code) == ("-", "")


@pytest.mark.parametrize("sign", ["\x00", "\n", "\x1f", "\x7f", "\udc8f"])
def test_control_characters_and_unreadable_bytes_make_no_name(sign: str) -> None:
    for name in (
        f"0012345678_20240510_OML-11_00000000010471{sign}_20240510134210730_01_1",
        f"0012345678_20240510_L^{sign}^99Z_000000000104712_20240510134210730_期_1",
    ):
        assert parse_name(name.replace(sign, "1")) is not None
        assert parse_name(name) is None
