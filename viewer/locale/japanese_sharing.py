"""What facilities show and whether it arrives, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "sharing.label": "情報を出している施設",
    "sharing.well": "情報を出している施設 {n}・施設からの通信は届いています（施設全体の最終受信 {at}）",
    "sharing.quiet": "情報を出している施設 {n}",
    "sharing.some": "情報を出している施設 {n}・届いていないもの {wrong}",
    "sharing.nobody": "他の施設の情報は表示されていません（同意がないか、まだ届いていません）",
    "sharing.shares": "{kinds}を共有",
    "sharing.since": "{day}以降の診療分",
    "sharing.received": "最終受信 {at}",
    "sharing.today": "今日{time}",
    "sharing.never": "まだありません",
    "sharing.long": "長い間",
    "sharing.all": "すべての種類",
    "sharing.kind.basics": "基本情報・入退院",
    "sharing.kind.problems": "病名",
    "sharing.kind.medicines": "処方・調剤・注射",
    "sharing.kind.laboratory": "検査",
    "sharing.kind.imaging": "画像",
    "sharing.kind.documents": "文書",
    "sharing.kind.notes": "経過記録",
    "sharing.limits": "ここに出ない施設や種類の記録は、同意の範囲外か、ネットワークに参加していないために"
    "見えません。記録がないとは限りません。",
    "sharing.trouble.silent": "{name}と{span}つながっていません（最終受信 {at}）。それより新しい記録は、"
    "まだ見えていないことがあります。",
    "sharing.trouble.trouble": "{name}からの受信に不具合があります（最終受信 {at}）。一部の記録が"
    "見えていないことがあります。",
    "sharing.trouble.late": "{name}の記録の到着が{late}遅れています（最終受信 {at}）。",
    "sharing.trouble.ended": "{name}からの受信は止められています（最終受信 {at}）。新しい記録は届きません。",
    "sharing.trouble.never": "{name}からは、まだ何も届いていません。",
    "sharing.why.nobody": "この患者さんの記録を出している施設がありません。",
    "sharing.why.closed": "この種類の記録は、同意の範囲に入っていないか、あなたの職種では見られません。",
    "sharing.why.before": "この種類の記録は{day}以降の診療分から見られます（{names}）。",
    "sharing.why.missing": "届いた記録はありません。{names}の記録は、届いていないものがあるかもしれません。",
    "sharing.why.none": "届いた記録の中に、この種類のものはありません。",
}
