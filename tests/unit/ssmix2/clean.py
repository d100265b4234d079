"""Clean messages of all 26 kinds and 36 events, written segment by segment; no rule says anything of them."""

from __future__ import annotations

from ssmix2.encoding import encode
from ssmix2.layout import NO_ORDER, UNDATED_KINDS, FileName

PATIENT, DAY, ORDER, STAMP = "0012345678", "20240510", "000000000104711", "20240510101502004"
DOCTOR = "D0107^五日^右京^^^^^^^L^^^^^I"
UID = "1.2.392.200250.99.1"

EVENTS: dict[str, tuple[str, ...]] = {
    "ADT-00": ("ADT^A08", "ADT^A23"),
    "ADT-01": ("ADT^A54", "ADT^A55"),
    "ADT-12": ("ADT^A04",),
    "ADT-21": ("ADT^A14", "ADT^A27"),
    "ADT-22": ("ADT^A01", "ADT^A11"),
    "ADT-31": ("ADT^A21", "ADT^A52"),
    "ADT-32": ("ADT^A22", "ADT^A53"),
    "ADT-41": ("ADT^A15", "ADT^A26"),
    "ADT-42": ("ADT^A02", "ADT^A12"),
    "ADT-51": ("ADT^A16", "ADT^A25"),
    "ADT-52": ("ADT^A03", "ADT^A13"),
    "ADT-61": ("ADT^A60",),
    "PPR-01": ("PPR^ZD1",),
    "OMD": ("OMD^O03",),
    "OMP-01": ("RDE^O11",),
    "OMP-11": ("RAS^O17",),
    "OMP-02": ("RDE^O11",),
    "OMP-12": ("RAS^O17",),
    "OML-01": ("OML^O33",),
    "OML-11": ("OUL^R22",),
    "OMG-01": ("OMG^O19",),
    "OMG-11": ("OMI^Z23",),
    "OMG-02": ("OMG^O19",),
    "OMG-12": ("OMI^Z23",),
    "OMG-03": ("OMG^O19",),
    "OMG-13": ("ORU^R01",),
}
"""Kind -> its messages (fact sheet §2.1)."""

_STRUCTURES = {
    "ADT^A04": "ADT_A01", "ADT^A08": "ADT_A01", "ADT^A13": "ADT_A01",
    "ADT^A11": "ADT_A09", "ADT^A12": "ADT_A09",
    "ADT^A14": "ADT_A05", "ADT^A22": "ADT_A21", "ADT^A23": "ADT_A21", "ADT^A25": "ADT_A21",
    "ADT^A26": "ADT_A21", "ADT^A27": "ADT_A21", "ADT^A53": "ADT_A52", "ADT^A55": "ADT_A52",
}  # fmt: skip

_ORDERS = {
    "PPR-01": "PID PRB ZPR ORC",
    "OMD": "PID PV1 AL1 ORC TQ1 ODS",
    "OMP-01": "PID PV1 AL1 ORC RXE TQ1 RXR",
    "OMP-11": "PID AL1 PV1 ORC RXE TQ1 RXR RXA RXR",
    "OMP-02": "PID PV1 AL1 ORC RXE TQ1 RXR RXC OBX CTI",
    "OMP-12": "PID AL1 PV1 ORC RXE TQ1 RXR RXC RXA RXR OBX CTI",
    "OML-01": "PID PV1 AL1 SPM ORC TQ1 OBR OBX",
    "OML-11": "PID PV1 SPM OBR ORC OBX",
    "OMG-01": "PID PV1 ORC TQ1 OBR OBX",
    "OMG-02": "PID PV1 ORC TQ1 OBR OBX",
    "OMG-03": "PID PV1 AL1 ORC TQ1 OBR OBX",
    "OMG-11": "PID PV1 ORC TQ1 OBR OBX ZE1 OBX ZE2 IPC",
    "OMG-12": "PID PV1 ORC TQ1 OBR OBX ZE1 OBX ZE2 IPC",
    "OMG-13": "PID PV1 ORC OBR TQ1 OBX",
    "ADT-00": "EVN PID NK1 PV1 PV2 DB1 OBX AL1 IN1",
    "ADT-61": "EVN PID PV1 IAM",
}
"""Kind -> its segments behind MSH (fact sheet §2.3); the other ADT kinds are all alike."""

_SEGMENTS: dict[str, dict[int, str]] = {
    "EVN": {2: DAY + "093000", 3: DAY, 4: "01", 6: DAY, 7: "SEND001"},
    "PID": {
        1: "0001", 3: f"{PATIENT}^^^^PI", 5: "試験^花子^^^^^L^I~シケン^ハナコ^^^^^L^P", 7: "19700115", 8: "F",
        11: "^^^^999-0002^JPN^H^見本県試験市", 13: "^PRN^PH^^^^^^^^^099-000-2222", 33: DAY,
    },
    "NK1": {
        1: "1", 2: "試験^太郎^^^^^L^I", 3: "SPO^配偶者^HL70063", 5: "^PRN^PH^^^^^^^^^099-000-2222",
        13: "見本商事^D",
    },
    "PV1": {1: "0001", 2: "O", 3: "01^^^^^C", 7: DOCTOR, 10: "01", 36: "01", 44: DAY, 45: DAY},
    "PV2": {8: DAY, 9: DAY, 47: DAY},
    "DB1": {1: "1", 2: "PT", 4: "N"},
    "AL1": {1: "1", 2: "DA^薬剤アレルギー^HL70127", 3: "P01^見本薬^99ALG"},
    "IN1": {1: "1", 2: "06^組合管掌^JHSD0001", 3: "06999999", 4: "見本組合", 12: DAY, 17: "SEL^本人^HL70063"},
    "IAM": {
        1: "1", 2: "DA^薬物^HL70127", 3: "P01^見本薬^99ALG", 4: "SV^重度^HL70128", 6: "A^追加^HL70323",
        7: "1",
    },
    "PRB": {
        1: "AD", 2: DAY, 3: "20053814^肺炎^MDCDX2", 4: "000000000200002", 10: "J189^^I10^O^外来時^JHSD0004",
        13: "1^疑い^JHSD0005", 14: "F^治癒^HL70241", 16: DAY, 17: "肺炎の疑い", 18: "1^主診断^JHSD0007",
    },
    "ZPR": {2: "20053814^肺炎^MDCDX2", 3: "20018002^の疑い^MDCDX2"},
    "ORC": {
        1: "NW", 2: ORDER, 4: f"{ORDER}_01_001", 5: "CM", 9: DAY, 12: DOCTOR, 17: "01^内科^HL70069",
        21: "見本病院", 23: "^^^^^^^^^^^099-000-1111", 29: "O^外来患者オーダ^HL70482",
    },
    "ODS": {1: "D", 2: "M^朝食^99LOC", 3: "012^五分粥^99LOC"},
    "RXE": {
        2: "999000101^見本剤^HOT9", 3: "1", 5: "TAB^錠^MR9P", 6: "TAB^錠剤^MR9P", 10: "28", 11: "TAB^錠^MR9P",
        19: "1^TAB&錠&MR9P", 21: "OHP^外来処方^MR9P~OHO^院外処方^MR9P", 27: "21^内服^JHSP0003",
    },
    "TQ1": {
        1: "1", 3: "1011000400000000&朝食後&JAMISDP01", 6: "28^D&日&ISO+", 7: DAY, 9: "R^ルーチン^HL70485",
    },
    "RXR": {1: "PO^口^HL70162"},
    "RXC": {1: "A", 2: "999000606^見本薬^HOT9", 3: "1", 4: "AMP^アンプル^MR9P"},
    "RXA": {1: "0", 2: "1", 3: DAY, 4: DAY, 5: "999000101^見本剤^HOT9", 6: "1", 7: "TAB^錠^MR9P", 20: "CP"},
    "CTI": {1: "T0001"},
    "SPM": {
        1: "1", 2: "240510000771", 4: "019^全血(添加物入り)^JC10", 8: "01^左前腕^99SIT", 17: DAY + "0905",
    },
    "OBR": {1: "1", 2: ORDER, 4: "E001^血液学的検査^99O03", 7: DAY, 25: "F"},
    "OBX": {
        1: "1", 2: "NM", 3: "2A030000001930101^見本項目^JC10", 5: "9.8", 6: "g/dL^g/dL^ISO+",
        7: "11.6-14.8", 8: "L", 11: "F", 14: DAY + "0905",
    },
    "ZE1": {1: "1", 2: "RS", 3: "1000^見本撮影^JJ1017", 4: "1"},
    "ZE2": {1: "1", 6: "1"},
    "IPC": {1: "A0000001", 3: UID, 5: "CT^^DCM"},
}  # fmt: skip


def segments(kind: str, event: str = "") -> list[str]:
    """Give the lines of a clean message."""
    event = event or EVENTS[kind][0]
    names = _ORDERS.get(kind, "EVN PID PV1 PV2") if event != "ADT^A23" else "EVN PID PV1 PV2"
    return [_header(event), *(line(name, _SEGMENTS[name]) for name in names.split())]


def line(name: str, fields: dict[int, str]) -> str:
    """Write one segment."""
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def _header(event: str) -> str:
    structure = _STRUCTURES.get(event, event.replace("^", "_"))
    profile = "SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO"
    return (
        f"MSH|^~\\&|KARTE1|HOSP|GW|RCV|{STAMP[:14]}.{STAMP[14:]}||{event}^{structure}|20240510000002|P|2.5||||||"
        f"~ISO IR87||ISO 2022-1994|{profile}"
    )


def named(kind: str, **parts: str) -> FileName:
    """Name the file of a clean message."""
    date = "-" if kind in UNDATED_KINDS else DAY
    has_order = kind[:3] in {"OMD", "OMP", "OML", "OMG"}
    name = FileName(PATIENT, date, kind, ORDER if has_order else NO_ORDER, STAMP, "01", "1")
    return name._replace(**parts)


def written(lines: list[str]) -> bytes:
    """Encode lines as a file."""
    return encode("\r".join(lines) + "\r")
