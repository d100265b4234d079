"""The one-page summary, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "summary.title": "1枚のまとめ",
    "summary.problems": "病名（続いているもの）",
    "summary.medication": "現在の薬",
    "summary.stays": "入院",
    "summary.results": "主な検査（最新）",
    "summary.to.medication": "薬の画面へ",
    "summary.to.calendar": "カレンダーへ",
    "summary.to.results": "検査の画面へ",
    "summary.discharge": "退院日の文書",
    "summary.more": "ほかに{n}件",
    "summary.none": "ありません。",
    "summary.allergies.none": "届いた記録にアレルギーはありません。ないと確かめられたわけではありません。",
    "summary.limits": "各施設が書いたものを集めています。判断は加えていません。"
    "行の右は出どころの施設と日付です。薬の残りは処方日数からの目安です。",
}
