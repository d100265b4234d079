"""An address that can name nobody is not found, disturbs nobody else, and is kept nowhere."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.build.served import Client
from tests.build.stories import Region

NOBODY = ["\0", "R1\0", "a" * 65, "a" * 20_000, "試験", "山田 太郎", "%s", "R1\n"]
DOORS = [
    "/api/patients/{}/timeline",
    "/patients/{}",
    "/patients/{}/entries/1",
    "/patients/{}/images/1.2/1.2.3.png",
]


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_number_of_a_person_is_not_found_and_not_written_down(
    region: Region, doctor: Client, door: str
) -> None:
    with region.world.store.look() as work:
        before = work.audit.count()
    answers = [doctor.get(door.format(quote(text, safe=""))) for text in NOBODY]
    assert {answer.status for answer in answers} == {404}
    with region.world.store.look() as work:
        assert work.audit.count() == before


@pytest.mark.parametrize("door", DOORS)
def test_it_looks_like_a_person_who_is_not_there(doctor: Client, door: str) -> None:
    absent, nobody = (
        doctor.get(door.format(text), Accept="application/json") for text in ("R999999999", "%00")
    )
    assert (absent.status, absent.body) == (nobody.status, nobody.body)
