"""The people of the page tests: one with records of two hospitals and the clinic, one who did not consent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hie.record.clinical import Coding
from tests.build.records import (
    EXTERNAL,
    NONE,
    PENICILLIN,
    PROBLEM,
    REPORT,
    RESULT,
    VISIT,
    WHEN_NEEDED,
    admission,
    discharge,
    drug,
    result,
)
from tests.build.world import CENTRAL, CLINIC, HARBOUR, STRANGER, Somebody, World

BLOOD = {"group": Coding("E001", "血液学的検査", "99O03"), "specimen": Coding("019", "全血", "JC10")}


class Region(NamedTuple):
    """What the tests speak of."""

    world: World
    hanako: Somebody
    """At two hospitals and the clinic, consenting to all."""
    silent: Somebody
    """At one hospital, without a consent."""


def tell(folder: Path) -> Region:
    """Found the region and feed it."""
    world = World(folder)
    hanako = (
        world.a_patient("R000000001")
        .linked(CENTRAL, "0012345678")
        .linked(HARBOUR, "55501")
        .linked(CLINIC, "7001")
        .consenting()
        .there()
    )
    silent = (
        world.a_patient("R000000002")
        .named("無口 太郎", "ムクチ タロウ")
        .linked(CENTRAL, "0099999999")
        .linked(STRANGER, "8001")
        .there()
    )
    central(world, hanako)
    harbour(world, hanako)
    clinic(world, hanako)
    world.file(CENTRAL, silent, "OMP-01", [drug("見本睡眠薬")])
    for facility in (CENTRAL, HARBOUR, CLINIC):
        world.feed(facility)
    return Region(world, hanako, silent)


def central(world: World, hanako: Somebody) -> None:
    """File what the first hospital has of her."""
    world.file(
        CENTRAL,
        hanako,
        "OMP-01",
        [
            drug("見本カルシウム拮抗錠５ｍｇ"),
            drug(
                "見本利尿剤錠２０ｍｇ",
                dose="0.5",
                daily_dose="0.5",
                total="14",
                instructions=("粉砕指示",),
            ),
            drug(
                "見本鎮痛錠２５ｍｇ",
                group="02",
                usage=Coding("1050110020000000", "内服・経口・疼痛時１日２回まで", "JAMISDP01"),
                category=WHEN_NEEDED,
                daily_dose="",
                days="",
                occurrences="10",
                total="10",
                condition="１日２回まで",
            ),
            drug(
                "見本保湿軟膏０．３％",
                group="03",
                usage=Coding("2B72000000000000", "外用・塗布・１日２回", "JAMISDP01"),
                category=EXTERNAL,
                dose='""',
                dose_unit='""',
                daily_dose="",
                days="",
                total="2",
                total_unit="本",
                form="軟膏・ゲル",
                route=Coding("AP", "外用", "HL70162"),
                site=Coding("77R", "右手", "JAMISDP01"),
            ),
        ],
    )
    world.file(
        CENTRAL,
        hanako,
        "OML-11",
        [
            REPORT._replace(code=BLOOD["group"], specimen=BLOOD["specimen"]),
            result(
                "白血球数",
                "11.2",
                unit="×10^3/μL",
                unit_code=".10*3/uL",
                reference_range="3.3-8.6",
                flag="H",
                **BLOOD,
            ),
            result("ヘモグロビン", "9.8", unit="g/dL", reference_range="11.6-14.8", flag="L", **BLOOD),
            REPORT,
            result("クレアチニン", "0.71"),
            result("ＣＲＰ", "< 0.02", value_type="ST", reference_range="0.00-0.14", flag=""),
            result(
                "ＨＢｓ抗原",
                "  -",
                value_type="ST",
                unit="",
                unit_code="",
                reference_range="",
                flag="",
                status="P",
            ),
        ],
    )
    suspected = PROBLEM._replace(
        code=Coding("20053814", "肺炎", "MDCDX2"),
        icd10="J189",
        name="肺炎の疑い",
        instance="000000000200002",
        onset="20240510",
        suspected=True,
    )
    world.file(CENTRAL, hanako, "PPR-01", [PROBLEM._replace(primary=True), suspected])
    height = RESULT._replace(
        code=Coding("9N001000000000001", "身長", "JC10"),
        value="158.4",
        value_text="158.4",
        unit="cm",
        unit_code="cm",
        reference_range="",
        flag="",
        group=NONE,
        specimen=NONE,
        observed_at="",
    )
    world.file(CENTRAL, hanako, "ADT-00", [height, PENICILLIN])


def harbour(world: World, hanako: Somebody) -> None:
    """File her stay at the other hospital."""
    world.file(HARBOUR, hanako, "ADT-22", [admission("202403041000")], "20240304")
    world.file(HARBOUR, hanako, "ADT-52", [discharge("202403151000", "202403041000")], "20240315")
    fluid = drug(
        "見本生理食塩液５００ｍＬ",
        group="01_001",
        dose="500",
        dose_unit="mL",
        daily_dose="",
        total="",
        total_unit="",
        form="注射剤",
        usage=NONE,
        days="",
        start="202403050900",
        end="202403051100",
        category=Coding("02", "点滴", "JHSI0009"),
        dispensing=(),
        route=Coding("IV", "静脈内", "HL70162"),
        component="B",
        injection_kind=Coding("00", "一般", "JHSI0002"),
        rate="250 mL/hr",
        volume="510 mL",
        ordered_at="20240305083000",
    )
    additive = fluid._replace(
        medication=Coding("999005656", "見本ビタミン注", "HOT9"),
        dose="1",
        dose_unit="アンプル",
        component="A",
        strength="5 mg",
    )
    world.file(HARBOUR, hanako, "OMP-02", [fluid, additive], "20240305")


def clinic(world: World, hanako: Somebody) -> None:
    """File what the clinic has of her itself."""
    world.file(
        CLINIC, hanako, "ADT-12", [VISIT._replace(at="202405130930", admitted_at="202405130930")], "20240513"
    )
    world.file(
        CLINIC,
        hanako,
        "OMP-01",
        [
            drug(
                "見本整腸剤",
                dose_max="2",
                usage=Coding("1013044400000000", "", "JAMISDP01"),
                start="20240513",
                ordered_at="20240513094500",
            )
        ],
        "20240513",
    )
