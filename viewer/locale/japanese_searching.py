"""The search through a patient's documents, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "search.title": "文書の検索",
    "search.open": "文書を検索",
    "search.label": "この患者の文書にある言葉",
    "search.examples": "例：糖尿病　肺炎 抗菌薬",
    "search.submit": "検索",
    "search.hint": (
        "経過記録・文書・検査の所見・検査結果のコメントを探します。"
        "空白で区切ると、すべての言葉を含む文書だけになります。"
    ),
    "search.kind": "種類で絞る",
    "search.facility": "医療機関で絞る",
    "search.count": "{n}件の文書にあります。新しい順です。",
    "search.count.one": "1件の文書にあります。",
    "search.part": "{first}件目から{last}件目まで",
    "search.none": "あなたが見られる文書には、この言葉はありません。",
    "search.none.hint": "言葉を短くするか、ほかの書き方でお試しください。画像やPDFの中の文字は探せません。",
    "search.suggested": "この言葉を含む語：",
    "search.like": "文書にある似た語：",
    "search.suggestions": "似た語で探す",
    "search.pane": "見つかった文書を選ぶと、ここで読めます。",
    "search.older": "さらに古い文書",
    "search.newer": "新しい文書に戻る",
    "search.empty": "探す言葉を入力してください。",
    "search.long": "言葉が長すぎます。100文字までにしてください。",
    "search.many": "言葉が多すぎます。8つまでにしてください。",
}
