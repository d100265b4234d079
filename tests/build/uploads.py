"""Files that a clinic hands in, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image

from tests.build.paper_forms import as_pdf, sheet

GPS = b"35.6812 north"


@cache
def letter() -> bytes:
    """A PDF of one page, the same each time though it says when it was made."""
    return as_pdf(sheet("").resize((310, 438)))


def scripted(name: bytes = b"/JavaScript") -> bytes:
    """A PDF that would run a script when it is opened."""
    action = b"4 0 obj\n<< /S " + name + b" /JS (app.alert\\(1\\)) >>\nendobj\n"
    page = b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /AA << /O 4 0 R >> >>\nendobj\n"
    tree = b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    root = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>\nendobj\n"
    return b"%PDF-1.7\n" + root + tree + page + action + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def packed_script() -> bytes:
    """A PDF whose script stands in a packed stream of objects."""
    packed = zlib.compress(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")
    head = f"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return letter() + head.encode() + packed + b"\nendstream\nendobj\n"


def photo(*, turned: bool = False, size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG as a phone writes it: with where it was taken, a comment, and something behind it."""
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (0, 0, 10, 10))
    said = Image.Exif()
    said[0x010F] = "Phone of Hanako"
    if turned:
        said[0x0112] = 6
    said.get_ifd(0x8825)[0x001D] = GPS.decode()
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=said, comment=GPS)
    return out.getvalue() + b"<script>alert(1)</script>" + GPS


def picture() -> bytes:
    """A PNG with a text of its own."""
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "white").save(out, "PNG")
    plain = out.getvalue()
    text = b"tEXtLocation\0" + GPS
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return plain[:33] + chunk + plain[33:]


def huge() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + picture()[33:]


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "gif": b"GIF89a" + b"\0" * 40,
    "polyglot": b"GIF89a/*%PDF-1.7*/=1;alert(1)",
    "program": b"MZ" + b"\0" * 100,
}
"""What is neither paper nor picture, by what it is."""

TABLE = """患者番号,カナ氏名,日付,時刻,種別,項目コード,項目,値,単位,基準値,判定,用法,日数,数量,用量
7001,シケン ハナコ,2024/5/10,9:05,検査,3D046000001920402,HbA1c,6.8,%,4.9-6.0,H,,,,
7001,シケン ハナコ,2024/5/10,9:05,検査,,ＣＲＰ,<0.02,mg/dL,0.00-0.14,,,,,
7001,シケン ハナコ,2024/5/10,,処方,,見本降圧錠５ｍｇ,,錠,,,1日1回朝食後,28日,28,1
7001,シケン ハナコ,2024/5/10,9:30,バイタル,,体温,36.5,℃,,,,,,
7001,シケン ハナコ,2024/5/10,9:00,受診,,,,,,,,,,
7001,ベツノ ヒト,2024/5/10,9:00,検査,,CRP,1,mg/dL,,,,,,
9999,ダレカ サン,2024/5/10,9:00,検査,,CRP,1,mg/dL,,,,,,
7001,シケン ハナコ,2024/13/10,9:00,検査,,CRP,1,mg/dL,,,,,,
7001,シケン ハナコ,2024/5/10,9:00,検査,,,1,mg/dL,,,,,,
"""
"""Five lines that are good, and one of each that is not."""

NOTEBOOK = """JAHISTC06,1
1,試験 花子,2,{born},,,,,,,シケン ハナコ
5,20240502,1
11,見本薬局,13,4,1399999,,,,1
51,見本駅前医院,13,1,1319999,1
55,浜田 圭介,内科,1
201,1,見本降圧錠５ｍｇ,1,錠,1,,1
301,1,分１ 朝食後,28,日分,1,1,,1
5,20240516,1
11,見本薬局,13,4,1399999,,,,1
201,1,見本鎮痛錠２５ｍｇ,3,錠,1,,1
301,1,分３ 毎食後,5,日分,1,1,,1
"""
"""A data file of 電子版お薬手帳 with two visits."""


def notebook(born: str = "19600115") -> bytes:
    """A data file of 電子版お薬手帳 of the patient."""
    return NOTEBOOK.format(born=born).replace("\n", "\r\n").encode("cp932")
