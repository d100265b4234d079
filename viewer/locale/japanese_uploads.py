"""What a clinic adds by itself, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "uploads.title": "自院の記録を追加",
    "uploads.button": "自院の記録を追加",
    "uploads.lead": (
        "{facility}の記録として、この患者のカレンダーに載ります。見られるのは、患者の同意で自院の記録を"
        "見られる施設だけです。"
    ),
    "uploads.why_not.no-number": (
        "{facility}にはこの患者の番号が登録されていないため、記録を追加できません。窓口で番号の登録を頼"
        "んでください。"
    ),
    "uploads.why_not.view-only": (
        "この患者の同意では、{facility}は閲覧だけができます。記録の追加には、開示施設としての同意が要ります。"
    ),
    "uploads.files": "ファイルをここに置くか、選んでください",
    "uploads.allowed": (
        "PDF、写真（JPEG・PNG）、DICOM画像、電子版お薬手帳のファイル（JAHIS）。1件{most}MBまで。写真の撮"
        "影場所や機種の情報は取り除きます。"
    ),
    "uploads.submit": "内容を確かめる",
    "uploads.sending": "送信しています",
    "uploads.failed": "送信できませんでした。つながりを確かめて、もう一度お試しください。",
    "uploads.waiting": "確認してから追加するもの",
    "uploads.preview": "{name}の1枚目",
    "uploads.kind": "文書の種類",
    "uploads.name": "題名",
    "uploads.day": "いつの記録か",
    "uploads.day_of": "記録の日",
    "uploads.department": "診療科",
    "uploads.add": "追加する",
    "uploads.discard": "取りやめる",
    "uploads.refused": "追加できないもの",
    "uploads.clear": "一覧から消す",
    "uploads.clear_name": "{name}を一覧から消す",
    "uploads.filed": "追加したもの",
    "uploads.none": "最近追加したものはありません。",
    "uploads.show": "カレンダーで見る",
    "uploads.closed": "ファイル",
    "uploads.left_out": "{n}件は、同意の範囲外などのため追加されませんでした。",
    "uploads.departments": "ほかの診療科",
    "uploads.undone": "「{name}」の追加を取り消しました。カレンダーには載りません。",
    "uploads.undo": "取り消す",
    "uploads.undo_name": "{name}の追加を取り消す",
    "uploads.tables_lead": "検査結果や処方をCSVでまとめて追加するときは",
    "uploads.is.pdf": "PDF",
    "uploads.is.photo": "写真",
    "uploads.is.dicom": "画像（DICOM）",
    "uploads.is.dispensing": "お薬手帳のファイル",
    "uploads.is.unknown": "種類の分からないファイル",
    "uploads.is.table": "CSV",
    "uploads.pages": "{n}ページ",
    "uploads.visits": "{n}回分",
    "uploads.why.empty": "中身がありません。",
    "uploads.why.size": "大きすぎます。小さく分けるか、解像度を下げてください。",
    "uploads.why.type": "PDF、写真、DICOM、お薬手帳のファイルのどれでもありません。",
    "uploads.why.unreadable": "壊れているか、開けません。",
    "uploads.why.pixels": "画像の縦横が大きすぎます。",
    "uploads.why.script": (
        "開いたときに動く仕掛け（スクリプトや添付ファイル）が入っているため、受け取れません。印刷し直し"
        "たPDFをお使いください。"
    ),
    "uploads.why.later": "いま混み合っています。少し待って、もう一度お試しください。",
    "uploads.why.other-patient": "別の患者のものです。番号か生年月日が合いません。",
    "uploads.why.future": "これから先の日付が書かれています。",
    "uploads.why.twice": "同じものが既にあります。",
    "uploads.why.withheld": "患者の同意の範囲に入らないため、追加できませんでした。",
    "uploads.why.other": "追加できませんでした。",
    "uploads.problem.no-number": "この患者の番号が自院にありません。",
    "uploads.problem.view-only": "この患者の同意では、自院は閲覧だけができます。",
    "uploads.problem.files": "一度に送れるのは50件までです。",
    "uploads.problem.waiting": "確認待ちが多すぎます。先に片付けてください。",
    "uploads.problem.number": "この患者の自施設の番号が変わりました。取りやめて、もう一度入れてください。",
    "uploads.problem.unfinished": "まだ追加の途中です。追加を終えてから取り消してください。",
    "uploads.problem.day": "日付を確かめてください。",
    "uploads.problem.future": "日付がこれから先になっています。",
    "uploads.problem.kind": "文書の種類を選んでください。",
    "uploads.problem.department": "診療科を選んでください。",
    "uploads.problem.grown": "この検査には前からの画像があるため、ここでは取り消せません。",
    "uploads.problem.decided": "もう済んでいるか、今日追加したものではありません。",
    "uploads.problem.other": "できませんでした。内容を確かめてください。",
    "uploads.kind.57133-1": "診療情報提供書",
    "uploads.kind.11502-2": "検体検査報告書",
    "uploads.kind.47045-0": "報告書",
    "uploads.kind.18748-4": "画像検査報告書",
    "uploads.kind.28010-7": "心電図報告書",
    "uploads.kind.59281-6": "心エコー報告書",
    "uploads.kind.19805-1": "内視鏡検査報告書",
    "uploads.kind.18842-5": "退院時サマリ",
    "uploads.kind.34108-1": "外来診療録",
    "uploads.kind.70004-7": "診断書",
    "uploads.kind.55115-0": "画像検査詳細依頼",
    "uploads.kind.51897-7": "届出書",
    "uploads.kind.11488-4": "意見書",
    "uploads.kind.72170-4": "写真・画像",
    "uploads.kind.51852-2": "その他書類",
}
