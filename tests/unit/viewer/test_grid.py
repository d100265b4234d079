"""What stands where in the calendar."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hie.exchange.ports import EntryLine
from hie.exchange.records.stays import Absence, Leg, Stay
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, days_after, days_between
from viewer.grid import MOST_APART, MOST_TOGETHER, Chip, chips_by_row, heaped, lanes, linked_entries, pieces
from viewer.periods import Span, View, span
from viewer.rows import collected

ROW_OF = {kind: row for row in collected() for kind in row.classes}
FIRST, SECOND = FacilityCode("1"), FacilityCode("2")
TODAY = Day(20240520)


def _line(
    number: int, day: int, kind: DocumentClass, custodian: FacilityCode = FIRST, link: str = ""
) -> EntryLine:
    return EntryLine(EntryId(number), Day(day), custodian, kind, "X", 2, 1, link)


def _all(lines: list[EntryLine], shown: Span) -> list[int]:
    grid = chips_by_row(lines, ROW_OF, shown)
    return sorted(
        entry
        for cells in grid.values()
        for chips in cells.values()
        for chip in chips
        for entry in chip.entries
    )


def test_every_document_class_has_a_row() -> None:
    assert set(ROW_OF) == set(DocumentClass)


@given(
    st.lists(
        st.tuples(st.integers(0, 181), st.sampled_from(list(DocumentClass)), st.sampled_from([FIRST, SECOND]))
    ),
    st.sampled_from(list(View)),
)
def test_no_entry_is_lost(entries: list[tuple[int, DocumentClass, FacilityCode]], view: View) -> None:
    shown = span(view, TODAY)
    length = days_between(*shown.period) + 1
    lines = [
        _line(number, days_after(shown.period.start, offset % length), kind, custodian)
        for number, (offset, kind, custodian) in enumerate(entries)
    ]
    assert _all(lines, shown) == list(range(len(entries)))


def test_one_chip_is_one_facility_one_row_one_day() -> None:
    lines = [_line(number, 20240510, DocumentClass.LABORATORY_RESULT) for number in range(3)]
    lines += [_line(3, 20240510, DocumentClass.LABORATORY_RESULT, SECOND)]
    lines += [_line(4, 20240509, DocumentClass.LABORATORY_RESULT)]
    chips = [
        chip
        for column in chips_by_row(lines, ROW_OF, span(View.HALF, TODAY))["laboratory"].values()
        for chip in column
    ]
    assert [(chip.entries, chip.items, chip.abnormal) for chip in chips] == [
        ([0, 1, 2], 6, 3),
        ([3], 2, 1),
        ([4], 2, 1),
    ]


def test_a_chip_that_would_open_too_many_is_divided() -> None:
    lines = [_line(number, 20240510, DocumentClass.NOTE) for number in range(MOST_TOGETHER * 2 + 1)]
    (chips,) = chips_by_row(lines, ROW_OF, span(View.MONTH, TODAY))["notes"].values()
    assert [len(chip.entries) for chip in chips] == [MOST_TOGETHER, MOST_TOGETHER, 1]


def test_reports_come_before_the_images_of_the_same_number() -> None:
    lines = [
        _line(1, 20240510, DocumentClass.IMAGE, link="A1"),
        _line(2, 20240510, DocumentClass.IMAGING_PERFORMED, link="A1"),
        _line(3, 20240510, DocumentClass.IMAGE, SECOND, link="A1"),
        _line(4, 20240510, DocumentClass.LABORATORY_RESULT, link="A1"),
    ]
    assert linked_entries(lines) == {(FIRST, "A1"): [2, 1], (SECOND, "A1"): [3]}


def test_a_number_that_two_facilities_use_joins_nothing_between_them() -> None:
    order, image = DocumentClass.IMAGING_ORDER, DocumentClass.IMAGE
    lines = [_line(1, 20240510, order, link="17"), _line(2, 20240510, image, SECOND, link="17")]
    assert linked_entries(lines) == {(FIRST, "17"): [1], (SECOND, "17"): [2]}


def test_orders_stand_with_what_was_performed_on_their_day() -> None:
    lines = [
        _line(1, 20240510, DocumentClass.IMAGING_PERFORMED),
        _line(2, 20240510, DocumentClass.IMAGING_ORDER),
        _line(3, 20240509, DocumentClass.IMAGING_ORDER),
    ]
    cells = chips_by_row(lines, ROW_OF, span(View.HALF, TODAY))["radiology"]
    found = [(chip.kind, chip.entries, chip.items) for chips in cells.values() for chip in chips]
    assert found == [("performed", [1, 2], 2), ("orders", [3], 2)]


def test_stays_that_overlap_lie_in_lanes_of_their_own() -> None:
    shown = span(View.MONTH, TODAY)
    stays = [
        Stay(FIRST, Day(20240510), LAST_DAY),
        Stay(SECOND, Day(20240501), Day(20240510)),
        Stay(FIRST, UNKNOWN_DAY, Day(20240509)),
        Stay(FIRST, Day(20240101), Day(20240201)),
    ]
    found = [
        [(band.stay.custodian, band.first, band.last) for band in lane] for lane in lanes(stays, shown, TODAY)
    ]
    assert found == [[(FIRST, 11, 21), (FIRST, 22, 30)], [(SECOND, 21, 30)]]


@given(st.integers(18000101, 30011231), st.sampled_from(list(View)))
def test_columns_follow_one_another_without_gap_or_overlap(number: int, view: View) -> None:
    day = Day(number // 10000 * 10000 + (number // 100 % 12 + 1) * 100 + number % 28 + 1)
    shown = span(view, day)
    columns = shown.columns
    assert all(days_after(older.last, 1) == newer.first for newer, older in pairwise(columns))
    assert shown.period.holds(day) or not 18730101 <= day <= 29991231
    assert set(shown.column_of.values()) == set(range(len(columns)))
    assert span(view, shown.older).period.end == days_after(shown.period.start, -1) or shown.older < 18730101
    assert span(view, shown.newer).period.start == days_after(shown.period.end, 1) or shown.newer > 29991231


def test_a_stay_is_cut_where_the_patient_was_moved_or_away() -> None:
    shown = span(View.MONTH, TODAY)
    stay = Stay(
        FIRST,
        Day(20240501),
        Day(20240512),
        (Leg("20240501", "01", "3E"), Leg("202405041000", "05", "5W")),
        (Absence("202405061000", "202405081700", ""), Absence("202405101000", "202405101700", "")),
    )
    ((band,),) = lanes([stay], shown, TODAY)
    assert [
        (shown.columns[one.first].last, shown.columns[one.last].last, *one[2:]) for one in pieces(band, shown)
    ] == [
        (20240512, 20240508, 1, -1),
        (20240507, 20240506, 1, 0),
        (20240505, 20240504, 1, -1),
        (20240503, 20240501, 0, -1),
    ]
    weeks = span(View.HALF, TODAY)
    ((band,),) = lanes([stay], weeks, TODAY)
    assert [(one.first, one.last, *one[2:]) for one in pieces(band, weeks)] == [(2, 3, 1, -1)]


def test_a_plan_that_never_came_about_is_not_drawn_and_one_ahead_is_drawn_whole() -> None:
    shown = span(View.MONTH, TODAY)
    ahead = Stay(FIRST, Day(20240525), Day(20240528), planned=True)
    ((band,),) = lanes([ahead, Stay(FIRST, Day(20240510), Day(20240511), planned=True)], shown, TODAY)
    assert (band.stay, band.first, band.last) == (ahead, 31 - 28, 31 - 25)


def _week(*numbers: int, custodian: FacilityCode = FIRST) -> list[EntryLine]:
    """Injections that were ordered and given every day of one week, newest first."""
    return [
        _line(number, 20240519 - place // 4, DocumentClass.INJECTION, custodian)._replace(
            data_kind=("OMP-02", "OMP-12")[number % 2]
        )
        for place, number in enumerate(numbers)
    ]


def _cell(lines: list[EntryLine]) -> list[Chip]:
    (chips,) = chips_by_row(lines, ROW_OF, span(View.HALF, TODAY))["injections"].values()
    return chips


def test_a_week_of_many_chips_is_one_that_says_its_days_and_opens_them_all() -> None:
    (heap,) = heaped(_cell(_week(*range(14))))
    assert sorted(heap.entries) == list(range(14))
    assert (heap.since, heap.day, heap.items, heap.abnormal) == (20240516, 20240519, 28, 14)


def test_no_heap_opens_more_than_can_be_opened_and_none_is_lost() -> None:
    heaps = heaped(_cell(_week(*range(28))))
    assert all(len(heap.entries) <= MOST_TOGETHER for heap in heaps)
    assert sorted(entry for heap in heaps for entry in heap.entries) == list(range(28))


def test_few_chips_of_a_facility_stand_beside_the_heap_of_another() -> None:
    chips = heaped(_cell([*_week(*range(14)), *_week(100, 101, custodian=SECOND)]))
    assert [(chip.custodian, chip.heaped > MOST_APART) for chip in chips] == [
        (FIRST, True),
        (SECOND, False),
        (SECOND, False),
    ]
