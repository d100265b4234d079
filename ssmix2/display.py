"""Records as a doctor reads them: tables with Japanese labels for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    Condition,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Observation,
    Procedure,
    Record,
    ResearchStudy,
    ServiceRequest,
    StudyLink,
)
from hie.record.findings import Finding, Severity
from hie.record.people import Sex
from ssmix2.er7 import NULL, Message
from ssmix2.kinds import KINDS

_SEXES = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.OTHER: "その他", Sex.UNKNOWN: "不明"}
_DONE = {
    "A04": "外来受付",
    "A14": "入院予定",
    "A01": "入院",
    "A21": "外出・外泊",
    "A22": "帰院",
    "A15": "転科・転棟予定",
    "A02": "転科・転棟",
    "A16": "退院予定",
    "A03": "退院",
    "A54": "担当医の変更",
}
_TAKEN_BACK = {
    "A27": "A14",
    "A11": "A01",
    "A52": "A21",
    "A53": "A22",
    "A26": "A15",
    "A12": "A02",
    "A25": "A16",
    "A13": "A03",
    "A55": "A54",
}
_EVENTS = _DONE | {cancelling: f"{_DONE[event]}の取消" for cancelling, event in _TAKEN_BACK.items()}
_CLASSES = {"I": "入院", "O": "外来"}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}
_FLAG_STYLES = {"H": "red", "HH": "bold red", "L": "blue", "LL": "bold blue", "A": "red", "AA": "bold red"}
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_WHEN_NEEDED = "22"
_MEASURES = frozenset({"結果", "基準値"})
_MEASURE_WIDTH = 9
"""Room for an ordinary result and range, so that a terminal does not break a number in two."""
_SHORT = frozenset({"Rp", "開始", "終了", "日時", "採取・実施", "報告"})
"""Columns of known width, which the others give way to; no other column is ever cut off."""
_CANCELLED = "CA"
_COMPLETED = {"CP": "完了", "PA": "一部", "NA": "未実施", "RE": "拒否"}
_MEALS = {"D": "食事", "S": "補食", "P": "嗜好"}


def tables(records: Sequence[Record]) -> Iterator[Table]:
    """Give one table per type of record, in the order a chart has them."""
    for kind, table in _TABLES:
        own = [record for record in records if isinstance(record, kind)]
        if own:
            yield table(own)


def findings_table(findings: Sequence[Finding]) -> Table:
    """Give what was irregular."""
    table = _table("所見", "規則", "重大度", "場所", "内容")
    for one in findings:
        table.add_row(one.code, Text(one.severity.value, _STYLES[one.severity]), one.place, one.message)
    return table


def segments_table(message: Message) -> Table:
    """Give the segments themselves, for kinds that nobody reads into records."""
    table = _table("セグメント", "名前", "項目")
    for segment in message.segments:
        filled = "  ".join(f"{number}={field}" for number, field in enumerate(segment[1:], 1) if field)
        _add(table, segment[0], filled)
    return table


def harmless(text: str) -> str:
    """Take out control characters, which would command the terminal; line ends stay."""
    return text if text.isprintable() else CONTROLS.sub("", text)


def moment(digits: str) -> str:
    """Show HL7 digits as a date and, where given, a time; partial dates stay partial."""
    date = "-".join(part for part in (digits[:4], digits[4:6], digits[6:8]) if part)
    clock = ":".join(part for part in (digits[8:10], digits[10:12]) if part)
    if not clock:
        return date
    return f"{date} {clock}" if ":" in clock else f"{date} {clock}時"


def kind_label(code: str) -> str:
    """Name a data kind: its Japanese name, or the text inside an extended-storage folder's name."""
    known = KINDS.get(code)
    if known:
        return known.label_ja
    parts = code.split("^")
    texts = [part for part in (*parts[4:5], *parts[1:2]) if part]
    return texts[0] if texts else code


def name_of(coding: Coding) -> str:
    """Show a coding's text, or its code where there is none."""
    return coding.text or coding.code


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        width = _MEASURE_WIDTH if column in _MEASURES else None
        table.add_column(column, overflow="fold", no_wrap=column in _SHORT, min_width=width)
    return table


def _add(table: Table, *cells: str | Text, end_section: bool = False) -> None:
    """Add a row of plain text: what stands in a file is no markup."""
    row = (cell if isinstance(cell, Text) else Text(harmless(cell)) for cell in cells)
    table.add_row(*row, end_section=end_section)


def _people(records: list[Demographics]) -> Table:
    table = _table("患者", "項目", "内容")
    for one in records:
        facts = one.patient
        rows = (
            ("患者番号", facts.source.value),
            ("氏名", facts.name.kanji),
            ("カナ", facts.name.kana),
            ("生年月日", moment(f"{facts.birth_day:08d}") if facts.birth_day else "不明"),
            ("性別", _SEXES[facts.sex]),
            ("住所", f"{one.postal_code} {one.address}".strip()),
            ("電話(自宅)", one.home_phone),
            ("電話(勤務先)", one.work_phone),
            ("更新", moment(one.updated_at)),
        )
        for label, value in rows:
            _add(table, label, value)
    return table


def _encounters(records: list[Encounter]) -> Table:
    table = _table(
        "受診・入退院", "区分", "日時", "入外", "診療科", "病棟・病室・ベッド", "担当医", "退院区分"
    )
    for one in records:
        place = " ".join(part for part in (one.ward, one.room, one.bed) if part)
        _add(
            table,
            _EVENTS.get(one.event, one.event),
            moment(one.at),
            _CLASSES.get(one.patient_class, one.patient_class),
            one.department,
            place,
            one.attending,
            one.disposition,
        )
    return table


def _conditions(records: list[Condition]) -> Table:
    table = _table("病名", "病名", "ICD-10", "開始", "終了", "転帰", "主", "疑い", "区分", "診療科")
    for one in records:
        _add(
            table,
            one.name,
            one.icd10,
            moment(one.onset),
            moment(one.end),
            name_of(one.outcome),
            "主" if one.primary else "",
            "疑い" if one.suspected else "",
            name_of(one.category),
            name_of(one.department),
        )
    return table


def _medications(records: list[MedicationRequest]) -> Table:
    """Group drugs by Rp, as a prescription is written (fact sheet §8)."""
    table = _table("薬剤", "Rp", "薬剤", "1回量", "用法", "日数・回数", "総量", "開始", "区分", "備考")
    for place, one in enumerate(records):
        first = place == 0 or records[place - 1].group != one.group
        last = place + 1 == len(records) or records[place + 1].group != one.group
        _add(
            table,
            one.group if first else "",
            ("+ " if one.component == "A" else "") + name_of(one.medication),
            "〜".join(filter(None, (_amount(one.dose, one.dose_unit), one.dose_max))),
            _usage(one),
            _length(one),
            _amount(one.total, one.total_unit),
            moment(one.start),
            name_of(one.category),
            _remarks(one),
            end_section=last,
        )
    return table


def _amount(number: str, unit: str) -> str:
    return "" if number in {"", NULL} else number + ("" if unit == NULL else unit)


def _usage(one: MedicationRequest) -> str:
    parts = (name_of(one.usage), *one.usage_supplements, one.condition, one.volume, one.rate)
    return " ".join(part for part in parts if part)


def _length(one: MedicationRequest) -> str:
    """Days supplied, or the number of doses of a drug taken when needed (fact sheet §4.10)."""
    if one.days and one.category.code != _WHEN_NEEDED:
        return f"{one.days}日分"
    return f"{one.occurrences}回分" if one.occurrences else (f"{one.days}日分" if one.days else "")


def _remarks(one: MedicationRequest) -> str:
    site = name_of(one.site)
    cancelled = "取消" if one.status == _CANCELLED else ""
    return " ".join(
        part for part in (cancelled, one.strength, *one.instructions, site, *one.dispensing) if part
    )


def _administrations(records: list[MedicationAdministration]) -> Table:
    table = _table("実施", "Rp", "薬剤", "量", "開始", "終了", "経路", "実施者", "場所", "状態", "備考")
    for one in records:
        _add(
            table,
            one.group,
            name_of(one.medication) or name_of(one.local),
            _amount(one.dose, one.dose_unit),
            moment(one.start),
            moment(one.end),
            _joined(one.route, one.site, one.device, one.method),
            one.performer,
            " ".join(filter(None, one.place)),
            _COMPLETED.get(one.status, one.status),
            " ".join(filter(None, (one.strength, one.rate, *one.notes, *one.lots, name_of(one.refusal)))),
        )
    return table


def _meals(records: list[NutritionOrder]) -> Table:
    table = _table("食事", "区分", "食事", "時間帯", "開始", "終了", "指示")
    for one in records:
        _add(
            table,
            _MEALS.get(one.kind, one.kind),
            _joined(*one.foods),
            _joined(*one.meals) or _joined(*one.frequency),
            moment(one.start),
            moment(one.end),
            " ".join(("取消", *one.texts) if one.status == _CANCELLED else one.texts),
        )
    return table


def _requests(records: list[ServiceRequest]) -> Table:
    table = _table("依頼", "検査", "項目", "材料", "予定", "優先度", "診療科", "依頼医", "備考")
    for one in records:
        _add(
            table,
            name_of(one.code),
            _joined(*one.items),
            _joined(one.specimen, one.site),
            moment(one.scheduled_at or one.collected_at),
            name_of(one.priority),
            name_of(one.department),
            one.orderer,
            " ".join(
                filter(
                    None,
                    ("取消" if one.control == _CANCELLED else "", one.reason, name_of(one.danger), one.note),
                )
            ),
        )
    return table


def _procedures(records: list[Procedure]) -> Table:
    table = _table("手技", "手技", "回数", "開始", "終了", "従事者", "使用物品", "撮影")
    for one in records:
        _add(
            table,
            name_of(one.code),
            one.times,
            moment(one.start),
            moment(one.end),
            " ".join(f"{name_of(each.role)} {each.name}".strip() for each in one.performers),
            " ".join(f"{name_of(each.item)} {_amount(each.quantity, each.unit)}" for each in one.materials),
            " / ".join(" ".join(filter(None, each)) for each in one.exposures),
        )
    return table


def _studies(records: list[StudyLink]) -> Table:
    table = _table("画像検査", "受付番号", "モダリティ", "検査インスタンスUID")
    for one in records:
        _add(table, one.accession_number, one.modality, one.study_instance_uid)
    return table


def _trials(records: list[ResearchStudy]) -> Table:
    table = _table("治験", "試験ID", "相", "予定時点")
    for one in records:
        _add(table, one.identifier, name_of(one.phase), name_of(one.planned))
    return table


def _joined(*codings: Coding) -> str:
    return " ".join(text for one in codings if (text := name_of(one)))


def _reports(records: list[DiagnosticReport]) -> Table:
    table = _table("検査", "検査", "材料", "採取・実施", "報告", "診療科", "依頼医", "状態")
    for one in records:
        _add(
            table,
            name_of(one.code),
            name_of(one.specimen),
            moment(one.collected_at),
            moment(one.reported_at),
            name_of(one.department),
            one.orderer,
            one.status,
        )
    return table


def _observations(records: list[Observation]) -> Table:
    table = _table("検査結果", "項目", "結果", "単位", "基準値", "判定", "状態", "日時", "材料")
    for one in records:
        _add(
            table,
            name_of(one.code) or name_of(one.local),
            Text(harmless(one.value_text), _FLAG_STYLES.get(one.flag, "")),
            one.unit,
            one.reference_range,
            Text(harmless(one.flag), _FLAG_STYLES.get(one.flag, "")),
            one.status,
            moment(one.observed_at),
            name_of(one.specimen),
        )
    return table


def _allergies(records: list[AllergyIntolerance]) -> Table:
    table = _table("アレルギー", "分類", "アレルゲン", "重症度", "反応", "発症", "確認状況", "処理")
    for one in records:
        _add(
            table,
            name_of(one.category),
            name_of(one.substance),
            name_of(one.severity),
            one.reaction,
            moment(one.onset) or one.onset_text,
            name_of(one.verification),
            name_of(one.action),
        )
    return table


def _coverages(records: list[Coverage]) -> Table:
    table = _table("保険", "種別", "保険者番号", "有効", "失効")
    for one in records:
        _add(table, name_of(one.kind), one.insurer, moment(one.start), moment(one.end))
    return table


_TABLES: tuple[tuple[type, Callable[[list[Any]], Table]], ...] = (
    (Demographics, _people),
    (Encounter, _encounters),
    (Condition, _conditions),
    (AllergyIntolerance, _allergies),
    (MedicationRequest, _medications),
    (MedicationAdministration, _administrations),
    (NutritionOrder, _meals),
    (ServiceRequest, _requests),
    (DiagnosticReport, _reports),
    (Procedure, _procedures),
    (StudyLink, _studies),
    (ResearchStudy, _trials),
    (Observation, _observations),
    (Coverage, _coverages),
)
