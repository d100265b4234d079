"""Usage codes in words: the sixteen digits of the JAMI standard usage (標準用法用語集, JAMISDP01).

Used only where a prescription gives the code without a text. The text of the source comes first.
"""

from __future__ import annotations

LENGTH = 16
INTERNAL, EXTERNAL = "1", "2"
MEALS, INTERVAL, EVENT_COUNT, WHEN_NEEDED, PARTS_OF_DAY, COUNT_ONLY = "1", "2", "4", "5", "6", "7"

ROUTES = {
    "10": "経口", "11": "舌下", "12": "バッカル", "13": "口腔内塗布", "2A": "貼付", "2B": "塗布",
    "2C": "湿布", "2D": "撒布", "2E": "噴霧", "2F": "消毒", "2G": "点耳", "2H": "点眼", "2J": "点鼻",
    "2K": "うがい", "2L": "吸入", "2M": "トローチ", "2N": "膀胱洗浄", "2P": "鼻腔内洗浄", "2Q": "浣腸",
    "2R": "肛門挿入", "2S": "肛門注入", "2T": "膣内挿入", "2U": "膀胱注入", "30": "静注",
    "31": "中心静脈注射", "32": "皮下注射", "33": "筋肉内注射", "34": "皮内注射", "35": "動脈注射",
}  # fmt: skip
TIMES = {"": "", **{str(number): str(number) for number in range(1, 10)}, "A": "10", "B": "11", "C": "12"}
AT_MEAL = {"1": "食前", "2": "食直前", "3": "食直後", "4": "食後", "5": "食間"}
EVENTS = {
    "11": "疼痛時", "12": "頭痛時", "13": "歯痛時", "14": "胸痛時", "15": "腹痛時", "16": "腰痛時",
    "17": "関節痛時", "21": "喘鳴時", "22": "喘息発作時", "23": "喉ゴロゴロ時", "24": "咳込時",
    "31": "血圧上昇時", "32": "血糖上昇時", "41": "便秘時", "42": "腹鳴時", "43": "下痢時",
    "44": "排便時", "45": "嘔吐時", "46": "口渇時", "47": "吐き気時", "48": "空腹時", "49": "出血時",
    "51": "乏尿時", "52": "多尿時", "53": "むくみ時", "61": "不眠時", "62": "不安時", "63": "不穏時",
    "64": "いらいら時", "65": "けいれん時", "66": "めまい時", "67": "疲労時", "71": "発熱時",
    "72": "悪寒時", "81": "かゆみ時", "82": "発疹時", "91": "発作時", "92": "症状時", "W1": "必要時",
    "W2": "適宜",
}  # fmt: skip


def usage_text(code: str) -> str:
    """Say a usage code in words; empty where the code is not one of the table's."""
    if len(code) != LENGTH or code[:2] not in ROUTES:
        return ""
    timing = _timing(code)
    if not timing:
        return ""
    return timing if code[0] == INTERNAL else f"{ROUTES[code[:2]]} {timing}"


def _timing(code: str) -> str:
    kind, times = code[2], TIMES.get(code[3], "")
    if kind == WHEN_NEEDED:
        return _when_needed(code)
    if kind == MEALS and times:
        return f"1日{times}回{_meals(code)}"
    if kind == INTERVAL and code[3].isdigit() and code[3] != "0":
        return f"{24 // int(code[3])}時間毎"
    return f"1日{times}回" if kind in {EVENT_COUNT, PARTS_OF_DAY, COUNT_ONLY} and times else ""


def _meals(code: str) -> str:
    """Join occasions that share a relation to the meal: 朝夕食後, 毎食後, 起床時・就寝前."""
    waking, breakfast, lunch, supper, bed = code[8], code[7], code[6], code[5], code[4]
    meals = {"朝": breakfast, "昼": lunch, "夕": supper}
    said = ["起床時"] if waking == "9" else []
    for relation in dict.fromkeys(meals.values()):
        if relation in AT_MEAL:
            at = "".join(meal for meal, value in meals.items() if value == relation)
            said.append(("毎" if at == "朝昼夕" else at) + AT_MEAL[relation])
    return "・".join([*said, *(["就寝前"] if bed == "1" else [])])


def _when_needed(code: str) -> str:
    event = EVENTS.get(code[4:6], "頓用")
    hours = f" {TIMES.get(code[7], '')}時間以上あけて" if TIMES.get(code[7], "") else ""
    most = f" 1日{TIMES.get(code[8], '')}回まで" if TIMES.get(code[8], "") else ""
    return f"{event}{hours}{most}"
