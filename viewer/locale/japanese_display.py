"""How the screen looks, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.display": "表示設定",
    "display.title": "表示設定",
    "display.done": "保存しました。どの端末でもサインインするとこの表示になります。",
    "display.theme": "明るさ",
    "display.theme.device": "端末の設定に合わせる",
    "display.theme.light": "明るい画面",
    "display.theme.dark": "暗い画面",
    "display.contrast": "コントラスト",
    "display.contrast.device": "端末の設定に合わせる",
    "display.contrast.usual": "標準",
    "display.contrast.more": "強くする（線と文字を濃く）",
    "display.letters": "文字の大きさ",
    "display.letters.usual": "標準",
    "display.letters.small": "小さい",
    "display.letters.large": "大きい",
    "display.letters.largest": "特大",
    "display.order": "カレンダーの並び",
    "display.order.newest": "新しい日を先に",
    "display.order.oldest": "古い日を先に",
    "display.whose": "ご自身の画面だけが変わります。印刷は常に白地です。",
    "display.save": "保存する",
    "display.undo": "すべて標準に戻す",
}
