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
    "XML-01": Explained("The document is well-formed XML.", "整形式の XML として読める", ""),
    "XML-02": Explained("The XML is of a bounded size and depth.", "XML の大きさと深さが上限以内", ""),
    "CDA-03": Explained("The document is about one patient.", "1つの文書は1人の患者のもの", ""),
    "EXT-06": Explained(
        "The content folder is of a bounded size.", "コンテンツフォルダーが上限の大きさ以内", ""
    ),
}


def explained(rule: str) -> Explained | None:
    """Say what a rule asks for; none for an id that nobody here knows."""
    own = _OWN.get(rule)
    if own is not None:
        return own
    found = described(rule)
    return Explained(found.english, found.japanese, found.clause) if found else None
