"""What a rule of a quarantined document says in words: the checker's rules and the house's own."""

from __future__ import annotations

from typing import NamedTuple

from ssmix2.validation.catalogue import described


class Explained(NamedTuple):
    """A rule in words: what holds for a good document."""

    english: str
    japanese: str
    clause: str
    """Where the rule stands in the SS-MIX2 specification's fact sheet; empty for the house's own."""


_OWN = {
    "READ-03": Explained("The patient's folder can be listed.", "患者フォルダーを一覧できる", ""),
    "READ-04": Explained("The reader can read the document through.", "文書を最後まで解読できる", ""),
    "REQ-PID-3": Explained("The message names its patient (PID-3).", "電文に患者ID(PID-3)がある", "§7.3"),
    "HASH-01": Explained("The bytes came as they were sent.", "届いた内容が送信時と同じ", ""),
    "SIZE-01": Explained(
        "The document is not larger than an edge takes.", "文書が取り込み上限の大きさ以内", ""
    ),
    "DCM-FORMAT": Explained("The file is a DICOM file.", "DICOM ファイルとして読める", ""),
    "DCM-PATIENT": Explained("The image names its patient.", "画像に患者IDがある", ""),
    "DCM-UID": Explained("The UIDs of the image are well-formed.", "画像の UID が規格どおり", ""),
    "DCM-CONFLICT": Explained(
        "One image number stands for one image.", "同じ SOP Instance UID の画像は同じ内容", ""
    ),
    "PDF-01": Explained(
        "The PDF does nothing by itself and carries no files.", "PDF に動作や添付ファイルがない", ""
    ),
    "TABLE-01": Explained(
        "The table can be read by the columns that are set.", "設定した列の表として読める", ""
    ),
    "XML-01": Explained("The document is well-formed XML.", "整形式の XML として読める", ""),
    "XML-02": Explained("The XML is of a bounded size and depth.", "XML の大きさと深さが上限以内", ""),
    "CDA-03": Explained("The document is about one patient.", "1つの文書は1人の患者のもの", ""),
    "EXT-06": Explained(
        "The content folder is of a bounded size.", "コンテンツフォルダーが上限の大きさ以内", ""
    ),
}


_WRONG = {
    "PATH-01": "置かれているフォルダーがファイル名（患者ID・診療日・種別）と合いません",
    "PATH-02": "ファイル名が SS-MIX2 の形式（7つの要素）ではありません",
    "JIS-01": "文字コードが ISO-2022-JP ではありません（Shift_JIS や UTF-8、機種依存文字など）",
    "MSH-A": "先頭が MSH セグメントではなく、HL7 電文として読めません",
    "ID-01": "本文の患者ID（PID-3）がファイル名の患者IDと違います。別の患者の文書かもしれません",
    "REQ-PID-3": "本文に患者ID（PID-3）がありません",
    "EXT-05": "XML が途中で切れているなど壊れているか、使えない宣言（DTD・実体）を含みます",
    "PDF-01": "PDF にスクリプトや添付ファイルが含まれています。印刷し直した PDF を置いてください",
    "TABLE-01": "表として読めません。設定（clinic.toml）の列の名前と文字コードを確かめてください",
    "XML-01": "XML が壊れていて読めません",
    "READ-01": "ファイルを開けません。権限か、共有フォルダーの接続を確かめてください",
    "READ-02": "電文が長すぎて読み取れません",
    "READ-03": "患者フォルダーを一覧できません。権限を確かめてください",
    "READ-04": "文書を読む途中で処理に失敗しました。番号を添えて事務局に知らせてください",
    "HASH-01": "読んだ内容と届いた内容が違います。送信の途中で書き換えられたかもしれません",
    "SIZE-01": "ファイルが取り込みの上限より大きいため送れません",
    "DCM-FORMAT": "DICOM ファイルではないか、壊れています",
    "DCM-PATIENT": "画像に患者IDがないか、別の患者のものです",
    "DCM-UID": "画像の番号（UID）がないか、形式が正しくありません",
    "DCM-CONFLICT": "同じ画像番号（UID）で内容の違う画像がすでにあります",
}
_WRONG_OF = {
    "HUB-wanted": "連携基盤が同じ文書を何度も求めています。番号を添えて事務局に知らせてください",
    "HUB-5": "連携基盤の不調で受け取れませんでした。自動で再送します",
    "HUB-": "連携基盤が受け取れませんでした。番号を添えて事務局に知らせてください",
}
"""By the beginning of the rule, the longest first."""


def wrong(rule: str) -> str:
    """Say in Japanese what breaking a rule means for a document; empty where nothing plain is known."""
    of_kind = (text for start, text in _WRONG_OF.items() if rule.startswith(start))
    return _WRONG.get(rule) or next(of_kind, "")


def explained(rule: str) -> Explained | None:
    """Say what a rule asks for; none for an id that nobody here knows."""
    own = _OWN.get(rule)
    if own is not None:
        return own
    found = described(rule)
    return Explained(found.english, found.japanese, found.clause) if found else None
