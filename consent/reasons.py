"""Every reason code of the gate with its sentence, Japanese and English."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """What a person reads for a reason code."""

    ja: str
    en: str


REASONS: dict[str, Sentence] = {
    "consent-in-force": Sentence("患者さんの同意があります", "The patient has consented."),
    "own-facility": Sentence("自施設の記録です", "Your own facility wrote it."),
    "no-consent": Sentence("有効な同意がありません", "There is no consent in force."),
    "recalled": Sentence("同意の範囲外となり取り下げました", "Taken back: consent no longer covers it."),
    "withdrawn": Sentence("同意が撤回されています", "The consent was withdrawn."),
    "role": Sentence("この職種では閲覧できません", "This role opens no records."),
    "purpose": Sentence("診療以外の目的では閲覧できません", "Only treatment opens records."),
}
