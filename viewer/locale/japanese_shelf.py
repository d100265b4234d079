"""Lists beside a reading pane, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "shelf.documents": "文書と経過記録",
    "shelf.images": "画像と検査",
    "shelf.skip": "選んだ文書へ",
    "shelf.count": "{n}件",
    "shelf.every": "すべて",
    "shelf.kind": "種類で絞る",
    "shelf.facility": "医療機関で絞る",
    "shelf.facility.every": "すべての医療機関",
    "shelf.department": "診療科で絞る",
    "shelf.department.every": "すべての診療科",
    "shelf.filter": "絞り込む",
    "shelf.filter.off": "絞り込みをやめる",
    "shelf.new": "新着",
    "shelf.pages": "一覧のページ",
    "shelf.newer": "新しいもの",
    "shelf.older": "古いもの",
    "shelf.nothing.documents": "見られる文書はありません。",
    "shelf.nothing.images": "見られる画像・検査はありません。",
    "shelf.nothing.chosen": "この条件に合うものはありません。",
    "shelf.no_picture": "見られる画像なし",
    "shelf.leaf": "読む",
    "shelf.text": "選んだ文書",
    "shelf.steps": "前後の文書",
    "shelf.back": "一覧",
    "shelf.before": "前（新しい）",
    "shelf.after": "次（古い）",
    "shelf.gone": "この文書は開けません。取り下げられたか、見られる範囲にありません。",
    "shelf.choose": "一覧から選ぶと、ここで読めます（J・K または ↑・↓: 次・前、Esc: 一覧へ戻る）。",
}
