"""How fast a message becomes records: ours, python-hl7 and hl7apy on the same bytes (P1, P2).

Messages are invented and real-shaped: OML-11 with 20 to 40 results of 5.25 KB on average, OMP-01
with 1 to 9 drugs of 3.3 KB. Every parser's codes, values and units are compared before anything is
timed; then all run in turn, five rounds, CPU time, medians. Exit code 1 if a floor fails.
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(Path(__file__).parents[1])

import hl7
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

import ssmix2
from hie.record.clinical import MedicationRequest, Observation
from hie.record.identifiers import FacilityCode

MESSAGES, ROUNDS, SLOW_SHARE = 300, 5, 6
FLOORS = {"python-hl7": 25.0, "hl7apy": 300.0}
FACILITY = FacilityCode("1312345678")
Rows = list[tuple[str, str, str]]

ITEMS = (
    ("2A990", "白血球数", "ＷＢＣ", ".10*3/uL^×10\\S\\3/μL^ISO+", "3.3-8.6"),
    ("2A020", "赤血球数", "ＲＢＣ", ".10*6/uL^×10\\S\\6/μL^ISO+", "3.86-4.92"),
    ("2A030", "ヘモグロビン", "Ｈｂ", "g/dL^g/dL^ISO+", "11.6-14.8"),
    ("2A040", "ヘマトクリット", "Ｈｔ", "%^％^ISO+", "35.1-44.4"),
    ("2A050", "血小板数", "ＰＬＴ", ".10*3/uL^×10\\S\\3/μL^ISO+", "158-348"),
    ("3A010", "総蛋白", "ＴＰ", "g/dL^g/dL^ISO+", "6.6-8.1"),
    ("3A015", "アルブミン", "ＡＬＢ", "g/dL^g/dL^ISO+", "4.1-5.1"),
    ("3B035", "アスパラギン酸アミノ転移酵素", "ＡＳＴ", "U/L^U/L^ISO+", "13-30"),
    ("3B045", "アラニンアミノ転移酵素", "ＡＬＴ", "U/L^U/L^ISO+", "7-23"),
    ("3C015", "クレアチニン", "ＣＲＥ", "mg/dL^mg/dL^ISO+", "0.46-0.79"),
    ("3C025", "尿素窒素", "ＢＵＮ", "mg/dL^mg/dL^ISO+", "8-20"),
    ("3D010", "血糖", "ＧＬＵ", "mg/dL^mg/dL^ISO+", "73-109"),
    ("3D045", "糖化ヘモグロビン", "ＨｂＡ１ｃ", "%^％^ISO+", "4.9-6.0"),
    ("3F015", "総コレステロール", "ＴＣ", "mg/dL^mg/dL^ISO+", "142-248"),
    ("3H010", "ナトリウム", "Ｎａ", "mmol/L^mmol/L^ISO+", "138-145"),
    ("3H015", "カリウム", "Ｋ", "mmol/L^mmol/L^ISO+", "3.6-4.8"),
    ("3H020", "クロール", "Ｃｌ", "mmol/L^mmol/L^ISO+", "101-108"),
    ("5C070", "Ｃ反応性蛋白", "ＣＲＰ", "mg/dL^mg/dL^ISO+", "0.00-0.14"),
)
DRUGS = ("見本降圧剤錠", "見本利尿剤錠", "見本鎮痛錠", "見本糖尿病薬錠", "見本整腸剤散", "見本胃薬カプセル")
USAGES = (
    "1011000400000000&内服・経口・１日１回朝食後&JAMISDP01",
    "1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01",
    "1012040400000000&内服・経口・１日２回朝夕食後&JAMISDP01",
)
FAMILIES, GIVEN = ("試験", "見本", "五日", "期入", "時枝"), ("花子", "太郎", "右京", "服部", "愛移")
PROFILE = "||||~ISO IR87||ISO 2022-1994|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO"
HOME = "^^^^999-0002^JPN^H^見本県試験市二丁目２番２号"
CLINIC = "01^^^^^C||||01^内科^HL70069"
OUTPATIENT = "O^外来患者オーダ^HL70482"
PLACE = "見本病院|^^^^999-0001^JPN^^見本県試験市一丁目１番１号|^^^^^^^^^^^099-000-1111||||||" + OUTPATIENT
DEVICE = "PC012^^99DEV"
TABLET = "TAB^錠^MR9P"
DAILY = "1^TAB&錠&MR9P||OHP^外来処方^MR9P~OHO^院外処方^MR9P||||||21^内服^JHSP0003"
DOCTOR = "D0107^五日^右京^^^^^^^L^^^^^I"


def head(kind: str, number: int, dice: random.Random) -> list[str]:
    """Write MSH, PID and PV1 of an invented patient."""
    name = f"{dice.choice(FAMILIES)}^{dice.choice(GIVEN)}^^^^^L^I~シケン^ミホン^^^^^L^P"
    birth, sex = f"19{dice.randint(20, 99)}0115", dice.choice("MF")
    return [
        f"MSH|^~\\&|KARTE1|HOSP|GW|RCV|20240510134210.730||{kind}|2024051{number:07}|P|2.5||{PROFILE}",
        f"PID|0001||{number:010}^^^^PI||{name}||{birth}|{sex}|||{HOME}||^PRN^PH^^^^^^^^^099-000-2222",
        f"PV1|0001|O|01^^^^^C||||{DOCTOR}|||01",
    ]


def laboratory(number: int, dice: random.Random) -> bytes:
    """Write one OML-11."""
    lines = head("OUL^R22^OUL_R22", number, dice)
    at = f"202405{dice.randint(1, 28):02}{dice.randint(6, 11):02}{dice.randint(0, 59):02}"
    order, filler = f"{number:015}", f"L{number:011}"
    for panel in (1, 2):
        group = f"E00{panel}^生化学的検査^99O03"
        lines += [
            f"SPM|{panel}|{number:012}||023^血清^JC10||||01^左前腕^99SIT|||||||||{at}",
            f"OBR|{panel}|{order}|{filler}|{group}|||{at}|{at}||||||||{DOCTOR}||||||{at}00",
            f"ORC|SC|{order}|{filler}||CM||||{at}00|||{DOCTOR}|{CLINIC}||||見本病院||||||||{OUTPATIENT}",
        ]
        lines += [result(place, at, dice) for place in range(1, dice.randint(10, 20) + 1)]
    return ssmix2.encode("\r".join(lines) + "\r")


def result(place: int, at: str, dice: random.Random) -> str:
    """Write one OBX."""
    analyte, name, local, unit, usual = dice.choice(ITEMS)
    variant = dice.randrange(12)
    code = f"{analyte}00000230{variant:02}01^{name}^JC10^{variant:03}{analyte}^{local}^99LAB"
    flag = dice.choice(("", "", "", "H", "L", "N"))
    return f"OBX|{place}|NM|{code}||{dice.uniform(0.1, 300):.1f}|{unit}|{usual}|{flag}|||F|||{at}"


def prescription(number: int, dice: random.Random) -> bytes:
    """Write one OMP-01."""
    lines = head("RDE^O11^RDE_O11", number, dice)
    for drug in range(dice.choice((1, 2, 3, 4, 4, 5, 5, 6, 7, 9))):
        days, order = dice.choice((7, 14, 28, 30)), f"{number:015}"
        group = f"{order}_{drug // 2 + 1:02}_{drug + 1:03}"
        name = f"9990{dice.randrange(400):05}^{dice.choice(DRUGS)}{dice.randint(1, 40)}ｍｇ^HOT9"
        start = f"202405{dice.randint(10, 20)}"
        lines += [
            f"ORC|NW|{order}||{group}|||||20240510101500|{DOCTOR}||{DOCTOR}|{CLINIC}|{DEVICE}|||{PLACE}",
            f"RXE||{name}|1||{TABLET}|TAB^錠剤^MR9P||||{days}|{TABLET}||||RX{number:08}||||{DAILY}",
            f"TQ1|1||{USAGES[drug // 2 % len(USAGES)]}|||{days}^D&日&ISO+|{start}",
            "RXR|PO^口^HL70162",
        ]
    return ssmix2.encode("\r".join(lines) + "\r")


def ours(kind: str) -> Callable[[bytes], Rows]:
    """Read with ssmix2: decode, split, records, facts and findings."""
    name = ssmix2.parse_name(f"0000000001_20240510_{kind}_000000000000001_20240510134210730_01_1")
    assert name is not None

    def rows(content: bytes) -> Rows:
        return [_row(record) for record in ssmix2.read(name, content, FACILITY).records if _is_item(record)]

    return rows


def _is_item(record: object) -> bool:
    return isinstance(record, Observation | MedicationRequest)


def _row(record: object) -> tuple[str, str, str]:
    if isinstance(record, Observation):
        return record.code.code, record.value, record.unit_code
    assert isinstance(record, MedicationRequest)
    return record.medication.code, record.dose, record.total


SEGMENT = {"OML-11": ("OBX", 3, 5, 6), "OMP-01": ("RXE", 2, 3, 10)}


def rows_hl7(kind: str, content: bytes) -> Rows:
    """Read the same three fields with python-hl7."""
    name, *places = SEGMENT[kind]
    segments = hl7.parse(content.decode("iso2022_jp")).segments(name)
    return [tuple(str(segment[place]).split("^")[0] for place in places) for segment in segments]  # type: ignore[misc]


def rows_hl7apy(kind: str, content: bytes) -> Rows:
    """Read the same three fields with hl7apy."""
    name, *places = SEGMENT[kind]
    message = _hl7apy(content)
    found = [child for child in message.children if child.name == name]
    return [
        tuple(getattr(one, f"{name}_{place}".lower()).to_er7().split("^")[0] for place in places)  # type: ignore[misc]
        for one in found
    ]


def _hl7apy(content: bytes):  # noqa: ANN202  hl7apy has no types
    text = content.decode("iso2022_jp")
    return parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)


def skeleton(content: bytes) -> object:
    """Decode and split at CR and `|`: no parser in Python can do less and know all fields."""
    return [line.split("|") for line in content.decode("iso2022_jp").split("\r")]


def cpu_microseconds(work: Callable[[bytes], object], contents: list[bytes]) -> float:
    """Run `work` on every message; CPU microseconds per message."""
    began = time.process_time()
    for content in contents:
        work(content)
    return (time.process_time() - began) / len(contents) * 1e6


def measure(kind: str, contents: list[bytes]) -> dict[str, float]:
    """Run every parser in turn, `ROUNDS` times; medians in microseconds."""
    name = ssmix2.parse_name(f"0000000001_20240510_{kind}_000000000000001_20240510134210730_01_1")
    assert name is not None
    slow = contents[: len(contents) // SLOW_SHARE]
    runs: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
        "ours": (lambda content: ssmix2.read(name, content, FACILITY), contents),
        "skeleton": (skeleton, contents),
        "header": (lambda content: ssmix2.read_header(content, FACILITY), contents),
        "python-hl7": (lambda content: hl7.parse(content.decode("iso2022_jp")), slow),
        "hl7apy": (_hl7apy, slow[: len(slow) // SLOW_SHARE]),
    }
    times: dict[str, list[float]] = {label: [] for label in runs}
    for _ in range(ROUNDS):
        for label, (work, share) in runs.items():
            times[label].append(cpu_microseconds(work, share))
    return {label: statistics.median(values) for label, values in times.items()}


def main() -> int:
    """Compare, time, print; 1 if a floor fails."""
    dice = random.Random(20240510)
    failed = False
    for kind, write in (("OML-11", laboratory), ("OMP-01", prescription)):
        contents = [write(number, dice) for number in range(1, MESSAGES + 1)]
        read = ours(kind)
        for content in contents[: MESSAGES // SLOW_SHARE]:
            assert read(content) == rows_hl7(kind, content)
        for content in contents[:3]:
            assert read(content) == rows_hl7apy(kind, content)
        medians = measure(kind, contents)
        items = statistics.mean(len(read(content)) for content in contents)
        size = statistics.mean(map(len, contents))
        print(f"\n{kind}: {MESSAGES} messages, {size:,.0f} bytes and {items:.1f} items each; outputs equal")
        print(f"  {'':14}{'us/message':>12}{'times ours':>12}{'floor':>8}")
        for label, median in medians.items():
            ratio, floor = median / medians["ours"], FLOORS.get(label, 0.0)
            failed |= ratio < floor
            verdict = "  FAILED" if ratio < floor else ""
            print(f"  {label:14}{median:12.1f}{ratio:12.2f}{floor or '':>8}{verdict}")
        print(f"  P1 ours / skeleton {medians['ours'] / medians['skeleton']:.2f} (goal 1.15)")
        print(f"  P2 header / skeleton {medians['header'] / medians['skeleton']:.2f} (goal 0.12)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
