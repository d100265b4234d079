"""The worklist in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.today": "今日の仕事",
    "today.title": "今日の仕事",
    "today.total": "あなたの確認を待っているものが{n}件あります。",
    "today.total.one": "あなたの確認を待っているものが1件あります。",
    "today.nothing": "待っているものはありません。",
    "today.own": "あなたが出した申請が{n}件、ほかの担当者の確認を待っています。",
    "today.own.one": "あなたが出した申請が1件、ほかの担当者の確認を待っています。",
    "today.register": "患者を登録する",
    "today.consents": "同意・登録",
    "today.consents.some": "確認か、整理が要る申請・スキャンがあります。",
    "today.consents.none": "確認を待つ申請はありません。",
    "today.links": "名寄せ",
    "today.links.some": "同じ人かどうかの判断を待っている番号があります。",
    "today.links.none": "判断を待つ番号はありません。",
    "today.people": "利用者",
    "today.people.some": "承認・期限・在籍の確認が要る利用者がいます。",
    "today.people.none": "確認が要る利用者はいません。",
    "today.reviews": "緊急閲覧・申し出",
    "today.reviews.some": "点検や回答を待っているものがあります。",
    "today.reviews.none": "点検や回答を待つものはありません。",
    "today.feeds": "病院からの連携",
    "today.feeds.some": "正常でない病院があります。",
    "today.feeds.none": "すべての病院が正常です。",
}
