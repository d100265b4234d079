"""Everything awkward that real storages hold, each with what ingest should make of it.

The strict writer refuses most of it, so bytes are written by hand here. `documents` gives the
files and the list; the list is kept as `awkward.json` beside the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from hie.sample import dicom
from hie.sample import documents as papers
from hie.sample.chart import Chart, Disease, Document
from hie.sample.drugs import Rp, rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Oddity
from ssmix2.layout import ConditionFlag

INDEXED, QUARANTINED, SKIPPED, WITHHELD = "indexed", "quarantined", "skipped", "withheld"

HALF_WIDTH_TEXT = "ﾊﾝｶｸｶﾅﾃﾞｶﾞｿﾞｳｼｮｹﾝｱﾘ"
"""Stands in half-width kana (ESC ( I) in one OMG-01."""

UNKNOWN_NUMBER = "0099999999"
"""A patient number that the facility has linked to nobody."""

_PATIENT_ID, _STUDY_UID = b"\x10\x00\x20\x00LO", b"\x20\x00\x0d\x00UI"  # tags as explicit VR writes them
_MARK = "ここに半角仮名"
_ISO = "iso2022_jp"
_UNIT_SPELLINGS = (
    ("NM", "12.1", "g/dl"),
    ("NM", "12.3", "ｇ／ｄＬ"),
    ("NM", "12.0", "g/dL"),
    ("NM", "231", "10^3/μL"),
    ("NM", "23.1", "×10^4/μL"),
    ("NM", "231", "10*3/uL"),
    ("NM", "231", ".10*3/uL"),
    ("NM", "23.1", "万/μl"),
    ("NM", "231000", "/mm3"),
    ("NM", "7", "個/HFP"),
    ("NM", "281", "mOms/L"),
)
_VALUE_SPELLINGS = (
    ("ST", "<0.5", "ng/mL"),
    ("ST", "< 0.02", "mg/dL"),
    ("ST", "> 100", "U/mL"),
    ("ST", ">= 200", "mg/dL"),
    ("ST", " 3 +", ""),
    ("ST", "  -", ""),
    ("ST", "  +-", ""),
    ("ST", " 1 - 4", "/HPF"),
    ("ST", "検体不足", ""),
    ("NM", '""', "mg/dL"),
)


class _Told(NamedTuple):
    """A file and what to make of it."""

    document: Document
    what: str
    expected: str = INDEXED


def documents(charts: Charts) -> tuple[Iterator[Document], tuple[Oddity, ...]]:
    """Tell the awkward storage of one patient at the second hospital."""
    chart, last = charts.hospital(1), charts.plan.last
    told = [*_storage(chart, last), *_papers(chart, last), *_images(chart, last)]
    listed = tuple(
        Oddity(one.document.facility, one.document.area, one.document.locator, one.what, one.expected)
        for one in told
        if one.what
    )
    return iter([one.document for one in told]), listed


def _storage(chart: Chart, last: int) -> Iterator[_Told]:
    day = working_day(last - 20)
    yield _Told(chart.demographics(day - 400), "")
    yield _Told(chart.problems(day, [Disease("asthma", day - 900), Disease("rhinitis", day - 900)]), "")
    yield _Told(chart.visit(day, "01", "0900"), "")
    yield from _life_cycle(chart, day)
    yield from _characters(chart, day)
    yield from _values(chart, day)
    yield from _names(chart, day)
    yield from _unreadable(chart, day)


def _life_cycle(chart: Chart, day: int) -> Iterator[_Told]:
    """Supersede one prescription, delete another, enter a third for a past day."""
    old = chart.prescribe(day - 14, (_one("antihistamine 1"),), "01", "0940")
    number = old.locator.rsplit("_", 4)[1]
    yield _Told(old.flagged(ConditionFlag.SUPERSEDED), "superseded by a later version (flag 2)")
    yield _Told(
        chart.prescribe(day - 14, (_one("antihistamine 2"),), "01", "1015", order_number=number),
        "supersedes an earlier version",
    )
    gone = chart.prescribe(day - 7, (_one("antitussive 1"),), "01", "0945")
    yield _Told(gone.flagged(ConditionFlag.DELETED), "deleted: the former content (flag 0)")
    yield _Told(
        chart.delete(gone, day - 6, (_one("antitussive 1"),)),
        "deleted: the delete message (flag 0, ORC-1 CA)",
    )
    lonely = chart.prescribe(day - 9, (_one("expectorant 1"),), "01", "1040")
    yield _Told(lonely.flagged(ConditionFlag.SUPERSEDED), "superseded without a current version")
    late = chart.prescribe(day, (_one("antibiotic 1"),), "01", "1640", start=day - 6)
    yield _Told(late, "late order: entered today for a day six days past (TQ1-7 before the folder date)")


def _characters(chart: Chart, day: int) -> Iterator[_Told]:
    """Write the same kinds in every encoding that is met."""
    kana = chart.image(day, ("CR", "胸部"), "01", _MARK, "1101")[1][0]
    text = kana.content.decode(_ISO).replace(_MARK, HALF_WIDTH_TEXT)
    yield _Told(kana._replace(content=text.encode("iso2022_jp_ext")), "half-width kana (ESC ( I)")
    row13 = chart.image(day, ("CR", "腰椎"), "01", _MARK, "1102")[1][0]
    yield _Told(
        row13._replace(content=row13.content.replace(_MARK.encode(_ISO)[3:-3], b"\x2d\x21\x2d\x22\x2d\x50")),
        "vendor characters of NEC row 13",
    )
    for encoding, what in (
        ("utf-8", "a UTF-8 file"),
        ("cp932", "a Shift_JIS file"),
        ("euc_jp", "an EUC-JP file"),
    ):
        yield _Told(_recoded(chart.prescribe(day, (_one("ppi 1"),)), encoding), what)
    for end, what in ((b"\n", "LF terminators"), (b"\r\n", "CRLF terminators")):
        document = chart.prescribe(day, (_one("mucosa 1"),))
        yield _Told(document._replace(content=document.content.replace(b"\r", end)), what)
    unended = chart.prescribe(day, (_one("statin 1"),))
    yield _Told(
        unended._replace(content=unended.content.rstrip(b"\r")), "no terminator behind the last segment"
    )
    marked = _recoded(chart.prescribe(day, (_one("arb 1"),)), "utf-8-sig")
    yield _Told(marked, "a UTF-8 file with byte order mark")


def _values(chart: Chart, day: int) -> Iterator[_Told]:
    """Write units and values in every spelling."""
    yield _Told(chart.report(day, "Hb", _UNIT_SPELLINGS), "unit spellings")
    yield _Told(
        chart.report(day, "CRP", _VALUE_SPELLINGS, "1315"), 'values "<0.5", " 3 +", explicit null and text'
    )


def _names(chart: Chart, day: int) -> Iterator[_Told]:
    """Name files as they should not be named, and put strangers between them."""
    short = chart.prescribe(day, (_one("urate 1"),))
    head, stamp, tail = short.locator.rsplit("_", 3)[0], *short.locator.rsplit("_", 3)[1:3]
    yield _Told(
        short._replace(locator=f"{head}_{stamp[:12]}{stamp[14:]}_{tail}_1"), "a time stamp of 15 digits"
    )
    bare = chart.visit(day, "11", "1410")
    yield _Told(bare._replace(locator=bare.locator.replace("_11_1", "_-_1")), "no department in the name")
    microbe = chart.report(day, "CRP", (("ST", "Escherichia coli", ""),), "1420")
    yield _Told(
        microbe._replace(locator=microbe.locator.replace("OML-11", "OML-02")), "an unknown data kind (OML-02)"
    )
    folder = bare.locator.rpartition("/")[0]
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini"):
        yield _Told(
            bare._replace(locator=f"{folder}/{name}", content=b"\0" * 64), f"a system file ({name})", SKIPPED
        )
    yield _Told(bare._replace(locator=f"{folder}/copy in progress.tmp"), "a temporary file", SKIPPED)


def _unreadable(chart: Chart, day: int) -> Iterator[_Told]:
    """Break files so that nobody can tell what or whose they are."""
    noise = Random(chart.person.token).randbytes(700)
    breaks: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
        (lambda _content: noise, "garbage bytes"),
        (lambda _content: b"", "truncated to nothing"),
        (lambda content: content.decode(_ISO).encode("utf-16"), "a UTF-16 file"),
        (lambda content: content[content.index(b"\r") + 1 :], "no MSH segment"),
    )
    for broken, what in breaks:
        document = chart.laboratory(day, "short", "01", "0905")
        yield _Told(document._replace(content=broken(document.content)), what, QUARANTINED)
    own = chart.local.value
    contradicting = chart.laboratory(day, "short", "01", "0906")
    yield _Told(
        contradicting._replace(content=contradicting.content.replace(own.encode(), own[::-1].encode())),
        "PID-3 contradicts the folder",
        QUARANTINED,
    )
    strange = chart.visit(day, "19", "1515")
    renamed = strange.locator.replace(own, UNKNOWN_NUMBER).split("/", 2)[2]
    yield _Told(
        strange._replace(
            locator=f"{UNKNOWN_NUMBER[:3]}/{UNKNOWN_NUMBER[3:6]}/{renamed}",
            content=strange.content.replace(own.encode(), UNKNOWN_NUMBER.encode()),
        ),
        "a patient number linked to nobody",
        WITHHELD,
    )


def _papers(chart: Chart, last: int) -> Iterator[_Told]:
    """Lay content folders as they should not lie, beside ordinary ones."""
    day = working_day(last - 20)
    words = ("咳が続く", "呼吸音清", "感冒", "経過観察")

    def note(clock: str, after: int = 0) -> list[Document]:
        return papers.progress_note(chart, day - after, "01", words, clock)

    for one in (
        *papers.vital_signs(chart, day, "01"),
        *papers.operation_note(chart, day, "01", "皮膚切開術"),
    ):
        yield _Told(one, "")
    for one in papers.flagged(note("0910"), "2"):
        yield _Told(one, "a content folder superseded by a later one")
    (good,) = note("0915")
    yield _Told(good, "")
    for one in papers.flagged(note("0920", 1), "0"):
        yield _Told(one, "a deleted content folder: only renamed")
    (other,) = note("0925", 2)
    shift = other.content.decode().replace('encoding="UTF-8"', 'encoding="Shift_JIS"', 1).encode("cp932")
    yield _Told(other._replace(content=shift), "a CDA document in Shift_JIS")
    (strange,) = note("0930", 3)
    unknown = strange.locator.replace("11506-3", "99999-9").replace("経過記録", "院内様式")
    yield _Told(strange._replace(locator=unknown), "a kind of document that no table knows")
    system = good._replace(locator=f"{good.locator.rsplit('/', 2)[0]}/Thumbs.db", content=b"\0" * 64)
    yield _Told(system, "a system file beside content folders", SKIPPED)
    yield from _refused_papers(chart, note)


def _refused_papers(chart: Chart, note: Callable[[str, int], list[Document]]) -> Iterator[_Told]:
    """Write documents that must not come in, each on a day of its own."""
    own = chart.local.value
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    breaks: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
        (
            lambda content: content.replace(
                b"<ClinicalDocument", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///e">]><ClinicalDocument', 1
            ),
            "CDA with an external entity",
        ),
        (
            lambda content: content.replace(
                b"<ClinicalDocument", f'<!DOCTYPE x [<!ENTITY l0 "l">{laughs}]><ClinicalDocument'.encode(), 1
            ),
            "CDA with entities that multiply",
        ),
        (lambda content: content.replace(own.encode(), own[::-1].encode()), "CDA of another patient"),
        (lambda content: content[: len(content) // 2], "CDA cut in the middle"),
    )
    for after, (broken, what) in enumerate(breaks, 4):
        (document,) = note("0935", after)
        yield _Told(document._replace(content=broken(document.content)), what, QUARANTINED)
    (first,) = note("0940", 4 + len(breaks))
    for name, what in (("a.xml", "one of two texts without a main document"), ("b.xml", "")):
        folder = first.locator.rpartition("/")[0]
        yield _Told(first._replace(locator=f"{folder}/{name}"), what, QUARANTINED)


def _images(chart: Chart, last: int) -> Iterator[_Told]:
    """Send DICOM of somebody unknown, and files that are none."""
    day = working_day(last - 20)
    done, orders = chart.image(day, ("CR", "膝"), "11", "膝痛", "1120")
    for order in orders:
        yield _Told(order, "")
    (good,) = dicom.chest(chart, done)
    yield _Told(good, "")
    (unknown,) = dicom.chest(
        chart, done._replace(study_instance_uid=f"{done.study_instance_uid}7"), UNKNOWN_NUMBER
    )
    yield _Told(unknown, "DICOM of a patient number linked to nobody", WITHHELD)
    at = good.content.index
    broken = (
        ("unnamed.dcm", good.content[: at(_PATIENT_ID)], "DICOM cut before the patient's number", WITHHELD),
        ("cut.dcm", good.content[: at(_STUDY_UID)], "DICOM cut before the study's UID", QUARANTINED),
        ("noise.dcm", bytes(range(256)) * 4, "garbage named .dcm", SKIPPED),
    )
    folder = good.locator.rpartition("/")[0]
    for name, content, what, expected in broken:
        yield _Told(good._replace(locator=f"{folder}/{name}", content=content), what, expected)


def _one(line: str) -> Rp:
    return rp("morning", 7, line)


def _recoded(document: Document, encoding: str) -> Document:
    """Write the same text in an encoding that SS-MIX2 does not allow."""
    return document._replace(content=document.content.decode(_ISO).encode(encoding))
