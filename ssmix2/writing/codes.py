"""Codes found again from the texts that records keep (MERIT-9, JHSP; fact sheet §5.4)."""

from __future__ import annotations

from functools import lru_cache

from hie.record.clinical import Coding
from ssmix2.writing.fields import NULL, cwe

MERIT9 = "MR9P"
LOCAL = "99LOC"

_UNITS = {
    text: code
    for code, text in (
        *(("AMP", "アンプル"), ("BAG", "袋"), ("BALL", "球"), ("BLST", "ブリスター"), ("BOX", "箱")),
        *(
            ("BTL", "瓶"),
            ("CAN", "缶"),
            ("CAP", "カプセル"),
            ("CAST", "カセット"),
            ("CC", "cc"),
            ("CM", "cm"),
        ),
        *(
            ("DOSE", "回分"),
            ("DROP", "滴"),
            ("G", "g"),
            ("HON", "本"),
            ("INHL", "吸入"),
            ("IUNT", "国際単位"),
        ),
        *(("KG", "kg"), ("KIT", "キット"), ("KO", "個"), ("MCG", "μg"), ("MEQ", "mEq"), ("MG", "mg")),
        *(("ML", "mL"), ("PCK", "包"), ("PILL", "丸"), ("SET", "セット"), ("SHET", "シート"), ("SHT", "枚")),
        *(("SPRY", "噴霧"), ("SYRG", "シリンジ"), ("TAB", "錠"), ("TEST", "テスト分"), ("TIME", "回")),
        *(("TROC", "トローチ"), ("TTUN", "万単位"), ("TUBE", "管"), ("TUNT", "千単位"), ("UNT", "単位")),
        *(("VIL", "バイアル"), ("VSL", "容器"), ("L", "リットル")),
    )
}
_FORMS = {
    "錠剤": "TAB",
    "カプセル": "CAP",
    "散剤・ドライシロップ": "PWD",
    "シロップ": "SYR",
    "坐剤": "SUP",
    "液剤": "LQD",
    "軟膏・ゲル": "OIT",
    "軟膏、ゲル": "OIT",
    "クリーム": "CRM",
    "テープ・貼付": "TPE",
    "注射剤": "INJ",
}
_DISPENSING = {
    "外来処方": ("OHP", MERIT9),
    "院内処方": ("OHI", MERIT9),
    "院外処方": ("OHO", MERIT9),
    "入院処方": ("IHP", MERIT9),
    "退院処方": ("DCG", MERIT9),
    "定期処方": ("ORD", MERIT9),
    "臨時処方": ("XTR", MERIT9),
    "持参薬処方": ("BDP", "JHSP0007"),
    "定時": ("FTP", "JHSI0001"),
    "至急": ("EMP", "JHSI0001"),
    "事後": ("PFP", "JHSI0001"),
    "頓用": ("OTP", "JHSI0001"),
}
_INSTRUCTIONS = {
    "別包": ("A", "JHSP0002"),
    "一包化": ("B", "JHSP0002"),
    "混合": ("C", "JHSP0002"),
    "粉砕": ("D", "JHSP0002"),
    "粉砕指示": ("D", "JHSP0002"),
    "1回目から": ("01", "JHSP0005"),
    "2回目から": ("02", "JHSP0005"),
}


def unit_coding(text: str) -> Coding:
    """Code of a dose unit where MERIT-9 has one, else its text as the facility's own code."""
    code = _UNITS.get(text)
    return Coding(code, text, MERIT9) if code else Coding(text, text, LOCAL)


@lru_cache(4096)
def unit(text: str) -> str:
    """Write a dose unit (CWE); the explicit null stays one."""
    return text if text in {"", NULL} else cwe(unit_coding(text))


@lru_cache(4096)
def form(text: str) -> str:
    """Write a dosage form (RXE-6)."""
    code = _FORMS.get(text)
    return cwe(Coding(code, text, MERIT9) if code else Coding(text, text, LOCAL)) if text else ""


@lru_cache(4096)
def dispensing(texts: tuple[str, ...]) -> str:
    """Write RXE-21: out-patient or in-patient, inside or outside, regular or not."""
    return "~".join(_coded(text, _DISPENSING) for text in texts)


@lru_cache(4096)
def instructions(texts: tuple[str, ...]) -> str:
    """Write RXE-7: crushed, one package per dose, or free text."""
    return "~".join(_coded(text, _INSTRUCTIONS) for text in texts)


def _coded(text: str, table: dict[str, tuple[str, str]]) -> str:
    code, system = table.get(text, ("", LOCAL))
    return cwe(Coding(code, text, system))
