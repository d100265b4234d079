"""Every rule in words: id, severity, clause, and what it says in English and Japanese (fact sheet §7).

A family such as REQ-<segment>-<field> is one line here; `members` gives its ids one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hie.record.findings import Severity
from ssmix2.validation.order import GRAMMARS
from ssmix2.validation.required import KEYS, MAY_BE_EMPTY, MUST_EXIST, MUST_EXIST_IN_EVENT, REQUIRED
from ssmix2.validation.rule import ERROR, INFORMATION, WARNING
from ssmix2.validation.values import NUMBER_PARTS, NUMBERS


class Described(NamedTuple):
    """One rule in words."""

    id: str
    severity: Severity
    """The usual one; a family's member or one violation may differ."""
    clause: str
    english: str
    japanese: str


_E, _W, _I = ERROR, WARNING, INFORMATION

CATALOGUE: tuple[Described, ...] = tuple(
    Described(*line)
    for line in (
        (
            "PATH-01",
            _E,
            "§7.1",
            "The folders are those that the file's name asks for.",
            "フォルダーがファイル名と一致する",
        ),
        ("PATH-02", _E, "§7.1", "A file's name has seven parts.", "ファイル名は7つの要素からなる"),
        (
            "PATH-03",
            _E,
            "§7.1",
            "The care date is - or a day of the calendar.",
            "診療日は「-」または実在する日付",
        ),
        ("PATH-04", _W, "§7.1", "The data kind is one of the 26.", "データ種別は規定の26種のいずれか"),
        (
            "PATH-05",
            _E,
            "§7.1",
            "The care date is - exactly for ADT-00, ADT-01, ADT-61 and PPR-01.",
            "診療日「-」は ADT-00、ADT-01、ADT-61、PPR-01 に限る",
        ),
        ("PATH-06", _W, "§7.1", "The order number has 15 characters.", "オーダNoは15桁"),
        ("PATH-07", _W, "§7.1", "The time stamp is a time in 17 digits.", "発生日時は17桁の日時"),
        (
            "PATH-08",
            _W,
            "§7.1",
            "The department is in table 0069, or -.",
            "診療科コードは表0069の値または「-」",
        ),
        (
            "PATH-09",
            _E,
            "§7.1",
            "The condition flag is 0, 1 or 2.",
            "コンディションフラグは0、1、2のいずれか",
        ),
        (
            "PATH-10",
            _W,
            "§7.1",
            "The patient id has 7 to 15 characters and no separator.",
            "患者IDは7〜15文字で区切り文字を含まない",
        ),
        ("PATH-11", _I, "§7.1", "No foreign file lies in the tree.", "規定外のファイルがない"),
        (
            "KEY-01",
            _E,
            "§7.1",
            "One file of a logical key at most is valid.",
            "論理キーごとに有効なファイルは1つまで",
        ),
        (
            "KEY-02",
            _W,
            "§7.1",
            "A superseded file has a newer one, or a deletion.",
            "旧版には後継の有効版または削除がある",
        ),
        (
            "KEY-03",
            _W,
            "§7.1",
            "Flags agree with the order of time stamps.",
            "フラグと発生日時の前後が矛盾しない",
        ),
        (
            "KEY-04",
            _W,
            "§7.1",
            "A deleted key has a file that holds the deletion.",
            "削除されたキーには削除電文がある",
        ),
        (
            "CNT-01",
            _I,
            "§7.1",
            "Counts by kind, flag, month and department (listing).",
            "種別・フラグ・月・診療科別の件数(集計)",
        ),
        (
            "JIS-01",
            _E,
            "§7.2",
            "The file is ISO-2022-JP with ASCII and JIS X 0208.",
            "ISO-2022-JP(ASCII と JIS X 0208)として読める",
        ),
        (
            "JIS-02",
            _W,
            "§7.2",
            "Two-byte runs are closed before a line's end.",
            "2バイト文字列は行末までにASCIIへ戻す",
        ),
        ("JIS-03", _E, "§7.2", "No byte is above 0x7F.", "0x80以上のバイトがない"),
        (
            "JIS-04",
            _W,
            "§7.2",
            "No half-width katakana, JIS X 0212 or user-defined characters.",
            "半角カナ、JIS X 0212、外字がない",
        ),
        ("JIS-05", _W, "§7.2", "Segments end with CR and nothing else.", "セグメント終端はCRのみ"),
        ("JIS-06", _I, "§7.2", "No characters were lost (■).", "失われた文字(■)がない"),
        (
            "JIS-07",
            _W,
            "§7.2",
            "MSH-18 and MSH-20 name ISO IR87 and ISO 2022-1994.",
            "MSH-18、MSH-20 の文字セット指定",
        ),
        (
            "MSH-A",
            _E,
            "§7.2",
            "MSH leads, with the five delimiters of HL7.",
            "先頭はMSHで、区切り文字はHL7の5つ",
        ),
        ("MSH-B", _E, "§7.2", "The message type belongs in the data kind.", "メッセージ型がデータ種別に合う"),
        (
            "MSH-C",
            _W,
            "§7.2",
            "The message structure is that of the event (table 0354).",
            "メッセージ構造がイベントに合う(表0354)",
        ),
        (
            "MSH-D",
            _W,
            "§7.2",
            "The time of sending has seconds and is the file's time stamp.",
            "送信日時は秒まであり、発生日時と一致する",
        ),
        ("MSH-E", _W, "§7.2", "The version is 2.5 and the processing id P.", "バージョンは2.5、処理IDはP"),
        (
            "ID-01",
            _E,
            "§7.2",
            "PID-3 is the patient of the file's name.",
            "PID-3 がファイル名の患者IDと一致する",
        ),
        (
            "ID-02",
            _W,
            "§7.2",
            "ORC-2 and OBR-2 are the order number of the file's name.",
            "ORC-2、OBR-2 がファイル名のオーダNoと一致する",
        ),
        (
            "ID-03",
            _W,
            "§7.2",
            "ORC-17 or PV1-10 is the department of the file's name.",
            "ORC-17、PV1-10 がファイル名の診療科と一致する",
        ),
        (
            "DATE-01",
            _W,
            "§7.2",
            "The field that dates the kind is the care date, wherever it stands.",
            "診療日の元になる項目がフォルダーの診療日と一致する",
        ),
        (
            "DATE-02",
            _W,
            "§7.2",
            "The segment that dates the kind exists.",
            "診療日の元になるセグメントがある",
        ),
        (
            "DATE-03",
            _W,
            "§7.2",
            "The earliest specimen was collected on the care date.",
            "最も早い検体の採取日が診療日と一致する",
        ),
        ("DATE-04", _I, "§7.2", "The field that dates the kind is filled.", "診療日の元になる項目に値がある"),
        ("REQ", _W, "§7.3", 'Required fields are filled (`""` counts).', '必須項目に値がある("" も可)'),
        ("REQ-SEG", _E, "§2.3", "Segments that must exist are there.", "必須セグメントがある"),
        (
            "RE",
            _I,
            "§7.3",
            "Fields required but allowed empty are filled.",
            "必須だが空も許される項目に値がある",
        ),
        ("ORD", _W, "§7.4", "Segments follow the grammar of the event.", "セグメントの順序が文法どおり"),
        ("NUM-OBX-5", _W, "§7.5", "A result of type NM is a number of HL7.", "値型NMの検査値が数値"),
        ("NUM", _W, "§7.5", "Fields and components of type NM are numbers of HL7.", "NM型の項目・成分が数値"),
        ("TYP-01", _W, "§7.5", "The value type is used in the data kind.", "値型がデータ種別で使えるもの"),
        ("TYP-02", _W, "§7.5", "Dates and times are well formed.", "日付・時刻の書式が正しい"),
        ("TYP-03", _I, "§7.5", "Fields are no longer than allowed.", "項目長が上限以内"),
        ("COD-01", _W, "§7.5", "Codes are in their tables.", "コードが規定の表にある"),
        (
            "COD-02",
            _W,
            "§7.5",
            "JLAC10 has 17 (15) characters and the specimen's material.",
            "JLAC10 は17(15)桁で材料が検体と一致する",
        ),
        (
            "COD-03",
            _I,
            "§7.5",
            "MDCDX2 has eight digits; ICD-10 has no dot.",
            "病名管理番号は8桁、ICD-10 はピリオドなし",
        ),
        (
            "COD-04",
            _I,
            "§7.5",
            "A usage code has 16 characters and as many slots as doses.",
            "標準用法コードは16桁で回数と服用時点が合う",
        ),
        ("COD-05", _I, "§7.5", "Laboratory items have a JLAC10 code.", "検査項目にJLAC10コードがある"),
        (
            "LNK-01",
            _W,
            "§7.5",
            "IPC has an accession number and a valid study UID.",
            "IPC に受付番号と正しい検査インスタンスUIDがある",
        ),
        ("RX-01", _W, "§7.5", "The total is the daily dose times the days.", "調剤量が1日量×日数に合う"),
        ("RX-02", _W, "§7.5", "Drugs of one Rp are taken alike.", "同一Rpの用法が同じ"),
        (
            "LAB-01",
            _I,
            "§7.5",
            "The flag agrees with value and reference range.",
            "異常フラグが値と基準範囲に合う",
        ),
        (
            "GET-01",
            _I,
            "§7.5",
            "Distinct values and fill counts of chosen fields (listing).",
            "指定項目の値と充填数の一覧(集計)",
        ),
        ("IDX-01", _E, "§7.6", "Every row's file exists below its volume.", "索引の各行のファイルが実在する"),
        ("IDX-02", _E, "§7.6", "Every file has a row.", "各ファイルに索引の行がある"),
        (
            "IDX-03",
            _W,
            "§7.6",
            "Columns are what the name says; DEL stands at the last deletion.",
            "索引の列がファイル名と一致し、DEL は最後の削除に付く",
        ),
        ("IDX-04", _W, "§7.6", "Columns keep their lengths.", "索引の列長が上限以内"),
        (
            "TRX-01",
            _E,
            "§7.6",
            "A header has 10 items, `#SSMIX,2.00`, INS or DEL, and its record is whole.",
            "トランザクションのヘッダーは10項目で、#SSMIX,2.00、INS/DEL",
        ),
        (
            "TRX-02",
            _W,
            "§7.6",
            "The header agrees with its message and with a stored file.",
            "ヘッダーが電文および格納ファイルと一致する",
        ),
        (
            "TRX-03",
            _W,
            "§7.6",
            "Replaying the log gives the storage.",
            "ログの再生結果が現在のストレージと一致する",
        ),
        (
            "EXT-01",
            _E,
            "§7.6",
            "A content folder has exactly one main document.",
            "コンテンツフォルダーの主文書はちょうど1つ",
        ),
        (
            "EXT-02",
            _W,
            "§7.6",
            "A kind's folder has 3 or 6 components and a known standard code.",
            "データ種別フォルダー名は3または6要素で標準文書コードが表にある",
        ),
        (
            "EXT-03",
            _W,
            "§7.6",
            "A document's patient and code are those of its folder.",
            "文書の患者IDとコードがフォルダーと一致する",
        ),
        (
            "EXT-04",
            _W,
            "§7.6",
            "What a document points to is inside its content folder.",
            "文書の参照先がコンテンツフォルダー内にある",
        ),
        (
            "EXT-05",
            _E,
            "§7.6",
            "XML is well formed, without document type and entities.",
            "XML は整形式で、DTD・実体宣言がない",
        ),
        ("READ-01", _E, "§7", "The file can be opened.", "ファイルを開ける"),
        ("READ-02", _E, "§7", "A message is no longer than a reader takes.", "電文が読み取り上限以内"),
    )
)
"""All rules, in the order of the specification; READ-01 and READ-02 are this library's own."""

_BY_ID = {one.id: one for one in CATALOGUE}
_FAMILY = re.compile(r"(REQ-SEG|REQ|RE|ORD|NUM)-")


def described(code: str) -> Described | None:
    """Find the rule of a finding's id, of a member of a family its family; none for other libraries' ids."""
    if code in _BY_ID:
        return _BY_ID[code]
    family = _FAMILY.match(code)
    return _BY_ID[family[1]] if family else None


def members() -> dict[str, Severity]:
    """Give every single id with its severity; of families the members in place of the family."""
    found: dict[str, Severity] = {}
    for one in CATALOGUE:
        expanded = dict(_expanded(one.id))
        found |= expanded or {one.id: one.severity}
    return found


def _expanded(family: str) -> Iterator[tuple[str, Severity]]:
    if family == "REQ":
        for name, fields, _ in REQUIRED:
            for field in fields:
                yield f"REQ-{name}-{field}", ERROR if (name, field) in KEYS else WARNING
        yield "REQ-PID-33", WARNING
    elif family == "REQ-SEG":
        tables = (*MUST_EXIST.values(), *MUST_EXIST_IN_EVENT.values())
        yield from ((f"REQ-SEG-{name}", ERROR) for name in sorted(set(sum(tables, ()))))
    elif family == "RE":
        yield from (
            (f"RE-{name}-{field}", INFORMATION) for name, fields, _ in MAY_BE_EMPTY for field in fields
        )
    elif family == "ORD":
        yield from ((f"ORD-{event}", WARNING) for event in GRAMMARS)
    elif family == "NUM":
        yield from _numbers()


def _numbers() -> Iterator[tuple[str, Severity]]:
    for name, fields in NUMBERS.items():
        yield from ((f"NUM-{name}-{field}", WARNING) for field in fields)
    for name, parted in NUMBER_PARTS.items():
        for field, parts in parted.items():
            yield from ((f"NUM-{name}-{field}.{part}", WARNING) for part in parts)
