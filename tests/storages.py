"""Small standardized storages and DICOM folders, invented for tests, and the hub that is fed with them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, get_type_hints

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.ports import Store
from hie.record.clinical import Coding, Demographics, DiagnosticReport, MedicationRequest, Observation
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient, PatientFacts, Sex
from hie.record.times import Day
from ssmix2.layout import FileName
from ssmix2.writer import Envelope, Practitioner, file_name, write

HOSPITAL = FacilityCode("1310000001")
CLINIC = FacilityCode("1310000002")
BORN = Day(19520315)
UID = "1.2.826.0.1.3680043.10.1"
"""Root of invented UIDs."""


class Document(NamedTuple):
    """A file of a storage, to be placed anywhere."""

    name: FileName
    content: bytes

    def place(self, root: Path, flag: str = "1") -> Path:
        """Write the file where it belongs below `root`."""
        path = root / self.name._replace(flag=flag).locator()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)
        return path


def laboratory(
    patient: str, order: int, results: int = 5, at: str = "20260310", value: str = "5.8"
) -> Document:
    """Write a laboratory report of so many results."""
    envelope = _envelope(order, at)
    group = Coding("3A0100000023270", "生化学", "JC10")
    specimen = Coding("023", "血清", "JC10")
    time = f"{at}090000"
    report = DiagnosticReport(
        envelope.order_number, group, time, time, "", specimen, Coding("01", "内科", "HL70069"), ""
    )
    observations = [
        Observation(
            code=Coding(f"3D0450000019062{number:02d}"[:17], f"検査{number}", "JC10"),
            local=Coding(f"L{number:04d}", f"院内{number}", "99LAB"),
            value=value,
            value_text=value,
            value_type="NM",
            unit="%",
            unit_code="%",
            reference_range="4.6-6.2",
            flag="H" if number % 3 == 0 else "",
            status="F",
            observed_at=time,
            group=group,
            specimen=specimen,
            sub_id="",
        )
        for number in range(results)
    ]
    return _document("OML-11", envelope, patient, at, [report, *observations])


def prescription(patient: str, order: int, at: str = "20260310") -> Document:
    """Write a prescription of one drug."""
    envelope = _envelope(order, at)
    blank = MedicationRequest._make(
        Coding() if kind is Coding else "" if kind is str else ()
        for kind in get_type_hints(MedicationRequest).values()
    )
    drug = blank._replace(
        order_number=envelope.order_number,
        group="01",
        medication=Coding("103835401", "ムコダイン錠250mg", "HOT9"),
        dose="1",
        dose_unit="錠",
        daily_dose="3",
        total="21",
        total_unit="錠",
        form="錠剤",
        usage=Coding("1013044400000000", "内服・経口・１日３回朝昼夕食後", "JAMISDP01"),
        days="7",
        start=at,
        category=Coding("21", "内服", "MR9P"),
        route=Coding("PO", "口", "HL70162"),
        prescription_number=envelope.order_number,
        status="NW",
        ordered_at=f"{at}090000",
        orderer=envelope.practitioner.name,
        injection_kind=Coding(),
    )
    return _document("OMP-01", envelope, patient, at, [drug])


def person(patient: str) -> Demographics:
    """Invent a person with this number."""
    facts = PatientFacts(
        LocalPatientId(HOSPITAL, patient), HumanName("東京", "花子", "トウキョウ", "ハナコ"), BORN, Sex.FEMALE
    )
    return Demographics(facts, "東京都千代田区", "100-0001", "03-0000-0000", "", "20260101090000")


def _envelope(order: int, at: str) -> Envelope:
    return Envelope(
        application="HIS",
        facility_name="中央病院",
        sent_at=f"{at}{90000 + order % 10000:06d}000"[:17],
        control_id=f"{at}{order:08d}",
        order_number=f"{order:015d}",
        department=Coding("01", "内科", "HL70069"),
        practitioner=Practitioner("D001", "山田", "太郎"),
        ordered_at=f"{at}090000",
        patient_class="O",
        facility_id=HOSPITAL,
    )


def _document(kind: str, envelope: Envelope, patient: str, at: str, records: list[object]) -> Document:
    content = write(kind, envelope, person(patient), records)  # type: ignore[arg-type]
    return Document(file_name(kind, envelope, patient, at), content)


def resent(document: Document, minutes: int = 30) -> Document:
    """Give a later version of a document: the same order, another time stamp and other bytes."""
    stamp = str(int(document.name.timestamp) + minutes * 100_000)
    content = document.content.replace(b"MSH|^~\\&|HIS", b"MSH|^~\\&|HIS2", 1)
    assert content != document.content
    return Document(document.name._replace(timestamp=stamp), content)


def instance(
    patient: str, study: int, series: int, number: int, pixels: bytes = b"\0" * 128, day: str = "20260310"
) -> bytes:
    """Write a CT slice of 8 by 8 pixels as a DICOM file."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{UID}.{study}.{series}.{number}"
    dataset.StudyInstanceUID = f"{UID}.{study}"
    dataset.SeriesInstanceUID = f"{UID}.{study}.{series}"
    dataset.PatientID = patient
    dataset.PatientName = "TOKYO^HANAKO=東京^花子=とうきょう^はなこ"
    dataset.PatientBirthDate = str(BORN)
    dataset.PatientSex = "F"
    dataset.StudyDate = day
    dataset.StudyTime = "101500"
    dataset.AccessionNumber = f"A{study:06d}"
    dataset.Modality = "CT"
    dataset.StudyDescription = "胸部CT"
    dataset.SeriesDescription = "AXIAL"
    dataset.SeriesNumber = series
    dataset.InstanceNumber = number
    dataset.BodyPartExamined = "CHEST"
    dataset.Rows = dataset.Columns = 8
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels
    return _written(dataset)


def _written(dataset: Dataset) -> bytes:
    from io import BytesIO  # noqa: PLC0415

    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def people(store: Store, linked: list[str], consented: list[str]) -> None:
    """Register hospital and clinic, link these numbers of the hospital, and let some consent."""
    with store.work() as work:
        work.directory.add(Facility(HOSPITAL, "中央病院", FacilityKind.HOSPITAL, "中央", 0))
        work.directory.add(Facility(CLINIC, "駅前医院", FacilityKind.CLINIC, "駅前", 1))
        for value in linked:
            who = PatientId(f"p-{value}")
            work.patients.enrol(
                Patient(who, HumanName("東京", "花子", "トウキョウ", "ハナコ"), BORN, Sex.FEMALE)
            )
            work.patients.link(LocalPatientId(HOSPITAL, value), who, "desk", 1)
    for value in consented:
        consent(store, value)


def consent(store: Store, value: str, provision: Provision = Provision()) -> None:  # noqa: B008  immutable
    """Record a consent of the person behind a number of the hospital; the clinic is named, so it treats."""
    named = provision._replace(recipients=provision.recipients or frozenset({CLINIC}))
    with store.work() as work:
        work.consents.record(
            ConsentEvent(0, PatientId(f"p-{value}"), EventKind.GIVEN, 1, "desk", "form 1", (named,))
        )
