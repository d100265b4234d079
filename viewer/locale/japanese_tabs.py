"""The pages of one patient, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "tab.label": "この患者の画面",
    "tab.calendar": "カレンダー",
    "tab.results": "検査",
    "tab.medications": "薬",
    "tab.documents": "文書",
    "tab.images": "画像",
    "tab.summary": "まとめ",
}
