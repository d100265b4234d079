"""Invented data files of 電子版お薬手帳, record by record."""

from __future__ import annotations

PERSON = "1,見本　花子,2,19530115,,,,,,,ミホン　ハナコ"
PHARMACY = "11,見本薬局,13,4,9900001,,,,1"


def visit(day: str = "20240510", days: int = 28) -> list[str]:
    """Write one visit: two internal drugs of one Rp, one when needed, one external."""
    return [
        f"5,{day},1",
        PHARMACY,
        "15,見本　薬剤師,,1",
        "51,見本中央病院,13,1,1234567,1",
        "55,見本　医師,内科,1",
        "201,1,見本スタチン錠１０ｍｇ,1,錠,1,,1",
        "281,1,一包化,1",
        "201,1,アムロジピン錠５ｍｇ,2,錠,4,2171022F2025,1",
        f"301,1,１日１回朝食後服用,{days},日分,1,2,1011000400000000,1",
        "311,1,粉砕,1",
        "201,2,見本解熱鎮痛錠２００ｍｇ,1,錠,1,,2",
        "301,2,頭痛時,10,回分,3,1,,1",
        "201,3,見本保湿軟膏０．３％,2,本,1,,1",
        "301,3,１日２回塗布,1,調剤,5,1,,1",
        "501,次回は６月,1",
    ]


def notebook(*lines: str, version: str = "JAHISTC07,1") -> bytes:
    """Write a file of these records, in the encoding and with the ends of line that are asked for."""
    return "".join(f"{line}\r\n" for line in (version, *lines)).encode("cp932")
