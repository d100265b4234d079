"""Allergies of invented people: what causes them, with what happened behind it.

SS-MIX2 does not use AL1-5, so hospitals write the reaction into the text of the substance.
"""

from __future__ import annotations

from random import Random

from hie.record.clinical import AllergyIntolerance, Coding

_NOTHING = Coding()
_CATEGORIES = {
    key: Coding(key, text, "HL70127")
    for key, text in (
        ("DA", "薬剤アレルギー"),
        ("FA", "食物アレルギー"),
        ("EA", "環境アレルギー"),
        ("MC", "その他の禁忌"),
    )
}
_TABLE = """
penicillin DA 12 ペニシリン系抗菌薬（発疹）
contrast DA 10 ヨード造影剤（じんま疹）
local-anesthetic DA 3 局所麻酔薬（気分不良）
shrimp FA 9 エビ（口唇腫脹）
crab FA 5 カニ（じんま疹）
egg FA 6 鶏卵（発疹）
milk FA 4 牛乳（下痢）
buckwheat FA 4 そば（呼吸困難）
mackerel FA 6 サバ（じんま疹）
peanut FA 3 ピーナッツ（口腔内違和感）
cedar EA 8 スギ花粉（鼻炎）
latex EA 3 ラテックス（接触皮膚炎）
alcohol MC 5 消毒用アルコール（発赤）
"""
_MORE_THAN_ONE = 0.2
_SHARE = 0.24
"""Of people with any, as questionnaires at admission find."""


def _read(number: int, line: str) -> tuple[str, int, AllergyIntolerance]:
    key, category, weight, text = line.split()
    substance = Coding(f"AL{number:03d}", text, "99ALG")
    return key, int(weight), AllergyIntolerance(_CATEGORIES[category], substance, _NOTHING, "")


_READ = tuple(_read(number, line) for number, line in enumerate(_TABLE.strip().splitlines(), 1))
ALLERGIES = {key: allergy for key, _, allergy in _READ}
_KEYS, _WEIGHTS = tuple(ALLERGIES), tuple(weight for _, weight, _ in _READ)


def drawn(random: Random) -> tuple[str, ...]:
    """Draw somebody's allergies; most people have none."""
    if random.random() >= _SHARE:
        return ()
    count = 2 if random.random() < _MORE_THAN_ONE else 1
    return tuple(dict.fromkeys(random.choices(_KEYS, _WEIGHTS, k=count)))
