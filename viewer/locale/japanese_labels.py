"""Sensitive labels in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "labels.title": "機微な情報の区分",
    "labels.none": "区分は付いていません。",
    "labels.1": "精神科",
    "labels.2": "HIV",
    "labels.4": "遺伝",
    "labels.8": "生殖・性感染症",
    "labels.16": "依存症",
    "labels.32": "虐待・暴力",
    "labels.64": "職員",
    "labels.128": "未告知",
    "labels.256": "院外秘",
    "labels.512": "区分不明",
    "labels.untold": "患者さんに未告知の情報です。ご本人・ご家族に伝えないでください。",
    "labels.staff": "当施設の職員の記録です。診療に必要な場合だけ開いてください。",
    "labels.mark": "区分を付ける",
    "labels.mark.means": (
        "「未告知」は、ご本人とご家族の画面から隠します（医療者には印つきで見えます）。"
        "精神科・HIV などは、その区分の同意がない施設から隠します。「院外秘」は他施設から隠します。"
    ),
    "labels.which": "区分",
    "labels.ask": "外すよう依頼",
    "labels.ask.label": "「{label}」を外すよう依頼",
    "labels.asked": "「{label}」を外す依頼が出ています。別の医師の確認が必要です。",
    "labels.asked.own": "「{label}」を外す依頼を出しました。別の医師が確認すると外れます。",
    "labels.agree": "外すことを確認",
    "labels.keep": "付けたままにする",
}
