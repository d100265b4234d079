"""Every reason code of the gate with its sentence, Japanese and English; a refusal says what to do next."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """What a person reads for a reason code."""

    ja: str
    en: str


EMERGENCY = "emergency"
"""Of what was opened by breaking the glass: the audit record states that purpose."""

REASONS: dict[str, Sentence] = {
    "consent-in-force": Sentence("患者さんの同意があります", "The patient has consented."),
    "own-facility": Sentence("自施設の記録です", "Your own facility wrote it."),
    "patient-self": Sentence("ご本人の記録です", "It is your own record."),
    EMERGENCY: Sentence("緊急閲覧として開いています", "It is open as an emergency access."),
    "recalled": Sentence("同意の範囲外となり取り下げました", "Taken back: consent no longer covers it."),
    "no-consent": Sentence(
        "有効な同意がありません。患者さんに同意書を記入していただき、同意・登録の窓口に届けてください",
        "There is no consent in force. Let the patient sign a form and hand it to the consent desk.",
    ),
    "expired": Sentence(
        "同意の期間が過ぎています。続ける場合は、新しい同意書をいただいてください",
        "The consent has ended. To go on, let the patient sign a new form.",
    ),
    "withdrawn": Sentence(
        "同意が撤回されています。再開には、患者さんの新しい同意書が必要です",
        "The consent was withdrawn. Only a new form of the patient opens the record again.",
    ),
    "restricted": Sentence(
        "患者さんの希望または記録元の施設の判断で公開されていません。必要なときは記録元の施設に直接お尋ねください",
        "The patient or the custodian keeps it closed. Ask the facility that wrote it, if you need it.",
    ),
    "no-care": Sentence(
        "診療中の患者さんとして登録されていません。診療の開始を登録してください",
        "Your facility has not said that it treats the patient. Record the start of care first.",
    ),
    "unlinked": Sentence(
        "公開する施設の患者番号がまだ結び付いていません。名寄せの担当者に確認してください",
        "No number of a disclosing facility is linked yet. Ask the desk that links numbers.",
    ),
    "joined-later": Sentence(
        "同意のあとに参加した施設です。新しい同意書をいただいてください",
        "The facility joined after the consent was given. Let the patient sign a new form.",
    ),
    "membership": Sentence(
        "施設が連携に参加していないか、休止中です。事務局にお問い合わせください",
        "The facility does not take part now. Ask the secretariat.",
    ),
    "deceased": Sentence(
        "亡くなられた患者さんの記録は閉じています。必要なときは記録元の施設にお尋ねください",
        "The record of a deceased patient is closed. Ask the facility that wrote it.",
    ),
    "role": Sentence(
        "この職種では閲覧できません。担当の医師にご相談ください",
        "This role does not open it. Ask the doctor in charge.",
    ),
    "purpose": Sentence(
        "診療以外の目的では閲覧できません。診療の目的で開き直してください",
        "Only treatment opens records. Open it again for treatment.",
    ),
}
