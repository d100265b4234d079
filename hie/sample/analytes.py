"""Laboratory items and how each hospital writes them: codes shaped like JLAC10, units in four dialects."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hie.record.clinical import Coding

PANELS = {
    key: Coding(key, text, "99O03")
    for key, text in (
        *(
            ("E001", "血液学的検査"),
            ("E002", "生化学的検査"),
            ("E003", "免疫学的検査"),
            ("E004", "尿一般検査"),
        ),
        *(("E005", "凝固検査"), ("E006", "内分泌検査")),
    )
}
SPECIMENS = {
    key: Coding(key, text, "JC10")
    for key, text in (
        ("019", "全血(添加物入り)"),
        ("023", "血清"),
        ("022", "血漿"),
        ("001", "尿(含むその他)"),
    )
}

_RESULTS = {"PT": "57"}
"""Result identifications of items that are not the analyte's own quantity: INR is 57 of prothrombin time."""
QUALITATIVE = ("  -", "  +-", " 1 +", " 2 +", " 3 +")
"""Values of strips, as SS-MIX2 writes them: the leading blanks are data (fact sheet §5.5)."""


class Analyte(NamedTuple):
    """One item as the region's own reference laboratory would report it."""

    key: str
    analysis: str
    """JLAC10 characters 1 to 5."""
    name: str
    panel: str
    specimen: str
    method: str
    unit: str
    unit_code: str
    low: float
    high: float
    female_low: float
    female_high: float
    decimals: int
    floor: float = 0.0
    """Values below it are reported as `<floor`."""

    @property
    def code(self) -> str:
        """JLAC10-shaped code of seventeen characters."""
        result = _RESULTS.get(self.key, "11" if self.qualitative else "01")
        return f"{self.analysis}0000{self.specimen}{self.method}{result}"

    @property
    def qualitative(self) -> bool:
        """Say whether a strip gives `-` to `3+`."""
        return not self.unit and self.decimals < 0


_TABLE = """
WBC 2A010 白血球数 E001 019 309 ×10^3/μL .10*3/uL 3.3 8.6 3.3 8.6 1
RBC 2A020 赤血球数 E001 019 309 ×10^6/μL .10*6/uL 4.35 5.55 3.86 4.92 2
Hb 2A030 ヘモグロビン E001 019 309 g/dL g/dL 13.7 16.8 11.6 14.8 1
Ht 2A040 ヘマトクリット E001 019 309 % % 40.7 50.1 35.1 44.4 1
MCV 2A060 ＭＣＶ E001 019 309 fL fL 83.6 98.2 83.6 98.2 1
MCH 2A070 ＭＣＨ E001 019 309 pg pg 27.5 33.2 27.5 33.2 1
MCHC 2A080 ＭＣＨＣ E001 019 309 g/dL g/dL 31.7 35.3 31.7 35.3 1
PLT 2A050 血小板数 E001 019 309 ×10^3/μL .10*3/uL 158 348 158 348 0
NEU 2A160 好中球 E001 019 309 % % 40.0 70.0 40.0 70.0 1
LYM 2A170 リンパ球 E001 019 309 % % 18.0 50.0 18.0 50.0 1
MON 2A180 単球 E001 019 309 % % 2.0 10.0 2.0 10.0 1
EOS 2A190 好酸球 E001 019 309 % % 0.0 8.0 0.0 8.0 1
BAS 2A200 好塩基球 E001 019 309 % % 0.0 2.0 0.0 2.0 1
RET 2A110 網赤血球 E001 019 309 % % 0.8 2.0 0.8 2.0 1
TP 3A010 総蛋白 E002 023 271 g/dL g/dL 6.6 8.1 6.6 8.1 1
ALB 3A015 アルブミン E002 023 271 g/dL g/dL 4.1 5.1 4.1 5.1 1
TBIL 3J010 総ビリルビン E002 023 271 mg/dL mg/dL 0.4 1.5 0.4 1.5 1
DBIL 3J015 直接ビリルビン E002 023 271 mg/dL mg/dL 0.0 0.4 0.0 0.4 1
AST 3B035 ＡＳＴ E002 023 272 U/L u/L 13 30 13 30 0
ALT 3B045 ＡＬＴ E002 023 272 U/L u/L 10 42 7 23 0
LD 3B050 ＬＤ E002 023 272 U/L u/L 124 222 124 222 0
ALP 3B070 ＡＬＰ E002 023 272 U/L u/L 38 113 38 113 0
GGT 3B090 γ−ＧＴ E002 023 272 U/L u/L 13 64 9 32 0
CHE 3B110 コリンエステラーゼ E002 023 272 U/L u/L 240 486 201 421 0
CK 3B010 ＣＫ E002 023 272 U/L u/L 59 248 41 153 0
AMY 3B160 アミラーゼ E002 023 272 U/L u/L 44 132 44 132 0
BUN 3C025 尿素窒素 E002 023 271 mg/dL mg/dL 8.0 20.0 8.0 20.0 1
CRE 3C015 クレアチニン E002 023 271 mg/dL mg/dL 0.65 1.07 0.46 0.79 2
EGFR 8A065 推算糸球体濾過量 E002 023 919 mL/min/1.73m^2 mL/min/1.73m*2 60.0 150.0 60.0 150.0 1
UA 3C020 尿酸 E002 023 271 mg/dL mg/dL 3.7 7.8 2.6 5.5 1
NA 3H010 ナトリウム E002 023 261 mmol/L mmol/L 138 145 138 145 0
K 3H015 カリウム E002 023 261 mmol/L mmol/L 3.6 4.8 3.6 4.8 1
CL 3H020 クロール E002 023 261 mmol/L mmol/L 101 108 101 108 0
CA 3H030 カルシウム E002 023 271 mg/dL mg/dL 8.8 10.1 8.8 10.1 1
IP 3H040 無機リン E002 023 271 mg/dL mg/dL 2.7 4.6 2.7 4.6 1
MG 3H025 マグネシウム E002 023 271 mg/dL mg/dL 1.8 2.6 1.8 2.6 1
FE 3I010 血清鉄 E002 023 271 μg/dL ug/dL 40 188 40 188 0
TC 3F050 総コレステロール E002 023 271 mg/dL mg/dL 142 248 142 248 0
TG 3F015 中性脂肪 E002 023 271 mg/dL mg/dL 40 234 30 117 0
HDL 3F070 ＨＤＬコレステロール E002 023 271 mg/dL mg/dL 38 90 48 103 0
LDL 3F077 ＬＤＬコレステロール E002 023 271 mg/dL mg/dL 65 163 65 163 0
GLU 3D010 グルコース E002 023 271 mg/dL mg/dL 73 109 73 109 0
A1C 3D046 ヘモグロビンＡ１ｃ E002 019 271 % % 4.9 6.0 4.9 6.0 1
CRP 5C070 ＣＲＰ E003 023 062 mg/dL mg/dL 0.00 0.14 0.00 0.14 2 0.02
RF 5G160 リウマトイド因子 E003 023 062 IU/mL iu/mL 0 15 0 15 0 3
MMP3 5C210 ＭＭＰ−３ E003 023 062 ng/mL ng/mL 36.9 121.0 17.3 59.7 1
CEA 5D010 ＣＥＡ E003 023 051 ng/mL ng/mL 0.0 5.0 0.0 5.0 1 0.5
CA199 5D130 ＣＡ１９−９ E003 023 051 U/mL u/mL 0 37 0 37 0 2
BNP 4Z272 ＮＴ−ｐｒｏＢＮＰ E006 023 051 pg/mL pg/mL 0 125 0 125 0 5
TSH 4A055 ＴＳＨ E006 023 051 μIU/mL uiu/mL 0.50 5.00 0.50 5.00 2 0.01
FT4 4B035 遊離Ｔ４ E006 023 051 ng/dL ng/dL 0.90 1.70 0.90 1.70 2
PT 2B030 ＰＴ−ＩＮＲ E005 022 311 - - 0.90 1.10 0.90 1.10 2
APTT 2B020 ＡＰＴＴ E005 022 311 秒 s 24.0 39.0 24.0 39.0 1
DD 2B140 Ｄダイマー E005 022 062 μg/mL ug/mL 0.0 1.0 0.0 1.0 1 0.5
USG 1A030 尿比重 E004 001 901 - - 1.005 1.030 1.005 1.030 3
UPH 1A035 尿ｐＨ E004 001 911 - - 5.0 7.5 5.0 7.5 1
UPRO 1A010 尿蛋白 E004 001 911 - - 0 0 0 0 -1
UGLU 1A020 尿糖 E004 001 911 - - 0 0 0 0 -1
UBLD 1A100 尿潜血 E004 001 911 - - 0 0 0 0 -1
UKET 1A060 尿ケトン体 E004 001 911 - - 0 0 0 0 -1
"""


def _read(line: str) -> Analyte:
    key, analysis, name, panel, specimen, method, unit, code, *numbers = line.split()
    low, high, female_low, female_high = map(float, numbers[:4])
    floor = float(numbers[5]) if numbers[5:] else 0.0
    unit, code = unit.replace("-", ""), code.replace("-", "")
    limits = (low, high, female_low, female_high)
    return Analyte(key, analysis, name, panel, specimen, method, unit, code, *limits, int(numbers[4]), floor)


ANALYTES = {analyte.key: analyte for analyte in map(_read, _TABLE.strip().splitlines())}


class Conversion(NamedTuple):
    """How a dialect reports an item otherwise: value times factor, in another unit."""

    factor: float
    decimals: int
    unit: str
    unit_code: str


_NEGATIVE = "(-)"
"""Reference range of a strip."""

# Decimals keep a value on its side of the limits, so that both units bear the same mark.
_SMALL = {
    "CRP": Conversion(10.0, 1, "mg/L", "mg/L"),
    "PLT": Conversion(0.1, 1, "×10^4/μL", ".10*4/uL"),
    "GLU": Conversion(1 / 18.01477, 2, "mmol/L", "mmol/L"),
    "Hb": Conversion(10.0, 0, "g/L", "g/L"),
    "CRE": Conversion(88.4, 1, "μmol/L", "umol/L"),
    "WBC": Conversion(1000.0, 0, "/μL", "/uL"),
    "RBC": Conversion(100.0, 0, "×10^4/μL", ".10*4/uL"),
}
_FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


class Spelling(NamedTuple):
    """One item as one laboratory writes it for one sex: all that a result repeats."""

    analyte: Analyte
    code: Coding
    local: Coding
    panel: Coding
    specimen: Coding
    unit: str
    unit_code: str
    factor: float
    decimals: int
    low: float
    high: float
    reference_range: str


@lru_cache(4096)
def spelled(key: str, dialect: int, female: bool) -> Spelling:  # noqa: FBT001  a table's axis
    """Write an item in a dialect: 0 as the table, 1 other units, 2 lower case, 3 full-width."""
    analyte = ANALYTES[key]
    other = _SMALL.get(key) if dialect == 1 else None
    factor, decimals = (other.factor, other.decimals) if other else (1.0, analyte.decimals)
    unit, unit_code = (other.unit, other.unit_code) if other else (analyte.unit, analyte.unit_code)
    if dialect == 2:  # noqa: PLR2004  the dialects are numbered
        unit, unit_code = unit.replace("L", "l").replace("×", ""), ""
    elif dialect == 3 and unit:  # noqa: PLR2004
        unit, unit_code = unit.translate(_FULL_WIDTH), ""
    low, high = (analyte.female_low, analyte.female_high) if female else (analyte.low, analyte.high)
    places = max(decimals, 0)
    low, high = round(low * factor, places), round(high * factor, places)
    shown = _NEGATIVE if analyte.qualitative else f"{low:.{decimals}f}-{high:.{decimals}f}"
    number = 1000 + list(ANALYTES).index(key) * 7
    return Spelling(
        analyte,
        Coding(analyte.code, analyte.name, "JC10"),
        Coding(f"{dialect}{number}", key if dialect != 3 else key.translate(_FULL_WIDTH), "99LAB"),  # noqa: PLR2004
        PANELS[analyte.panel],
        SPECIMENS[analyte.specimen],
        unit,
        unit_code,
        factor,
        decimals,
        low,
        high,
        shown,
    )


def _set(text: str) -> tuple[str, ...]:
    """Order items as a report lists them: by panel and specimen, so that each panel opens once."""
    return tuple(
        sorted(dict.fromkeys(text.split()), key=lambda key: (ANALYTES[key].panel, ANALYTES[key].specimen))
    )


_BLOOD = "WBC RBC Hb Ht MCV MCH MCHC PLT"
_DIFFERENTIAL = "NEU LYM MON EOS BAS"
_CHEMISTRY = "TP ALB TBIL AST ALT LD ALP GGT BUN CRE EGFR UA NA K CL"
_FATS = "TC TG HDL LDL"
_URINE = "USG UPH UPRO UGLU UBLD UKET"

ORDER_SETS = {
    "short": _set(f"{_BLOOD} AST ALT GGT BUN CRE EGFR NA K"),
    "clinic": _set(f"{_BLOOD} AST ALT GGT CRE EGFR UA TG HDL LDL GLU"),
    "diabetes": _set(f"{_BLOOD} AST ALT GGT BUN CRE EGFR K TG HDL LDL GLU A1C {_URINE}"),
    "routine": _set(f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} {_FATS}"),
    "general": _set(f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} CK {_FATS} GLU CRP"),
    "admission": _set(
        f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} DBIL CHE CK AMY CA IP GLU CRP PT APTT DD {_URINE}"
    ),
    "inflammation": _set(f"{_BLOOD} {_DIFFERENTIAL} ALB AST ALT LD BUN CRE NA K CL CRP"),
    "heart": _set(f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} CK GLU CRP BNP PT"),
    "kidney": _set(f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} CA IP MG FE RET GLU CRP {_URINE}"),
    "rheumatism": _set(f"{_BLOOD} {_DIFFERENTIAL} AST ALT ALB BUN CRE EGFR NA K CL CRP RF MMP3 {_URINE}"),
    "thyroid": _set("TSH FT4 AST ALT CK"),
    "tumour": _set(f"{_BLOOD} {_DIFFERENTIAL} {_CHEMISTRY} CA CRP CEA CA199 {_URINE}"),
}
