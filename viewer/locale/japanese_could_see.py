"""Who could see a record on a day, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.could_see": "だれが見られるか",
    "could_see.title": "だれが見られるか",
    "could_see.lead": (
        "その日の終わりに、だれがどの種類の記録を見られたかを、当時の記録といまの記録の両方で示します。"
        "実際に見た人は閲覧履歴にあります。文書の中身は出ません。"
    ),
    "could_see.lead.own": (
        "あなたの記録を、だれが見られるようになっているかを示します。実際に見た人は「誰が見たか」にあります。"
    ),
    "could_see.on": "日付（空なら、いま）",
    "could_see.ask": "調べる",
    "could_see.csv": "CSV",
    "could_see.of": "{name}さん　{at}時点",
    "could_see.at": "{at}時点",
    "could_see.who": "見られた人",
    "could_see.whose": "記録を出した施設",
    "could_see.then": "当時の記録では",
    "could_see.today": "いまの記録では",
    "could_see.why": "理由",
    "could_see.nothing": "見られない",
    "could_see.same": "同じ",
    "could_see.all": "すべての種類",
    "could_see.self": "ご本人・ご家族",
    "could_see.emergency": "緊急閲覧",
    "could_see.nobody": "見られた人はいません。",
    "could_see.gap": "食い違い：当時だけ見られた（{kinds}）",
    "could_see.gaps": "あとから届いた決定",
    "could_see.gaps.none": "あとから届いた撤回・希望などはありません。",
    "could_see.gaps.line": "{since}から有効、{until}に登録（記録番号{event}）",
    "could_see.gaps.reads": "その間に開かれ、いまなら見られない閲覧：{n}件",
    "could_see.gaps.open": "その間、余分に見られた相手：{n}",
    "could_see.past": "さかのぼって調べる",
}
