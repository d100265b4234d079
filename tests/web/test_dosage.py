"""One amount and one usage: list, summary, band and document say the same of one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from hie.hub.app import application
from hie.record.clinical import Coding
from tests.build.records import EXTERNAL, REPORT, WHEN_NEEDED, drug, result
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, PASSWORD, World

PATIENT = "/patients/R000000001"
THRICE = Coding("1013044400000000", "", "JAMISDP01")
LINES = {
    "見本符号錠": ("1回1〜2錠", "1日3回毎食後 別包"),
    "見本頓用錠": ("1回1錠", "疼痛時 1日2回まで"),
    "見本軟膏": ("全2本", "１日２回塗布"),
}
"""What stands of each drug everywhere."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A doctor of a clinic, and a hospital's prescription with usages in codes."""
    folder: Path = tmp_path_factory.mktemp("region")
    world = World(folder)
    patient = world.a_patient("R000000001").linked(CENTRAL, "0012345678").linked(CLINIC, "7001")
    hanako = patient.consenting().there()
    for day in ("20240501", "20240601"):
        creatinine = result("クレアチニン", "0.71", observed_at=f"{day}0900")
        world.file(CENTRAL, hanako, "OML-11", [REPORT, creatinine], at=day)
    coded, needed, ointment = (
        drug(name)._replace(medication=Coding(f"99900700{number}", name, "HOT9"))
        for number, name in enumerate(LINES)
    )
    prescription = [
        coded._replace(dose_max="2", usage=THRICE, usage_supplements=("別包",)),
        needed._replace(category=WHEN_NEEDED, usage=Coding("1050110020000000", "", "JAMISDP01")),
        ointment._replace(
            category=EXTERNAL,
            dose_unit="本",
            total="2",
            total_unit="本",
            usage=Coding("", "１日２回塗布"),
        ),
    ]
    world.file(CENTRAL, hanako, "OMP-01", prescription, at="20240510")
    world.feed(CENTRAL)
    with served(application(world.hub())) as where:
        client = Client(where)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def _text(reader: Client, path: str) -> str:
    answer = reader.get(f"{PATIENT}{path}")
    assert answer.status == 200
    return answer.text


@pytest.mark.parametrize(("name", "amount", "usage"), [(name, *said) for name, said in LINES.items()])
def test_list_summary_band_and_document_say_the_same(
    reader: Client, name: str, amount: str, usage: str
) -> None:
    listed = _text(reader, "/medications")
    entry = re.search(r"/entries/(\d+)", listed[listed.index("med-now") :])
    assert entry is not None
    document, bands = _text(reader, f"/entries/{entry[1]}"), _text(reader, "/results?panel=kidney")
    for page in (listed, _text(reader, "/summary"), document):
        of_it = unescape(page[page.index(name) :])
        assert amount in of_it, page[page.index(name) :][:400]
        assert usage in of_it
        assert THRICE.code not in page
    assert f"{name} {amount} {usage} " in unescape(bands)
