"""Kinds of documents in an extended storage: local and LOINC codes (標準文書コード表, fact sheet §6.5).

A folder's name is `ローカル文書コード^名称^体系^標準文書コード^名称^体系`; the local triplet
may stand alone, or its code may be empty. What no table of ours knows is of an unknown class,
which is closed (law 6).
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass

LOINC = "LN"
VITAL_SIGNS = "L-OBSERVATIONS"
"""Local code of the folder in which vital signs lie as ORU^R30 (§6.2)."""
DISPENSING = "L-DISPENSING"
"""Local code of the folder in which what a pharmacy handed out lies; ours, no table has one."""
REFERRAL, REFERRAL_IN_CDA = "57133-1", "MD0020730"
"""A referral's folder says LOINC, its document says JMIX (§6.4)."""

_PHYSIOLOGY_SITES = "LJCS-"
_ONE_TRIPLET, _TWO_TRIPLETS = 3, 6

_D, _N, _P, _E, _R, _L, _U = (
    DocumentClass.DOCUMENT,
    DocumentClass.NOTE,
    DocumentClass.PHYSIOLOGY,
    DocumentClass.ENDOSCOPY,
    DocumentClass.IMAGING_PERFORMED,
    DocumentClass.LABORATORY_RESULT,
    DocumentClass.UNKNOWN,
)

_TABLE: tuple[tuple[DocumentClass, str], ...] = (
    (_D, "34895-3=指導書 34107-3=在宅指導書 77430-7=免疫アレルギ指導書 78451-2=栄養指導書"),
    (_D, "78601-2=服薬指導書 64299-1=証明書 70004-7=診断書 64297-5=死亡診断書 71230-7=出生証明書"),
    (_D, "51848-0=確認書 78447-0=救急部確認書 78495-9=麻酔確認書 78503-0=手術確認書"),
    (_D, "59284-0=同意書 57016-8=個人情報扱い同意書 77602-1=臨床研究同意書 61358-8=手術同意書"),
    (_D, "61359-6=麻酔同意書 64300-7=臓器移植同意書 64293-4=検査同意書 89428-7=輸血同意書"),
    (_D, "57833-6=処方箋 52063-5=在宅医療機器処方 57829-4=医療機器処方 57831-0=リハビリ処方"),
    (_D, "64288-4=眼鏡処方 69730-0=指示書・依頼書 74213-0=退院時指示 78583-2=退院時処方指示"),
    (_D, "55115-0=画像検査詳細依頼 57830-2=入院依頼書 89429-5=手術依頼書 42348-3=AdvanceDirective"),
    (_D, "74465-6=問診票・調査書 89430-3=外来問診票"),
    (_P, "28010-7=心電図報告書 12132-7=超音波検査報告書 18759-1=スパイロメトリー検査報告書"),
    (_P, "58477-1=肺機能検査報告書 76641-0=脳神経検査報告書 77199-8=PWV-CABI-ABI報告書 18745-0=心カテ報告書"),
    (_P, "59281-6=心エコー報告書 59282-4=ストレス心エコー報告書 77198-0=動脈硬化検査報告書"),
    (_R, "18748-4=画像検査報告書 39712-5=心筋血流SPECT検査報告書 39650-7=心臓核医学検査報告書"),
    (_R, "47048-4=IVR報告書 18747-6=CT検査報告書 18755-9=MRI検査報告書 18758-3=PET検査報告書"),
    (_R, "17787-3=核医学検査報告書"),
    (_E, "18751-8=上部消化管内視鏡報告書 18746-8=下部消化管内視鏡報告書 28018-0=小腸内視鏡報告書"),
    (_E, "28016-4=ERCP報告書 18744-3=気管支鏡検査報告書 19805-1=内視鏡検査報告書"),
    (_L, "11502-2=検体検査報告書 18725-2=微生物学的検査報告書"),
    (_D, "47045-0=報告書 11526-1=病理検査報告書 47526-9=細胞診報告書 18743-5=剖検報告書"),
    (_D, "53576-5=検診・健診報告書 32453-3=口腔診査報告書 51896-9=感染症報告書"),
    # What a hospital writes for itself or for research is no part of the care it shares.
    (_U, "55750-4=医療安全報告書 75218-8=研究報告書 68839-0=研究記録 34098-4=会議記録 75219-6=症例登録"),
    (_N, "34109-9=記録 11492-6=既往症・理学的所見 11506-3=経過記録 28570-0=処置記録 28579-1=理学療法記録"),
    (_N, "28623-7=看護記録 34108-1=外来診療録 34112-3=入院診療録 34129-7=在宅記録 34821-9=薬局記録"),
    (_N, "51855-5=患者記録 68629-5=免疫アレルギ記録 75500-9=トリアージ記録 75492-9=リスク評価"),
    (_N, "18761-7=転科転棟引継 29749-9=透析記録 75282-4=栄養評価記録 28656-7=MSW記録"),
    (_N, "73709-8=処方疑義照会（記録） 11503-0=カルテ 64289-2=１号用紙"),
    (_D, "34750-0=麻酔記録 34751-8=術前麻酔評価 34874-8=手術記録 34875-5=術後評価 34876-3=術前評価"),
    (_D, "77401-8=術前麻酔所見 57057-2=分娩記録"),
    (_D, "Z0001=歴 11504-8=手術歴 74166-0=職歴 57828-6=薬歴 34133-9=現病歴"),
    (_D, "Z0002=要約 60591-5=サマリ 18842-5=退院時サマリ 34746-8=看護サマリ"),
    (_D, "78454-6=パス 78292-0=手術パス 56447-6=計画書 59772-4=入院時診療計画書 60281-3=退院時指導計画書"),
    (_D, "51897-7=届出書 11488-4=意見書 64298-3=委任状 51899-3=明細書 72170-4=画像"),
    (_D, "57133-1=診療情報提供書 51852-2=その他書類"),
)


class StandardKind(NamedTuple):
    """One line of the table of standard document codes."""

    label: str
    document_class: DocumentClass


STANDARD_KINDS: dict[str, StandardKind] = {
    code: StandardKind(label, document_class)
    for document_class, line in _TABLE
    for code, _, label in (item.partition("=") for item in line.split())
}
"""LOINC code (or the table's own Z code) -> what it is called and its class (§6.5)."""


class DocumentKind(NamedTuple):
    """データ種別フォルダ of an extended storage in its two triplets."""

    local: Coding
    standard: Coding
    well_formed: bool
    """Whether the name has three or six components (EXT-02)."""

    @property
    def label(self) -> str:
        """What a person calls it: the hospital's own name first."""
        known = STANDARD_KINDS.get(self.standard.code)
        return self.local.text or self.standard.text or (known.label if known else "") or self.local.code

    @property
    def is_known(self) -> bool:
        """Say whether a table of ours has it."""
        return self.document_class is not _U or self.standard.code in STANDARD_KINDS

    @property
    def document_class(self) -> DocumentClass:
        """Class of its entries; unknown where neither code is in a table of ours."""
        if self.local.code == VITAL_SIGNS:
            return DocumentClass.VITAL_SIGN
        if self.local.code == DISPENSING:
            return DocumentClass.DISPENSE
        if known := STANDARD_KINDS.get(self.standard.code):
            return known.document_class
        return _P if self.local.code.startswith(_PHYSIOLOGY_SITES) else _U


def document_kind(folder: str) -> DocumentKind:
    """Read a folder's name, or the bare code that may stand in a content folder's name instead."""
    parts = [part.strip() for part in folder.split("^")]
    well_formed = len(parts) in {_ONE_TRIPLET, _TWO_TRIPLETS}
    parts += [""] * (_TWO_TRIPLETS - len(parts))
    local, standard = Coding(*parts[:3]), Coding(*parts[3:6])
    if not standard.code and local.code in STANDARD_KINDS:
        local, standard = Coding("", local.text, ""), Coding(local.code, local.text, LOINC)
    return DocumentKind(local, standard, well_formed)
