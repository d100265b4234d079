"""Words and signs with which laboratories write results that are no plain number. Data.

All are given as they look after `characters.folded`: half width, small letters, no blanks, katakana.
Sources: fact sheet §5.5 and the spellings seen there.
"""

from __future__ import annotations

GRADE_WORDS = {
    "-": "- (-) [-] 陰性 インセイ (-)陰性 陰性(-) インセイ(-) (-)インセイ neg neg. negative n.r. nr"
    " 検出せず 検出セズ ケンシュツセズ ケンシユツセズ フケンシュツ フケンシユツ 不検出"
    " ミケンシュツ ミケンシユツ 未検出 検出しない 認めず なし 無し",
    "±": "± (±) [±] +- -+ (+-) (-+) +/- -/+ (+/-) (-/+) (+ー) 疑陽性 ギヨウセイ 判定保留 保留"
    " 少量 少量有 少量無 少数 trace tr tr. 1+↓",
    "w+": "弱陽性 ジャクヨウセイ 弱陽性(w+) w+ (w+) (弱+)",
    "+": "+ (+) [+] 陽性 ヨウセイ (+)陽性 陽性(+) ヨウセイ(+) (+)ヨウセイ ★陽性★ 強陽性"
    " pos pos. positive 検出 あり 有り",
    "2+": "++ (++)",
    "3+": "+++ (+++)",
    "4+": "++++ (++++)",
    "5+": "+++++ (+++++)",
}
"""Grade -> what is written for it."""

COMPARATORS_BEFORE = {
    ">=": ">= => ≧ ≥ ↑",
    "<=": "<= =< ≦ ≤ ↓",
    ">": "> 〉 u",
    "<": "< 〈 l",
}
"""Comparator -> what stands before the number; the letters U and L are `> 100` and `< 300` of analysers."""

COMPARATORS_AFTER = {
    ">=": "以上 イジョウ ↑ 〜 ~ <= =< ≦ ≤",
    "<=": "以下 イカ ↓ >= => ≧ ≥",
    ">": "超 超過 を超える より大 < 〈",
    "<": "未満 ミマン > 〉",
}
"""Comparator -> what stands behind the number; a sign behind it is read from right to left."""

UNMEASURABLE = (
    "測定不能 ソクテイフノウ 測定不可 検査不能 判定不能 計算不能 算出不能 検体不足 検体不良 検体不適"
    " 検査せず 検査中止 検査中 未検査 実施せず 中止 エラー error"
    " *** **** ***** --- ---- ----- n/a na qns invalid"
)
"""Words that say that there is no result."""

TITRE_MARKS = "x ×"
"""What stands before a titre: `x80`."""

TITRE_WORDS = "倍 バイ 倍希釈"
"""What stands behind a titre: `80倍`."""

FLAGS = "h l hh ll * ! c"
"""Letters that stand behind a number in the value field, where a flag's own field was meant (D14)."""
