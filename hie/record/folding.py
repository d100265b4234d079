"""Names folded for comparison: as they are written, and as they sound.

`folded` is what people are searched by. `sound` goes further: spellings of one reading, as different
reception desks type it, become one text (ヴ and ブ, ヂ and ジ, ッ and ツ, オオノ and オーノ).
"""

from __future__ import annotations

import unicodedata

from hie.record.kanji_variants import TO_PLAIN

_KATAKANA = {ord("ァ") + step: chr(ord("ぁ") + step) for step in range(ord("ヶ") - ord("ァ") + 1)}
_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_TABLE: dict[int, str | None] = {**_KATAKANA, **TO_PLAIN, **_SELECTORS}

_SPELLINGS = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖぢづをゐゑ", "あいうえおつやゆよわかけじずおいえ")
_VU = (("ゔぁ", "ば"), ("ゔぃ", "び"), ("ゔぇ", "べ"), ("ゔぉ", "ぼ"), ("ゔゅ", "びゅ"), ("ゔ", "ぶ"))
_DASHES = frozenset("ー-−‐‑–—―~〜_")
_ROWS = {
    "あ": "あかさたなはまやらわがざだばぱ",
    "い": "いきしちにひみりぎじびぴ",
    "う": "うくすつぬふむゆるぐずぶぷ",
    "え": "えけせてねへめれげぜでべぺ",
    "お": "おこそとのほもよろごぞどぼぽ",
}
_VOWEL = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
_LONG = {"あ": "あ", "い": "い", "う": "う", "え": "い", "お": "う"}
_UNVOICED = str.maketrans(
    "がぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽ", "かきくけこさしすせそたてとはひふへほはひふへほ"
)


def folded(text: str) -> str:
    """Fold a name or a word: width, katakana to hiragana, variant kanji, no blanks, no selectors."""
    kept = unicodedata.normalize("NFKC", text).translate(_TABLE)
    # NFKC once more: a variation selector may have kept two characters apart.
    return "".join(unicodedata.normalize("NFKC", kept).casefold().split())


def sound(kana: str) -> str:
    """Fold a reading so that spellings of the same sound become the same text."""
    text = folded(kana)
    for spelled, plain in _VU:
        text = text.replace(spelled, plain)
    said: list[str] = []
    vowel = ""
    for character in text.translate(_SPELLINGS):
        if character in _DASHES:
            kept = _LONG.get(vowel, "")
        elif character in "おえ" and character == vowel:
            kept = _LONG[vowel]  # オオノ is what others write オウノ or オーノ; オノ is somebody else
        elif character.isalnum():
            kept = character
        else:
            continue
        said.append(kept)
        vowel = _VOWEL.get(kept, "")
    return "".join(said)


def unvoiced(said: str) -> str:
    """Drop voicing marks of a `sound`: who says ヤマサキ is often taken down as ヤマザキ."""
    return said.translate(_UNVOICED)


def digits(text: str) -> str:
    """Keep the digits of a telephone number; the country's prefix becomes the leading zero."""
    kept = unicodedata.normalize("NFKC", text)
    said = "".join(filter(str.isdecimal, kept))
    return "0" + said[2:] if kept.lstrip().startswith("+81") else said
