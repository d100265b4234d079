"""What the demo tells of a clinic's own records: a letter and a table it added, one of each that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hie.cli._paperwork import Town
from hie.exchange.feeds import uploaded_tables, uploading
from hie.exchange.feeds.own_records import File
from hie.exchange.feeds.uploading import Chosen
from hie.exchange.ports import Clock, Store
from hie.exchange.ports.papers import ScanReader
from hie.exchange.ports.uploads import Upload
from hie.record.requester import Role
from hie.record.times import JST
from hie.sample.drawings import page
from hie.sample.region import SampleRegion

_STORY = "diabetic"
_REFERRAL = "57133-1"
_INTERNAL = "01"
_LETTER = ("Letter to the hospital (invented)", "", "Blood sugar is stable.", "Feet are inspected monthly.")
_PAPER = ("Foot care report (invented)", "", "No ulcer on either side.")
_HEADS = "患者番号,日付,時刻,種別,項目コード,項目,値,単位,基準値,判定"
_VALUES = (
    ("検査", "3D046000001920402", "HbA1c", "7.0", "%", "4.9-6.0", "H"),
    ("検査", "3D010000002227101", "グルコース", "142", "mg/dL", "73-109", "H"),
    ("バイタル", "", "収縮期血圧", "134", "mmHg", "", ""),
    ("バイタル", "", "体重", "64.2", "kg", "", ""),
)
_LATE = (
    ("検査", "3C020000002327101", "尿酸", "5.8", "mg/dL", "3.8-7.0", ""),
    ("検査", "", "", "1.2", "mg/dL", "", ""),
)
"""The second line names nothing: it is said to stay out."""


def tell_own_records(store: Store, clock: Clock, region: SampleRegion, scans: ScanReader) -> None:
    """Let the demo clinic's doctor add a letter and a table of one patient, and leave one of each waiting."""
    town = Town(store, clock, region)
    doctor, whose = town.acting(Role.DOCTOR), region.stories[_STORY].patient
    files = [File("病院への返書.pdf", page(_LETTER)), File("フットケア報告.pdf", page(_PAPER))]
    letter, _ = uploading.receive(store, clock, scans, doctor, whose, files)
    yesterday = datetime.fromtimestamp(clock.now() / 1000, UTC).astimezone(JST) - timedelta(days=1)
    day = f"{yesterday:%Y%m%d}"
    uploading.file(store, clock, doctor, whose, letter.id, Chosen(_REFERRAL, "病院への返書", day, _INTERNAL))
    table = uploaded_tables.receive(store, clock, doctor, _table("検査・測定.csv", letter, day, _VALUES))
    uploaded_tables.file(store, clock, doctor, table.id)
    uploaded_tables.receive(store, clock, doctor, _table("追加の検査.csv", letter, day, _LATE))


def _table(name: str, letter: Upload, day: str, found: Sequence[tuple[str, ...]]) -> File:
    """Write a day's results as the clinic's own system exports them."""
    lines = [",".join((letter.number, day, "0915", *values)) for values in found]
    return File(name, "\r\n".join((_HEADS, *lines, "")).encode("cp932"))
