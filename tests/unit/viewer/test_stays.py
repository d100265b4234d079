"""How stays are drawn and said: legs, leaves and plans."""

import re

import orjson
import pytest

from hie.exchange.ports import EntryLines, PatientFile
from hie.exchange.records.stays import Absence, Leg, Stay
from hie.exchange.records.timeline import Timeline
from hie.record.entry import DOCUMENT_CLASSES, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient
from hie.record.times import LAST_DAY, Day
from viewer.drawing import Drawing, signs
from viewer.locale import WORDS, Language
from viewer.periods import View, span
from viewer.rows import collected
from viewer.stays import ahead_of, apart_from_legs, details_of, path_of

HERE = FacilityCode("1319900001")
TODAY = Day(20240520)
ROW_OF = {kind: row for row in collected() for kind in row.classes}
WORDS_JA = WORDS[Language.JAPANESE]
STAY = Stay(
    HERE,
    Day(20240501),
    LAST_DAY,
    (Leg("202405011400", "01", "3E"), Leg("202405041000", "05", "5W")),
    (Absence("202405061000", "202405081700", "20240508"), Absence("202405181000", "", "202405221000")),
    (Leg("20240525", "05", "6N"),),
    "202405301000",
)
PLAN = Stay(HERE, Day(20240521), Day(20240523), (Leg("20240521", "01", "3E"),), planned=True)


def _drawn(*stays: Stay) -> str:
    encounter = DOCUMENT_CLASSES.index(DocumentClass.ENCOUNTER)
    lines = [
        [number, day, HERE, encounter, kind, 1, 0, "", ""]
        for number, day, kind in (
            (11, 20240501, "ADT-22"),
            (12, 20240504, "ADT-42"),
            (13, 20240506, "ADT-31"),
            (14, 20240521, "ADT-21"),
        )
    ]
    laid = span(View.MONTH, TODAY)
    patient = Patient(PatientId("p1"), HumanName("期日", "五郎"))
    told = EntryLines(orjson.dumps(lines).decode(), orjson.loads)
    timeline = Timeline(PatientFile(patient, ()), laid.period, told, stays)
    facility = Facility(HERE, "見本中央病院", FacilityKind.HOSPITAL, "中央", 1)
    shown = signs([facility], FacilityCode("2"), WORDS_JA)
    rows = [ROW_OF[DocumentClass.ENCOUNTER]]
    return str(Drawing(timeline, told, laid, shown, WORDS_JA).draw(rows, ROW_OF, TODAY))


def _bands(html: str) -> list[tuple[str, str, str]]:
    """Return style, entry and text of every part of a band."""
    found = re.findall(
        r'class="stay m1([^"]*)"(?: href="/patients/p1/entries/(\d+)")?[^>]*><span>([^<]*)</span>', html
    )
    return [(style.strip(), entry, text) for style, entry, text in found]


def test_a_band_shows_its_legs_and_its_leaves_and_each_opens_its_event() -> None:
    assert _bands(_drawn(STAY)) == [
        ("away", "11", "外泊"),
        ("", "12", "中央 入院中 5/1〜"),
        ("away", "13", "外泊"),
        ("", "12", "呼吸器科 5W"),
        ("", "11", "内科 3E"),
    ]


def test_a_planned_admission_is_drawn_as_a_plan() -> None:
    assert _bands(_drawn(PLAN)) == [("planned", "14", "中央 入院予定 5/21〜5/23")]


def test_whoever_points_at_a_band_reads_all_of_it() -> None:
    assert list(details_of(STAY, WORDS_JA)) == [
        "2024年5月1日(水) 14:00〜 内科 3E",
        "2024年5月4日(土) 10:00〜 呼吸器科 5W",
        "外泊 2024年5月6日(月) 10:00〜2024年5月8日(水) 17:00",
        "外泊 2024年5月18日(土) 10:00〜（帰院予定 2024年5月22日(水) 10:00）",
        "転科・転棟予定 2024年5月25日(土) 呼吸器科 6N",
        "退院予定 2024年5月30日(木) 10:00",
    ]
    assert "\n外泊 2024年5月6日(月) 10:00〜" in _drawn(STAY)
    assert (
        list(details_of(STAY._replace(legs=STAY.legs[:1], leaves=(), to_move=(), to_leave=""), WORDS_JA))
        == []
    )


@pytest.mark.parametrize(
    ("stay", "today", "said"),
    [
        (PLAN, TODAY, ["見本中央病院 入院予定 2024年5月21日(火)〜2024年5月23日(木) 内科 3E"]),
        (PLAN, 20240524, []),
        (
            STAY,
            TODAY,
            [
                "見本中央病院 転科・転棟予定 2024年5月25日(土) 呼吸器科 6N",
                "見本中央病院 退院予定 2024年5月30日(木) 10:00",
            ],
        ),
        (STAY, 20240526, ["見本中央病院 退院予定 2024年5月30日(木) 10:00"]),
        (STAY, 20240601, []),
    ],
)
def test_what_is_planned_is_said_above_the_calendar_until_its_day(
    stay: Stay, today: int, said: list[str]
) -> None:
    assert list(ahead_of(stay, "見本中央病院", Day(today), WORDS_JA)) == said


def test_the_wards_of_a_stay_stand_in_order_with_the_day_of_each() -> None:
    assert path_of(STAY, WORDS_JA) == "5/1 内科 3E → 5/4 呼吸器科 5W"
    assert path_of(STAY._replace(legs=STAY.legs[:1]), WORDS_JA) == "内科 3E"
    assert path_of(STAY._replace(legs=()), WORDS_JA) == ""
    assert [*details_of(STAY, WORDS_JA)][2:] == [*apart_from_legs(STAY, WORDS_JA)]
