"""Invented hospitals, clinics and the people who work there; each hospital has its own dialect."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding
from hie.record.identifiers import FacilityCode, facility_code
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from hie.sample.names import MEN, SURNAMES, WOMEN
from hie.sample.plan import RegionPlan
from ssmix2.writer import Practitioner

DEPARTMENTS = {
    code: Coding(code, text, "HL70069")
    for code, text in (
        *(
            ("01", "内科"),
            ("02", "精神科"),
            ("04", "神経内科"),
            ("06", "消化器科"),
            ("08", "循環器科"),
            ("09", "小児科"),
            ("10", "外科"),
        ),
        *(
            ("11", "整形外科"),
            ("14", "脳神経外科"),
            ("19", "皮膚科"),
            ("20", "泌尿器科"),
            ("26", "眼科"),
            ("30", "放射線科"),
            ("33", "心療内科"),
        ),
        *(
            ("35", "リウマチ科"),
            ("36", "リハビリテーション科"),
            ("39", "救急科"),
            ("43", "血液透析科"),
            ("45", "呼吸器内科"),
        ),
        *(
            ("47", "腫瘍診療科"),
            ("48", "腎臓内科"),
            ("50", "精神神経科"),
            ("71", "内分泌内科"),
            ("73", "糖尿病内科"),
        ),
    )
}
NO_DEPARTMENT = Coding()

_HOSPITALS = """
中央 みどり野 白樺循環器 あおぞらリハビリテーション 霞台記念 北の丘 三日月 花筏 東雲 南風 若竹
風待 星見台 清流 虹ヶ崎 朝霧 夕凪 銀杏 芽吹 小春日 雪解 春雷 青嵐 秋桜 冬木 岬 浜風 磯辺 渚 汐入
松籟 竹林 梅花 桃源 桜並木 楓 欅 椿 水仙 鈴蘭 竜胆 桔梗 撫子 紫苑 山吹 千草 茜
""".split()
_CLINICS = "みなと内科 さざなみ けやき通り ひだまり こもれび かえで坂 せせらぎ あかね そよかぜ つくし".split()
_APPLICATIONS = ("KARTE1", "HIS-N", "MEDIS2", "CHART", "KARTE3")
_EVERY_FIFTH = 5
_MARKS = 8
_LARGE_REGION = 10
_CLINICS_PER_HOSPITAL = 6  # of a large region


class Site(NamedTuple):
    """A facility with what its storage looks like."""

    facility: Facility
    position: int
    application: str
    dialect: int
    """Which of the unit dialects of `hie.sample.analytes` its laboratory speaks."""
    stores: bool
    """Whether it has a standardized storage; clinics without one only look."""

    @property
    def code(self) -> FacilityCode:
        """The facility's code."""
        return self.facility.code

    @property
    def is_hospital(self) -> bool:
        """Say whether patients can be admitted here."""
        return self.facility.kind is FacilityKind.HOSPITAL

    @property
    def numbers_problems(self) -> bool:
        """Say whether each problem list gets an order number of its own, as the first hospital's do (Q14)."""
        return self.is_hospital and self.position % _EVERY_FIFTH == 0

    @property
    def logs_changes(self) -> bool:
        """Say whether it writes a transaction storage; every third hospital does not."""
        return self.is_hospital and self.position % 3 != 1

    @property
    def keeps_index(self) -> bool:
        """Say whether it keeps the index database SSMIXIDX; every second hospital does not."""
        return self.is_hospital and self.position % 4 in {0, 3}

    def local_number(self, index: int) -> str:
        """Give a person's number here; hospitals write ten digits, clinics seven, every fourth eight."""
        digits = 7 if not self.is_hospital else 8 if self.position % 4 == 3 else 10  # noqa: PLR2004
        number = (index * 1_000_003 + self.position * 271_829 + 31_415) % 10**6
        return f"{number + (self.position % 9) * 10**6:0{digits}d}"

    def doctor(self, department: str) -> Practitioner:
        """Name the doctor of a department."""
        number = sum(map(ord, department)) * 7 + self.position * 31
        family, _ = SURNAMES[number % len(SURNAMES)]
        given, _ = (WOMEN if number % 3 == 0 else MEN)[number % 40]
        return Practitioner(f"D{number % 10000:04d}", family, given)


class Member(NamedTuple):
    """Somebody who works in the region; passwords are made by whoever loads it."""

    login: str
    name: str
    facility: FacilityCode
    role: Role
    story: str = ""
    """Of a patient's or representative's account: the story whose patient it is about."""
    attested_days_ago: int = 0
    """When somebody last said that the person still works here."""


class Region(NamedTuple):
    """All sites and people of a region; patients are told one after another."""

    hospitals: tuple[Site, ...]
    clinics: tuple[Site, ...]
    others: tuple[Facility, ...]
    members: tuple[Member, ...]

    @property
    def demo_clinic(self) -> Site:
        """The clinic with its own storage that demonstrations sign in to."""
        return self.clinics[0]

    @property
    def facilities(self) -> tuple[Facility, ...]:
        """Every facility."""
        return (*(site.facility for site in (*self.hospitals, *self.clinics)), *self.others)

    @property
    def storages(self) -> tuple[Site, ...]:
        """Sites that have a storage."""
        return tuple(site for site in (*self.hospitals, *self.clinics) if site.stores)


def invented_region(plan: RegionPlan) -> Region:
    """Set up the facilities of a plan; clinics grow with hospitals."""
    hospitals = tuple(_hospital(position) for position in range(plan.hospitals))
    per_hospital = _CLINICS_PER_HOSPITAL if plan.hospitals >= _LARGE_REGION else 1
    clinics = tuple(_clinic(position) for position in range(plan.hospitals * per_hospital))
    others = (
        Facility(_code(8, 0), "見本かもめ薬局", FacilityKind.PHARMACY, "かもめ薬局", 4),
        Facility(
            _code(8, 1), "見本たんぽぽ訪問看護ステーション", FacilityKind.HOME_NURSING, "たんぽぽ訪看", 5
        ),
        Facility(_code(8, 2), "見本すずらん居宅介護支援事業所", FacilityKind.CARE_OFFICE, "すずらん居宅", 6),
        Facility(_code(9, 0), "見本県医療連携協議会事務局", FacilityKind.SECRETARIAT, "事務局", 0),
    )
    return Region(hospitals, clinics, others, _members(hospitals, clinics, others))


def _code(kind: int, position: int) -> FacilityCode:
    """Ten digits that no facility has: prefecture 99, table 1, kind, position."""
    return facility_code(f"991{kind}{position:06d}")


def _named(names: list[str], position: int) -> str:
    name = names[position % len(names)]
    return name if position < len(names) else f"第{position // len(names) + 1}{name}"


def _hospital(position: int) -> Site:
    name = _named(_HOSPITALS, position)
    short = (
        name.removesuffix("ーション")
        .removesuffix("記念")
        .removesuffix("循環器")
        .replace("リハビリテ", "リハ")
    )
    facility = Facility(
        _code(1, position), f"見本{name}病院", FacilityKind.HOSPITAL, short, position % (_MARKS - 1)
    )
    return Site(facility, position, _APPLICATIONS[position % len(_APPLICATIONS)], position % 4, stores=True)


def _clinic(position: int) -> Site:
    name = _named(_CLINICS, position)
    facility = Facility(
        _code(2, position),
        f"見本{name}クリニック",
        FacilityKind.CLINIC,
        name,
        _MARKS - 1 if position == 0 else position % (_MARKS - 1),
    )
    return Site(facility, 100 + position, "CLINIC-EMR", 0, stores=position % _EVERY_FIFTH == 0)


def _members(
    hospitals: tuple[Site, ...], clinics: tuple[Site, ...], others: tuple[Facility, ...]
) -> tuple[Member, ...]:
    clinic, hospital = clinics[0].code, hospitals[0].code
    pharmacy, nursing, care, secretariat = (facility.code for facility in others)
    return (
        Member("hamada", "浜田 圭介", clinic, Role.DOCTOR),
        Member("ono", "小野 真理", clinic, Role.DOCTOR),
        Member("kubo", "久保 さゆり", clinic, Role.NURSE),
        Member("kawai", "河合 研二", clinics[-1].code, Role.DOCTOR),
        Member("mori", "森 俊介", hospital, Role.DOCTOR),
        Member("arai", "新井 千尋", hospital, Role.LIAISON),
        Member("kanno", "菅野 智子", hospital, Role.PRIVACY_OFFICER),
        Member("noda", "野田 拓也", hospitals[1].code, Role.DOCTOR),
        Member("tanabe", "田辺 由香", pharmacy, Role.PHARMACIST),
        Member("shimizu", "清水 梢", nursing, Role.NURSE),
        Member("oki", "沖 和子", care, Role.CARE_MANAGER),
        Member("matsuda", "松田 亮", hospital, Role.FEED_OPERATOR),
        Member("jimukyoku", "事務局 担当", secretariat, Role.SECRETARIAT),
        Member("fujii", "藤井 真由美", secretariat, Role.SECRETARIAT),
        Member("hirai", "平井 佳奈", hospitals[1].code, Role.LIAISON),
        Member("sudo", "須藤 直樹", hospitals[1].code, Role.PRIVACY_OFFICER),
        Member("ueda", "上田 洋平", hospital, Role.PHARMACIST, attested_days_ago=95),
        Member("taguchi", "田口 修", hospital, Role.DOCTOR, attested_days_ago=375),
        Member("kanja", "患者 本人", secretariat, Role.PATIENT, "diabetic"),
        Member("kazoku", "患者の家族", secretariat, Role.FAMILY, "diabetic"),
    )
