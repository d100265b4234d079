"""Whatever records a message can hold: written and read, they are the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ssmix2
from hie.record.clinical import (
    NOWHERE,
    AllergyIntolerance,
    Coding,
    Condition,
    Contact,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    Exposure,
    Material,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Observation,
    ParentResult,
    Performer,
    Place,
    Procedure,
    Record,
    ResearchStudy,
    ServiceRequest,
    StudyLink,
)
from hie.record.entry import DocumentClass
from hie.record.findings import Severity
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import day_from_date
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_ORDER, UNDATED_KINDS, FileName
from ssmix2.validation import check_file
from ssmix2.writer import Envelope, Practitioner, file_name, write

few = settings(max_examples=40)
"""Drawing a message costs more than writing and reading it."""

FACILITY = FacilityCode("1312345678")
ORDER = "000000000104711"
NOTHING = Coding()
DELIMITERS_INSIDE = "日期糖五剤枝入服時応右愛移頓倍"
"""Kanji whose bytes in JIS X 0208 hold a delimiter of HL7."""

# Letters that stay what they are when written; delimiters are among them on purpose.
_letters = st.sampled_from(DELIMITERS_INSIDE + "薬カナひらＡ０・ー（）〜−Abc019 .,-/()<>|^~&\\")
_texts = st.text(_letters, max_size=12).map(str.strip)
_names = st.text(_letters, min_size=1, max_size=12).map(str.strip).filter(bool)
_kanji = st.text(st.sampled_from(DELIMITERS_INSIDE + "見本"), min_size=1, max_size=6)
_kana = st.text(st.sampled_from("アイウエオカガパー"), min_size=1, max_size=6)
_codes = st.text(st.sampled_from("ABCXYZ0123456789"), min_size=1, max_size=12)
_items = st.text(st.sampled_from("ABCXYZ0123456789"), min_size=17, max_size=17)
"""Codes of JLAC10, with 17 characters."""
_systems = st.sampled_from(["JC10", "HOT9", "99LOC", "MDCDX2"])
_days = st.dates(min_value=date(1900, 1, 1)).map(lambda day: f"{day:%Y%m%d}")
_clocks = st.sampled_from(["", "09", "0905", "090530"])
_times = st.builds(str.__add__, _days, _clocks)
_numbers = st.one_of(
    st.integers(0, 99999).map(str), st.decimals(0, 999, places=2, allow_nan=False).map(lambda n: f"{n:f}")
)
_codings = st.builds(Coding, _codes, _names, _systems)
_perhaps = st.one_of(st.just(NOTHING), _codings)
_ordered_items = st.one_of(
    st.builds(Coding, _items, _names, st.just("JC10")), st.builds(Coding, _codes, _names, st.just("99LAB"))
)
_departments = st.sampled_from([Coding("01", "内科", "HL70069"), Coding("7B1", "食道外科", "HL70069")])
_practitioners = st.builds(Practitioner, _codes, _kanji, _kanji)
_shown_doctors = st.one_of(st.just(""), st.builds("{} {}".format, _kanji, _kanji))

_contacts = st.builds(
    Contact,
    name=st.builds(HumanName, _kanji, _kanji, _kana, _kana),
    relationship=_perhaps,
    address=_texts,
    postal_code=st.sampled_from(["", "999-0002"]),
    home_phone=st.sampled_from(["", "099-000-2222"]),
    work_phone=st.sampled_from(["", "099-000-4444"]),
)

_doctors = st.builds("{} {}".format, _kanji, _kanji)
_notes = st.one_of(st.just(""), _names, st.builds("{}\n{}".format, _names, _names))
NO_PARENT = ParentResult(NOTHING, "", "")

_people = st.builds(
    Demographics,
    patient=st.builds(
        PatientFacts,
        source=st.just(LocalPatientId(FACILITY, "0012345678")),
        name=st.builds(HumanName, _kanji, _kanji, _kana, _kana),
        birth_day=st.dates().map(day_from_date),
        sex=st.sampled_from(Sex),
    ),
    address=_texts,
    postal_code=st.sampled_from(["", "999-0002"]),
    home_phone=st.sampled_from(["", "099-000-2222"]),
    work_phone=st.sampled_from(["", "099-000-4444"]),
    updated_at=_times,
    contacts=st.lists(_contacts, max_size=2).map(tuple),
    disabled=st.sampled_from(["", "Y", "N"]),
)


def _envelope(order_number: str) -> st.SearchStrategy[Envelope]:
    return st.builds(
        Envelope,
        application=st.just("KARTE1"),
        facility_name=_names,
        sent_at=st.just("20240510101502004"),
        control_id=_codes,
        order_number=st.just(order_number),
        department=_departments,
        practitioner=_practitioners,
        ordered_at=_times,
        patient_class=st.sampled_from("IO"),
        ward=_texts,
        accession_number=_codes,
        study_instance_uid=st.just("1.2.392.200250.99.1"),
        modality=st.sampled_from(["CT", "MR"]),
        facility_id=st.sampled_from(["", "HOSP"]),
        filler_number=_codes,
        requested_procedure=_codes,
        cancelled=st.just(value=False),
    )


_drugs = st.builds(
    MedicationRequest,
    order_number=st.just(ORDER),
    group=st.sampled_from(["01", "02", "13"]),
    medication=_codings,
    local=_perhaps,
    dose=st.one_of(_numbers, st.just('""')),
    dose_unit=_names,
    daily_dose=st.one_of(st.just(""), _numbers),
    total=_numbers,
    total_unit=_names,
    form=st.one_of(_texts, st.sampled_from(["錠剤", "軟膏・ゲル"])),
    usage=_perhaps,
    usage_supplements=st.just(()),
    days=st.one_of(st.just(""), st.integers(1, 90).map(str)),
    occurrences=st.one_of(st.just(""), st.integers(1, 30).map(str)),
    start=st.one_of(st.just(""), _times),
    end=st.one_of(st.just(""), _times),
    condition=_texts,
    category=_perhaps,
    dispensing=st.lists(st.one_of(_names, st.just("院外処方")), max_size=2).map(tuple),
    instructions=st.lists(st.one_of(_names, st.just("粉砕")), max_size=2).map(tuple),
    route=_codings,
    site=_perhaps,
    component=st.just(""),
    rate=st.just(""),
    prescription_number=_codes,
    status=st.sampled_from(["NW", "CA", "XO"]),
    ordered_at=_times,
    orderer=st.builds("{} {}".format, _kanji, _kanji),
    injection_kind=st.just(NOTHING),
    device=_perhaps,
    method=_perhaps,
    refills=st.sampled_from(["", "2"]),
    dose_max=st.one_of(st.just(""), _numbers),
    strength=st.sampled_from(["", "5 mg", "0.5 g"]),
    volume=st.just(""),
)


@st.composite
def _injections(draw: st.DrawFn) -> tuple[MedicationRequest, ...]:
    """One to three administrations, each of one to three components."""
    records: list[MedicationRequest] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        administration = draw(_drugs)._replace(
            group=f"01_{number:03}",
            injection_kind=draw(_codings),
            refills="",
            dose_max="",
            volume="510 mL",
            rate=draw(st.sampled_from(["", "H1", "100 mL/hr", "2.5 滴/min"])),
        )
        for _ in range(draw(st.integers(1, 3))):
            one = draw(_drugs)
            records.append(
                administration._replace(
                    medication=one.medication,
                    local=one.local,
                    dose=one.dose,
                    dose_unit=one.dose_unit,
                    strength=one.strength,
                    component=draw(st.sampled_from("AB")),
                )
            )
    return tuple(records)


@st.composite
def _observations(draw: st.DrawFn, group: Coding, specimen: Coding, *, own_time: bool = True) -> Observation:
    value_type = draw(st.sampled_from(["NM", "ST", "CWE"]))
    value, shown = "", ""
    if value_type == "NM":
        value = shown = draw(_numbers)
    elif value_type == "ST":
        value = shown = draw(st.sampled_from(["  -", " 3 +", "< 0.02", '""'])) + draw(_texts)
    else:
        code, shown = draw(_codes), draw(_kanji)
        value = f"{code}^{shown}"
    unit = draw(_texts)
    return Observation(
        code=draw(st.builds(Coding, _items, _names, st.just("JC10"))),
        local=draw(st.one_of(st.just(NOTHING), st.builds(Coding, _codes, _names, st.just("99LAB")))),
        value=value,
        value_text=shown,
        value_type=value_type,
        unit=unit,
        unit_code=draw(_texts) if unit else "",
        reference_range=draw(_texts),
        flag=draw(st.sampled_from(["", "H", "L", "N"])),
        status=draw(st.sampled_from("FPC")),
        observed_at=draw(_times) if own_time else "",
        group=group,
        specimen=specimen,
        sub_id=draw(st.sampled_from(["", "1", "2"])),
        note=draw(_notes) if own_time else "",
    )


@st.composite
def _laboratory(draw: st.DrawFn) -> tuple[Record, ...]:
    """Panels, each before its own results, as `read` gives them."""
    records: list[Record] = []
    for group in draw(st.lists(_codings, min_size=1, max_size=3)):
        specimen = draw(_codings)
        records.append(draw(_reports)._replace(code=group, specimen=specimen))
        records += draw(st.lists(_observations(group, specimen), max_size=3))
    return tuple(records)


_reports = st.builds(
    DiagnosticReport,
    order_number=st.just(ORDER),
    code=_codings,
    collected_at=_times,
    reported_at=st.one_of(st.just(""), _times),
    status=st.sampled_from(["", "CM", "IP", "CA"]),
    specimen=st.just(NOTHING),
    department=_departments,
    orderer=_doctors,
    parent=st.one_of(
        st.just(NO_PARENT), st.builds(ParentResult, _codings, st.sampled_from(["", "1"]), _texts)
    ),
    note=_notes,
)


@st.composite
def _conditions(draw: st.DrawFn) -> Condition:
    disease = draw(_kanji)
    prefix, suffix = (
        draw(st.sampled_from(["", "急性", "右"])),
        draw(st.sampled_from(["", "の疑い", "・再発"])),
    )
    if prefix in disease:
        prefix = ""
    return Condition(
        code=Coding(draw(st.from_regex(r"[0-9]{8}", fullmatch=True)), disease, "MDCDX2"),
        icd10=draw(st.sampled_from(["", "I10", "K297", "J189"])),
        name=f"{prefix}{disease}{suffix}",
        instance=draw(_codes),
        action=draw(st.sampled_from(["AD", "CO", "DE", "UP", "UC"])),
        onset=draw(st.sampled_from(["2019", "201904", "20190401"])),
        end=draw(st.one_of(st.just(""), _times)),
        outcome=draw(_perhaps),
        suspected="疑い" in suffix or draw(st.booleans()),
        primary=draw(st.booleans()),
        category=draw(st.sampled_from([NOTHING, Coding("O", "外来時", "JHSD0004")])),
        department=draw(_departments),
        restricted=draw(st.booleans()),
        teeth=tuple(draw(st.lists(_codings, max_size=2))),
    )


_beds = st.builds(Place, st.just(""), _names, _texts, _texts)
_places = st.one_of(st.just(NOWHERE), st.sampled_from([Place("01"), Place("7B1")]), _beds)
_perhaps_times = st.one_of(st.just(""), _times)


@st.composite
def _encounters(draw: st.DrawFn, event: str) -> Encounter:
    inside = event not in {"A04", "A54", "A55"} or draw(st.booleans())
    bed = draw(_beds) if inside and event != "A04" else NOWHERE
    at = draw(_times)
    return Encounter(
        event=event,
        patient_class="I" if bed.ward else "O",
        at=at,
        admitted_at=at if event in {"A04", "A01", "A11"} else draw(_perhaps_times),
        discharged_at=at if event in {"A03", "A13"} else draw(_perhaps_times),
        department=draw(st.sampled_from(["01", "7B1"])),
        ward=bed.ward,
        room=bed.room,
        bed=bed.bed,
        attending=draw(_shown_doctors),
        disposition=draw(st.sampled_from(["", "01", "20"])),
        admitting=draw(_shown_doctors),
        prior=draw(_places),
        reserved=draw(_places) if event in {"A26", "A27"} else NOWHERE,
        expected_discharge="" if event in {"A16", "A25"} else draw(_perhaps_times),
        expected_return=draw(_times) if event in {"A21", "A22", "A52", "A53"} else "",
        reason=draw(st.sampled_from(["", "01"])),
    )


_allergies = st.builds(
    AllergyIntolerance,
    category=_perhaps,
    substance=_codings,
    severity=_perhaps,
    reaction=_texts,
    action=st.sampled_from([Coding("A", "追加", "HL70323"), Coding("D", "削除", "HL70323")]),
    instance=_codes,
    reason=_texts,
    sensitivity=_perhaps,
    onset=st.one_of(st.sampled_from(["", "1996", "199601"]), _days),
    onset_text=_texts,
    reported_at=_perhaps_times,
    verification=_perhaps,
    verified_by=_shown_doctors,
    verified_at=_perhaps_times,
)
_coverages = st.builds(
    Coverage,
    kind=_codings,
    insurer=st.one_of(st.just(""), _codes),
    start=st.one_of(st.just(""), _days),
    end=st.one_of(st.just(""), _days),
    symbol=_texts,
    number=_codes,
    branch=st.sampled_from(["", "01"]),
    group=_texts,
    plan=st.sampled_from(["", "01"]),
    relationship=_perhaps,
)
_profiles = st.lists(
    st.one_of(
        _observations(NOTHING, NOTHING, own_time=False),
        st.builds(lambda kind, what: AllergyIntolerance(kind, what, NOTHING, ""), _perhaps, _codings),
        _coverages,
    ),
    max_size=4,
)
_ENCOUNTERS = [
    (code, message.partition("^")[2])
    for code, kind in KINDS.items()
    for message in kind.messages
    if kind.document_class is DocumentClass.ENCOUNTER
]


_known: st.SearchStrategy[tuple[Record, ...]] = st.lists(
    st.builds(
        lambda category, substance: AllergyIntolerance(category, substance, NOTHING, ""), _perhaps, _codings
    ),
    max_size=2,
).map(lambda known: (*known,))
_meals = st.builds(
    NutritionOrder,
    order_number=st.just(ORDER),
    kind=st.sampled_from("DSP"),
    meals=st.lists(_codings, max_size=2).map(tuple),
    foods=st.lists(_codings, min_size=1, max_size=2).map(tuple),
    texts=st.lists(_names, max_size=2).map(tuple),
    frequency=st.lists(_codings, max_size=2).map(tuple),
    start=st.one_of(st.just(""), _times),
    end=st.one_of(st.just(""), _times),
    status=st.sampled_from(["NW", "CA", "XO"]),
    ordered_at=_times,
    orderer=_doctors,
)
_requests = st.builds(
    ServiceRequest,
    order_number=st.just(ORDER),
    code=_codings,
    local=_perhaps,
    items=st.just(()),
    specimen=st.just(NOTHING),
    site=st.just(NOTHING),
    collected_at=st.one_of(st.just(""), _times),
    scheduled_at=st.one_of(st.just(""), _times),
    priority=_codings,
    reason=st.just(""),
    danger=_perhaps,
    control=st.sampled_from(["NW", "CA", "XO"]),
    status=st.sampled_from(["", "IP", "SC"]),
    ordered_at=_times,
    orderer=_doctors,
    department=_departments,
    note=_notes,
)


def _answers(group: Coding, specimen: Coding = NOTHING) -> st.SearchStrategy[list[Observation]]:
    return st.lists(_observations(group, specimen), max_size=2)


@st.composite
def _ordered(draw: st.DrawFn, kind: str) -> tuple[Record, ...]:
    """One examination, or several children and what is said of the whole order."""
    requests = draw(st.lists(_requests, min_size=1, max_size=3))
    several = len(requests) > 1
    common = draw(_answers(NOTHING)) if several else []
    records: list[Record] = list(dict.fromkeys(common))
    for request in requests:
        reason = draw(_texts) if kind == "OMG-03" else ""
        own = request._replace(reason=reason, control="CH" if several else request.control)
        records += (own, *draw(_answers(own.code)))
    return (*records, *(draw(_known) if kind == "OMG-03" else ()))


@st.composite
def _laboratory_orders(draw: st.DrawFn) -> tuple[Record, ...]:
    records: list[Record] = []
    for request in draw(st.lists(_requests, min_size=1, max_size=3)):
        own = request._replace(
            specimen=draw(_codings),
            site=draw(_perhaps),
            items=draw(st.lists(_ordered_items, max_size=3).map(tuple)),
        )
        answers = [one for one in draw(_answers(own.code, own.specimen)) if one.value != '""']
        records += (own, *answers)
    return (*records, *draw(_known))


@st.composite
def _procedures(draw: st.DrawFn, kind: str) -> Procedure:
    radiology = kind == "OMG-11"
    inside = draw(st.integers(0, 2)) if radiology else 0
    role = Coding(draw(_codes) + "." + draw(_codes), draw(_kanji), "")
    roles = [role] * inside + draw(st.lists(st.builds(Coding, _codes, _kanji, st.just("JSHR")), max_size=2))
    things = draw(st.lists(st.builds(Coding, _codes, _kanji, st.just("JSHR")), max_size=2))
    amount = st.one_of(st.just(""), st.builds("{} {}".format, _numbers, st.sampled_from(["kV", "mA", "cm"])))
    counts = st.sampled_from(["1", "12"])
    exposures = st.builds(Exposure, amount, amount, amount, amount, counts, _texts)
    return Procedure(
        code=draw(_codings),
        local=draw(_perhaps),
        times=draw(st.sampled_from(["", "1", "2"])),
        control="RS",
        surcharge=draw(_perhaps) if radiology else NOTHING,
        performers=tuple(Performer(role, draw(_doctors)) for role in roles),
        materials=tuple(
            Material(thing, draw(_codings), draw(_numbers), draw(_names), draw(st.sampled_from(["", "2"])))
            for thing in things
        ),
        start=draw(st.one_of(st.just(""), _times)),
        end=draw(st.one_of(st.just(""), _times)),
        exposures=tuple(draw(st.lists(exposures, max_size=2))) if radiology else (),
    )


@st.composite
def _performed(draw: st.DrawFn, kind: str) -> tuple[Record, ...]:
    """Examinations, what was found, what was done and found then, and the study."""
    records: list[Record] = []
    for report in draw(st.lists(_reports, min_size=1, max_size=2)):
        records += (report, *draw(_answers(report.code)))
        for done in draw(st.lists(_procedures(kind), max_size=2)) if kind != "OMG-13" else ():
            records += (done, *draw(_answers(done.code)))
    if kind != "OMG-13":
        records.append(StudyLink(draw(_codes), draw(_codes), "1.2.392.200250.99.1", draw(_codes), "ES"))
    return tuple(records)


@st.composite
def _given(draw: st.DrawFn, kind: str) -> tuple[Record, ...]:
    """What was given, some of it with its plan before and results behind."""
    records: list[Record] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        group = f"{number:02}" if kind == "OMP-11" else f"01_{number:03}"
        plan = draw(_drugs)._replace(group=group)
        if draw(st.booleans()) and kind == "OMP-11":
            records.append(plan)
        elif draw(st.booleans()) and kind == "OMP-12":
            plan = plan._replace(refills="", dose_max="", volume="510 mL", component="B")
            plan = plan._replace(injection_kind=draw(_codings))
            records += (plan, plan._replace(medication=draw(_codings), component="A"))
        for _ in range(draw(st.integers(1, 3))):
            records.append(draw(_administrations(plan)))
            records += draw(_answers(NOTHING)) if kind == "OMP-12" else []
        if kind == "OMP-12" and draw(st.booleans()):
            records.append(ResearchStudy(draw(_codes), draw(_perhaps), draw(_perhaps)))
    return tuple(records)


@st.composite
def _administrations(draw: st.DrawFn, plan: MedicationRequest) -> MedicationAdministration:
    ward = draw(_texts)
    return MedicationAdministration(
        order_number=ORDER,
        group=plan.group,
        medication=draw(_codings),
        local=draw(_perhaps),
        dose=draw(st.one_of(_numbers, st.just('""'))),
        dose_unit=draw(_names),
        form=draw(_texts),
        start=draw(_times),
        end=draw(_times),
        notes=tuple(draw(st.lists(_names, max_size=2))),
        performer=draw(_shown_doctors),
        place=Place("", ward, draw(_texts), draw(_texts)),
        rate=draw(_texts),
        lots=tuple(draw(st.lists(_codes, max_size=2))),
        expirations=tuple(draw(st.lists(_days, max_size=2))),
        manufacturer=draw(_perhaps),
        status=draw(st.sampled_from(["", "CP", "PA", "NA", "RE"])),
        refusal=draw(_perhaps),
        route=draw(_codings),
        site=draw(_perhaps),
        device=draw(_perhaps),
        method=draw(_perhaps),
        ordered_at=plan.ordered_at,
        orderer=plan.orderer,
        control=plan.status,
        strength=draw(st.sampled_from(["", "5 mg"])),
    )


def _name(kind: str, envelope: Envelope) -> FileName:
    return file_name(kind, envelope, "0012345678", "-" if kind in UNDATED_KINDS else "20240510")


def _back(
    kind: str, envelope: Envelope, person: Demographics, records: tuple[Record, ...]
) -> tuple[Record, ...]:
    """Write, read, and compare what the message says of its patient."""
    reading = ssmix2.read(_name(kind, envelope), write(kind, envelope, person, records), FACILITY)
    assert reading.patient == person.patient
    assert not [finding for finding in reading.findings if finding.severity is Severity.ERROR]
    return reading.records


@few
@given(_envelope(ORDER), _people, st.lists(_drugs, min_size=1, max_size=4).map(tuple))
def test_prescriptions_come_back(
    envelope: Envelope, person: Demographics, drugs: tuple[MedicationRequest, ...]
) -> None:
    assert _back("OMP-01", envelope, person, drugs) == drugs


@few
@given(_envelope(ORDER), _people, _injections())
def test_injections_come_back(
    envelope: Envelope, person: Demographics, components: tuple[MedicationRequest, ...]
) -> None:
    assert _back("OMP-02", envelope, person, components) == components


@few
@given(_envelope(ORDER), _people, _laboratory())
def test_laboratory_results_come_back(
    envelope: Envelope, person: Demographics, records: tuple[Record, ...]
) -> None:
    assert _back("OML-11", envelope, person, records) == records


@few
@given(_envelope(ORDER), _people, st.sampled_from(["OMG-01", "OMG-02", "OMG-03"]), st.data())
def test_examinations_ordered_come_back(
    envelope: Envelope, person: Demographics, kind: str, data: st.DataObject
) -> None:
    records = data.draw(_ordered(kind))
    assert _back(kind, envelope, person, records) == records


@few
@given(_envelope(ORDER), _people, st.sampled_from(["OMG-11", "OMG-12", "OMG-13"]), st.data())
def test_examinations_performed_come_back(
    envelope: Envelope, person: Demographics, kind: str, data: st.DataObject
) -> None:
    records = data.draw(_performed(kind))
    assert _back(kind, envelope, person, records) == records


@few
@given(_envelope(ORDER), _people, _laboratory_orders())
def test_laboratory_orders_come_back(
    envelope: Envelope, person: Demographics, records: tuple[Record, ...]
) -> None:
    assert _back("OML-01", envelope, person, records) == records


@few
@given(_envelope(ORDER), _people, st.lists(_meals, min_size=1, max_size=4).map(tuple), _known)
def test_meals_come_back(
    envelope: Envelope, person: Demographics, meals: tuple[Record, ...], allergies: tuple[Record, ...]
) -> None:
    assert _back("OMD", envelope, person, meals + allergies) == meals + allergies


@few
@given(_envelope(ORDER), _people, st.sampled_from(["OMP-11", "OMP-12"]), _known, st.data())
def test_what_was_given_comes_back(
    envelope: Envelope, person: Demographics, kind: str, allergies: tuple[Record, ...], data: st.DataObject
) -> None:
    records = data.draw(_given(kind)) + allergies
    assert _back(kind, envelope, person, records) == records


@few
@given(_envelope(NO_ORDER), _people, st.lists(_conditions(), min_size=1, max_size=4).map(tuple))
def test_diagnoses_come_back(
    envelope: Envelope, person: Demographics, conditions: tuple[Condition, ...]
) -> None:
    assert _back("PPR-01", envelope, person, conditions) == conditions


@few
@given(
    _envelope(NO_ORDER),
    _people,
    st.sampled_from(_ENCOUNTERS).flatmap(lambda pair: st.tuples(st.just(pair[0]), _encounters(pair[1]))),
)
def test_encounters_come_back_and_pass_the_checker(
    envelope: Envelope, person: Demographics, case: tuple[str, Encounter]
) -> None:
    kind, encounter = case
    assert _back(kind, envelope, person, (encounter,)) == (encounter,)
    _passes(kind, envelope._replace(department=NOTHING), person, (encounter,), encounter.at[:8])


@few
@given(_envelope(NO_ORDER), _people, st.lists(_allergies, min_size=1, max_size=4).map(tuple))
def test_allergies_come_back_and_pass_the_checker(
    envelope: Envelope, person: Demographics, allergies: tuple[AllergyIntolerance, ...]
) -> None:
    assert _back("ADT-61", envelope, person, allergies) == allergies
    _passes("ADT-61", envelope, person, allergies)


def _passes(
    kind: str, envelope: Envelope, person: Demographics, records: tuple[Record, ...], care_date: str = ""
) -> None:
    """Check a written file; what is only worth knowing (a field left empty) is no finding here."""
    name = file_name(kind, envelope, "0012345678", "-" if kind in UNDATED_KINDS else care_date)
    found = check_file(name.locator(), name.text(), write(kind, envelope, person, records))
    assert [one for one in found if one.finding.severity is not Severity.INFORMATION] == []


@few
@given(_envelope(NO_ORDER), _people, _profiles)
def test_people_come_back(envelope: Envelope, person: Demographics, profile: list[Record]) -> None:
    read = _back("ADT-00", envelope, person, tuple(profile))
    assert read[0] == person
    kinds = (Observation, AllergyIntolerance, Coverage)
    assert list(read[1:]) == [one for kind in kinds for one in profile if isinstance(one, kind)]


DAY = "20240510"
_NARROWED: dict[str, object] = {
    "ordered_at": f"{DAY}101500",
    "collected_at": DAY,
    "department": Coding("01", "内科", "HL70069"),
}
"""What the name of a file says too: the checker compares them."""
_DRAWN: dict[str, st.SearchStrategy[tuple[Record, ...]]] = {
    "ADT-00": _profiles.map(tuple),
    "ADT-61": st.lists(_allergies, min_size=1, max_size=4).map(tuple),
    "PPR-01": st.lists(_conditions(), min_size=1, max_size=4).map(tuple),
    "OMD": st.tuples(_meals),
    "OMP-01": st.lists(_drugs, min_size=1, max_size=4).map(tuple),
    "OMP-02": _injections(),
    "OMP-11": _given("OMP-11"),
    "OMP-12": _given("OMP-12"),
    "OML-01": _laboratory_orders(),
    "OML-11": _laboratory(),
    **{kind: _ordered(kind) for kind in ("OMG-01", "OMG-02", "OMG-03")},
    **{kind: _performed(kind) for kind in ("OMG-11", "OMG-12", "OMG-13")},
    **{
        kind: st.one_of([_encounters(event) for code, event in _ENCOUNTERS if code == kind]).map(
            lambda one: (one,)
        )
        for kind, _ in _ENCOUNTERS
    },
}


def _narrowed(kind: str, number: int, record: Record) -> Record:
    """Let a record agree with the file it is written to."""
    own = {field: value for field, value in _NARROWED.items() if field in record._fields}
    match record:
        case Encounter():
            del own["department"]
        case DiagnosticReport() if kind.startswith("OMG"):
            own["status"] = "F" if record.status else ""
        case MedicationAdministration():
            own["start"] = DAY + record.start[8:]
        case MedicationRequest() if kind == "OMP-01":
            own["group"] = f"{number:02}"  # drugs of one Rp are taken alike
    specimen = getattr(record, "specimen", NOTHING)
    if specimen.system == "JC10":  # the items would have to say the same material
        own["specimen"] = specimen._replace(system="99SPM")
    return record._replace(**own)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=15)
@given(data=st.data())
def test_the_checker_finds_nothing_in_what_the_writer_wrote(kind: str, data: st.DataObject) -> None:
    records = tuple(_narrowed(kind, *one) for one in enumerate(data.draw(_DRAWN[kind]), 1))
    has_order = KINDS[kind].document_class is not DocumentClass.ENCOUNTER and kind not in UNDATED_KINDS
    envelope = data.draw(_envelope(ORDER if has_order else NO_ORDER))
    envelope = envelope._replace(ordered_at=f"{DAY}101500", department=Coding("01", "内科", "HL70069"))
    care_date = DAY
    first = records[0] if records else None
    if isinstance(first, Encounter):
        envelope, care_date = envelope._replace(department=NOTHING), first.at[:8]
    _passes(kind, envelope, data.draw(_people), records, care_date)
