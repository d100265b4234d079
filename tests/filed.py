"""Invented persons, documents and grants, for tests of what keeps and shows them."""

from __future__ import annotations

from collections.abc import Sequence

from consent.gate import decide
from consent.grant import Decision, Grant
from consent.model import (
    Action,
    Care,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Question,
    Region,
    Term,
    decisions_of,
)
from hie.exchange.ports import Filing, Store, UnitOfWork
from hie.record.clinical import Coding, Encounter, MedicationRequest, Observation
from hie.record.entry import (
    NO_LABELS,
    Confidentiality,
    DocumentClass,
    EntryFacts,
    EntryKey,
    EntryStatus,
    Format,
)
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.imaging import ImagingInstance
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Requester, Role
from hie.record.times import UNKNOWN_DAY, Day

HOSPITAL = FacilityCode("1310000001")
OTHER_HOSPITAL = FacilityCode("1310000002")
CLINIC = FacilityCode("1320000001")
OTHER_CLINIC = FacilityCode("1320000002")
HANAKO = PatientId("00000000000000000000000000000001")
TARO = PatientId("00000000000000000000000000000002")
NOW = 1_700_000_000_000
NOTHING = Coding()
AST = Coding("3B035000002327201", "AST(GOT)", "JC10")
CRP = Coding("5C070000002306201", "CRP", "JC10")


def a_person(patient: PatientId = HANAKO, kanji: str = "見本 花子", kana: str = "ミホン ハナコ") -> Patient:
    """Make a person."""
    family, _, given = kanji.partition(" ")
    kana_family, _, kana_given = kana.partition(" ")
    return Patient(patient, HumanName(family, given, kana_family, kana_given), Day(19700115), Sex.FEMALE)


def members(work: UnitOfWork) -> None:
    """Let the four facilities of these tests take part since ever."""
    known = {one.code for one in work.directory.all()}
    for mark, code in enumerate((HOSPITAL, OTHER_HOSPITAL, CLINIC, OTHER_CLINIC)):
        if code not in known:
            kind = FacilityKind.HOSPITAL if code in {HOSPITAL, OTHER_HOSPITAL} else FacilityKind.CLINIC
            work.directory.add(Facility(code, f"見本{mark}", kind, f"見{mark}", mark))


def consented(
    work: UnitOfWork, *provisions: Provision, patient: PatientId = HANAKO, at: int = NOW
) -> ConsentEvent:
    """Record a consent with these provisions, or with one that names nobody in particular."""
    event = ConsentEvent(0, patient, EventKind.GIVEN, at, "clerk", "form 1", provisions or (Provision(),))
    return work.consents.record(event)


def linked(work: UnitOfWork, facility: FacilityCode = HOSPITAL, value: str = "00012345") -> int:
    """Enrol Hanako and link a number of a facility to her."""
    work.patients.enrol(a_person())
    return work.patients.link(LocalPatientId(facility, value), HANAKO, "clerk", NOW)


def asked(work: UnitOfWork, who: Requester, patient: PatientId, now: int = NOW) -> Decision:
    """Ask the gate for somebody whose facility treats the patient; all take part, all others are linked."""
    log = decisions_of(work.consents.events([patient]).get(patient, ()))
    others = frozenset({HOSPITAL, OTHER_HOSPITAL, CLINIC, OTHER_CLINIC}) - {who.facility}
    others |= _linked_to(work, patient)
    region = Region(dict.fromkeys((*others, who.facility), Membership((Term(0),))))
    treated = log._replace(care=(Care(who.facility),))
    return decide(Question(who, Action.VIEW, patient, treated, now, others, region))


def _linked_to(work: UnitOfWork, patient: PatientId) -> frozenset[FacilityCode]:
    file = work.patients.files([patient]).get(patient)
    return frozenset(local.facility for local in file.numbers) if file else frozenset()


def granted(
    work: UnitOfWork, action: Action, facility: FacilityCode, patient: PatientId = HANAKO, now: int = NOW
) -> Grant:
    """Ask the gate as a doctor (or, to publish, as the facility's system) and expect a grant.

    Every facility takes part since ever and has a number of the patient's: which of them are linked, the
    store asks itself.
    """
    role = Role.SYSTEM if action is Action.PUBLISH else Role.DOCTOR
    requester = Requester(f"{role.value}@{facility}", "見本 医師", facility, role)
    log = decisions_of(work.consents.events([patient])[patient])
    everybody = frozenset(
        {HOSPITAL, OTHER_HOSPITAL, CLINIC, OTHER_CLINIC, facility, *_linked_to(work, patient)}
    )
    region = Region(dict.fromkeys(everybody, Membership((Term(0),))))
    decision = decide(Question(requester, action, patient, log, now, everybody, region))
    assert isinstance(decision, Grant)
    return decision


def to_publish(work: UnitOfWork, facility: FacilityCode = HOSPITAL) -> Grant:
    """Ask the gate for leave to file Hanako's documents."""
    return granted(work, Action.PUBLISH, facility)


def to_publish_of(work: UnitOfWork, patient: PatientId, facility: FacilityCode = HOSPITAL) -> Grant:
    """Ask the gate for leave to file somebody's documents."""
    return granted(work, Action.PUBLISH, facility, patient)


def to_view(work: UnitOfWork, facility: FacilityCode = CLINIC) -> Grant:
    """Ask the gate for leave to see Hanako's documents."""
    return granted(work, Action.VIEW, facility)


def facts(
    day: int = 20250402,
    kind: str = "OML-11",
    document_class: DocumentClass = DocumentClass.LABORATORY_RESULT,
    order: str = "000000000000001",
    version: str = "20250402101500000",
    labels: int = NO_LABELS,
) -> EntryFacts:
    """Make the facts of a current, ordinary document."""
    return EntryFacts(
        EntryKey(str(day), kind, order, version),
        document_class,
        Day(day),
        "01",
        EntryStatus.APPROVED,
        Confidentiality.NORMAL,
        2,
        1,
        "",
        labels,
    )


def a_filing(
    store: Store,
    about: EntryFacts | None = None,
    content: bytes = b"MSH|^~\\&|invented",
    observations: Sequence[Observation] = (),
    medications: Sequence[MedicationRequest] = (),
    encounter: Encounter | None = None,
) -> Filing:
    """Make a small document ready to be filed."""
    about = about or facts()
    packed = store.packer.pack(about.key.data_kind, content)
    return Filing(
        about,
        Format.SSMIX2,
        content_hash(content),
        len(content),
        packed.body,
        packed.dictionary,
        observations,
        medications,
        encounter,
    )


def a_large_filing(store: Store, content: bytes, about: EntryFacts | None = None) -> Filing:
    """Make a large document ready to be filed: its bytes go to the object store first."""
    name = store.objects.put(content)
    return Filing(about or facts(), Format.DICOM, name, len(content), b"", 0, (), ())


def an_observation(
    code: Coding = AST,
    value: str = "31",
    observed_at: str = "20250402093000",
    shown: str = "",
    unit: str = "U/L",
) -> Observation:
    """Make a result."""
    text = shown or value
    return Observation(
        code, NOTHING, value, text, "NM", unit, unit, "13-30", "H", "F", observed_at, NOTHING, NOTHING, ""
    )


def a_drug(name: str, code: str = "620000001", local: str = "") -> MedicationRequest:
    """Make one drug of a prescription."""
    codes = {"medication": Coding(code, name, "HOT9"), "local": Coding("L1", local, "99Z")}
    texts = {"order_number": "1", "group": "01", "dose": "1", "dose_unit": "錠", "days": "14"}
    blank: dict[str, object] = dict.fromkeys(MedicationRequest._fields, "")
    blank |= dict.fromkeys(("usage", "category", "route", "site"), NOTHING)
    blank |= dict.fromkeys(("usage_supplements", "dispensing", "instructions"), ())
    return MedicationRequest._make({**blank, **codes, **texts}.values())


def an_image(
    sop: str, study: str = "1.2.3", series: str = "1.2.3.1", day: int = 20250402, number: int = 1
) -> ImagingInstance:
    """Make the header of an image."""
    name = HumanName("見本", "花子", "ミホン", "ハナコ")
    uids = (study, series, sop, "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1")
    days = (UNKNOWN_DAY, Day(day))
    texts = ("101500", "A1", "CT", "胸部", "単純")
    return ImagingInstance._make((*uids, "00012345", name, *days, *texts, 1, number, "CHEST", 512, 512, 1, 0))
