"""Emergencies, their reviews, notices, starting care and the pulse of open pages, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.reviews": "緊急閲覧",
    "menu.notices": "お知らせ",
    "menu.unread": "未読{n}件",
    "pulse.changed": (
        "この画面の記録は、いまは表示できません。同意や連携の内容が変わったためです。"
        "患者さんの一覧から開き直してください。"
    ),
    "pulse.left": "サインインが終わったため、表示を消しました。もう一度サインインすると続けられます。",
    "pulse.away": "1分以上つながらないため、表示を消しました。通信を確かめて、もう一度開いてください。",
    "pulse.again": "もう一度開く",
    "pulse.list": "患者さんの一覧へ",
    "pulse.sign_in": "サインインする",
    "emergency.open_button": "緊急閲覧",
    "emergency.banner": "緊急閲覧中",
    "emergency.until": "{time}まで",
    "emergency.banner.told": "この閲覧は、情報を提供した病院・事務局・患者さんに知らせています。",
    "emergency.to_patient": "記録を開く",
    "emergency.end": "終了",
    "emergency.extend": "4時間まで延ばす",
    "emergency.title": "緊急閲覧",
    "emergency.lead": "命や体を守るため急を要し、本人の同意を確かめられないときだけ使えます。",
    "emergency.what": (
        "開くと、情報を提供した病院、事務局、患者さんに、すぐに知らせます。3営業日以内に、"
        "ほかの人が必ず確認します。"
    ),
    "emergency.who": "患者さん（ひとり）",
    "emergency.own_number": "自院の患者番号",
    "emergency.or": "番号がないときは、次の3つをすべて正確に入れてください。",
    "emergency.kana": "氏名カナ",
    "emergency.birth": "生年月日",
    "emergency.birth.example": "例 1970-01-15、S45.1.15",
    "emergency.sex": "性別",
    "emergency.why": "理由",
    "emergency.text": "くわしい理由（200字まで。記録に残ります）",
    "emergency.hours": "時間",
    "emergency.hours.n": "{n}時間",
    "emergency.next": "確認へ進む",
    "emergency.confirm": "この内容で緊急閲覧を始めますか",
    "emergency.confirm.yes": "緊急閲覧を始める",
    "emergency.confirm.back": "入力に戻る",
    "emergency.by.number": "自院の患者番号 {number}",
    "emergency.by.name": "{kana}　{birth}　{sex}",
    "emergency.reason.unconscious": "意識がない",
    "emergency.reason.cannot-speak": "話せない・意思を示せない",
    "emergency.reason.life-in-danger": "命に危険が迫っている",
    "emergency.reason.transferred": "救急搬送・転院で受け入れた",
    "emergency.reason.disaster": "災害",
    "emergency.reason.other": "その他",
    "emergency.problem.not-allowed": "緊急閲覧は、救急を担う病院の医師・歯科医師・看護師だけが使えます。",
    "emergency.problem.not-confirmed": "本人確認から5分が過ぎました。もう一度、本人確認をしてください。",
    "emergency.problem.suspended": (
        "前の緊急閲覧の確認が済んでいないか、不適切とされたため、使えません。事務局に連絡してください。"
    ),
    "emergency.problem.reason": "理由を選んでください。",
    "emergency.problem.text": "くわしい理由を、1字以上200字までで書いてください。",
    "emergency.problem.hours": "時間を選んでください。",
    "emergency.problem.too-often": (
        "1時間に調べられる回数を超えました。しばらく待つか、事務局に連絡してください。"
    ),
    "emergency.problem.several": "ひとりに絞れません。自院の患者番号で指定してください。",
    "emergency.problem.nothing": (
        "開ける記録はありません。入力を確かめてください。登録がないか、緊急閲覧に同意されていない方は、"
        "ここでは開けません。"
    ),
    "emergency.problem.identity": "患者番号か、氏名カナ・生年月日・性別の3つを入れてください。",
    "reviews.title": "緊急閲覧の確認",
    "reviews.lead": (
        "緊急閲覧は、3営業日以内に、使った本人でない人が確認します。期限を過ぎると、"
        "使った人は緊急閲覧を使えなくなります。"
    ),
    "reviews.waiting": "確認待ち",
    "reviews.none": "確認待ちの緊急閲覧はありません。",
    "reviews.closed": "確認済み",
    "reviews.opened": "開始",
    "reviews.who": "使った人",
    "reviews.whose": "患者さん",
    "reviews.why": "理由",
    "reviews.due": "期限",
    "reviews.overdue": "期限切れ・利用停止中",
    "reviews.wrong": "不適切・利用停止中",
    "reviews.outcome": "確認の結果",
    "reviews.outcome.justified": "適切だった",
    "reviews.outcome.unclear": "判断できない",
    "reviews.outcome.unjustified": "不適切だった（使った人を停止）",
    "reviews.text": "確認した内容（200字まで）",
    "reviews.save": "確認を終える",
    "reviews.lift": "停止を解く",
    "reviews.own": "ご自分の緊急閲覧です。ほかの人が確認します。",
    "reviews.read_only": "個人情報管理者か事務局が確認します。",
    "reviews.invalid": "結果を選び、確認した内容を1字以上200字までで書いてください。",
    "reviews.duty": "緊急閲覧を使える病院",
    "reviews.duty.on": "使える",
    "reviews.duty.off": "使えない",
    "reviews.duty.set": "使えるようにする",
    "reviews.duty.unset": "使えないようにする",
    "notices.title": "お知らせ",
    "notices.none": "お知らせはありません。",
    "notices.read": "すべて読んだことにする",
    "notices.new": "未読",
    "notice.emergency-opened": "緊急閲覧が始まりました。",
    "notice.emergency-extended": "緊急閲覧の時間が延ばされました。",
    "notice.emergency-reviewed": "緊急閲覧の確認が終わりました。",
    "notice.emergency-overdue": "緊急閲覧の確認が期限までに済まず、使った人の利用を停止しました。",
    "notice.care-started": "診療を始めたと届け出た施設があります。",
    "notice.care-renewed": "診療の期間が延ばされました。",
    "care.title": "診療を開始する",
    "care.open_button": "この患者さんの診療を開始する",
    "care.lead": (
        "「参加施設すべて」に同意された患者さんを、はじめて診るときに使います。30日間、"
        "同意の範囲の記録が見られます。患者さんに知らせます。"
    ),
    "care.card": "患者カードの番号",
    "care.or": "カードがないときは、次の2つを正確に入れてください。",
    "care.reason": "診療の種類",
    "care.reason.visit": "外来",
    "care.reason.home-visit": "訪問",
    "care.reason.admission": "入院",
    "care.reason.referral": "紹介",
    "care.reason.dispensing": "調剤",
    "care.reason.care-plan": "ケアプラン",
    "care.reason.consultation": "相談",
    "care.start": "診療を開始する",
    "care.problem.nobody": (
        "開ける記録はありません。入力を確かめてください。参加施設すべてへの同意がない方は、"
        "同意の登録が必要です。"
    ),
    "care.problem.several": "ひとりに絞れません。患者カードの番号で指定してください。",
    "care.problem.too-often": "1時間に調べられる回数を超えました。しばらく待つか、事務局に連絡してください。",
    "care.problem.identity": "患者カードの番号か、氏名カナと生年月日を入れてください。",
    "care.problem.reason": "診療の種類を選んでください。",
    "care.mine": "この施設が開始した診療",
    "care.none": "開始した診療はありません。",
    "care.until": "終わり",
    "care.renew": "30日延ばす",
    "care.end": "終える",
}
