"""A patient's own warning stands on the calendar too: facilities in contact do not mean that news came."""

from __future__ import annotations

from tests.build.page import parse
from tests.build.records import VISIT
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import HARBOUR

SAID = "32日間、新しい記録が届いていません"


def _admitted(region: Region, at: str) -> None:
    told = VISIT._replace(event="A01", patient_class="I", at=f"{at}1000", admitted_at="", ward="3F")
    region.world.file(HARBOUR, region.hanako, "ADT-22", [told], at)
    region.world.feed(HARBOUR)


def test_who_lies_in_hospital_without_news_is_warned_of_beside_the_banner(
    doctor: Client, region: Region
) -> None:
    path = f"/patients/{region.hanako.patient.id}"
    assert SAID not in parse(doctor.get(path).text).one("main").text
    _admitted(region, "20240418")
    for query in ("", "?view=life", "?layout=days"):
        (note,) = [one for one in parse(doctor.get(path + query).text).all("p") if SAID in one.text]
        assert note.text.startswith("見本港湾病院: 入院中ですが")
        assert "地域連携室に確かめてください" in note.text


def test_who_wants_no_reminder_has_none_on_the_calendar_either(doctor: Client, region: Region) -> None:
    _admitted(region, "20240418")
    path = f"/patients/{region.hanako.patient.id}"
    doctor.get(path)
    with region.world.store.work() as work:
        look = work.looks.get("hamada", region.hanako.patient.id)
        assert look is not None
        quiet = region.world.clock.now() + 1
        work.looks.put("hamada", region.hanako.patient.id, look._replace(quiet=quiet))
    assert SAID not in parse(doctor.get(path).text).one("main").text
