"""A document that is opened, and the pages of its files, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "document.author": "記載者",
    "document.organization": "記載者の所属",
    "document.written": "記載日時",
    "document.custodian": "保管者",
    "document.recipient": "宛先",
    "document.period": "対象期間",
    "document.attachments": "添付ファイル",
    "document.picture": "{name}（{n}番目の添付画像）",
    "document.download": "ダウンロード（PDF）",
    "document.not_shown": "この画面では表示しない形式です",
    "document.only_attachments": "本文は添付ファイルにあります。",
    "document.page": "{name} {n}/{of}ページ",
    "document.pages.open": "ページを開く",
    "document.pages.back": "文書へ戻る",
    "document.pages.more": "このほかに{n}ページあります。ファイルを開いてお読みください。",
    "document.pages.none": "このファイルのページは表示できません。",
    "document.pages.failed": "ページを読み込めませんでした。もう一度開いてください。",
}
