"""Kanji that people write in more than one way in names, each folded to its plain form.

Reviewed by hand, for finding people only: what is shown stays as written. NFKC folds none of these.
"""

from __future__ import annotations

_PLAIN = {
    "高": "髙",
    "崎": "﨑嵜碕",
    "吉": "𠮷",
    "辺": "邊邉",
    "斉": "齊斎齋",
    "沢": "澤",
    "浜": "濱濵",
    "広": "廣",
    "国": "國",
    "島": "嶋嶌",
    "富": "冨",
    "柳": "栁桺",
    "真": "眞",
    "桜": "櫻",
    "竜": "龍",
    "滝": "瀧",
    "徳": "德",
    "恵": "惠",
    "関": "關",
    "黒": "黑",
    "条": "條",
    "芦": "蘆",
    "鉄": "鐵",
    "静": "靜",
    "館": "舘",
    "万": "萬",
    "寿": "壽",
    "実": "實",
    "会": "會",
    "学": "學",
    "栄": "榮",
    "円": "圓",
    "亀": "龜",
    "宝": "寶",
    "与": "與",
    "庄": "荘莊",
    "兎": "兔",
    "清": "淸",
    "瀬": "瀨",
    "曽": "曾",
    "薮": "藪籔",
    "桧": "檜",
    "槙": "槇",
    "尭": "堯",
    "遥": "遙",
    "晋": "晉",
    "峰": "峯",
    "杉": "椙",
    "船": "舩",
    "土": "圡",
    "梅": "楳",
    "淵": "渕",
}

TO_PLAIN: dict[int, str] = {
    ord(variant): plain for plain, variants in _PLAIN.items() for variant in variants if variant != plain
}
"""A table for `str.translate`."""
