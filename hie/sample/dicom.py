"""Small DICOM studies drawn from geometry, with Japanese names: a CT of ellipses, a chest X-ray of shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ComputedRadiographyImageStorage, CTImageStorage, ExplicitVRLittleEndian
from pydicom.valuerep import PersonName

from hie.record.people import HumanName
from hie.sample.chart import Chart, Document, Imaging, uid
from hie.sample.plan import day_text

CHARACTER_SETS = ["", "ISO 2022 IR 87"]
"""(0008,0005) `\\ISO 2022 IR 87`: ASCII first, JIS X 0208 by escape."""

SLICES = 24
_SIDE, _CHEST_SIDE = 256, 512
_AIR, _WATER, _BONE, _LUNG = -1000, 20, 700, -820
_LAST_LUNG_SLICE = 20


def phantom(chart: Chart, done: Imaging) -> Iterator[Document]:
    """Draw a CT series: a body of water with lungs or ventricles, a spine, and one dense spot."""
    series = uid(done.study_instance_uid, 1)
    for number in range(1, SLICES + 1):
        dataset = _header(chart, done, series, number, CTImageStorage)
        dataset.SeriesDescription = "体軸断 5mm"
        dataset.SliceThickness = "5"
        dataset.PixelSpacing = ["1.4", "1.4"]
        dataset.ImagePositionPatient = ["-180", "-180", str(-5 * number)]
        dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
        dataset.FrameOfReferenceUID = uid(done.study_instance_uid, "frame")
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "-1024", "1", "HU"
        dataset.WindowCenter, dataset.WindowWidth = (
            ("-600", "1500") if "胸" in done.description else ("40", "80")
        )
        _pixels(dataset, _slice(number, "胸" in done.description), signed=True)
        yield _document(chart, done, dataset, number)


def chest(chart: Chart, done: Imaging, patient_id: str = "") -> Iterator[Document]:
    """Draw one CR image of a chest; `patient_id` replaces the chart's own number."""
    dataset = _header(chart, done, uid(done.study_instance_uid, 1), 1, ComputedRadiographyImageStorage)
    if patient_id:
        dataset.PatientID = patient_id
    dataset.SeriesDescription = "正面"
    dataset.ViewPosition = "PA"
    dataset.PixelSpacing = ["0.7", "0.7"]
    dataset.WindowCenter, dataset.WindowWidth = "2048", "4096"
    _pixels(dataset, _chest(), signed=False)
    yield _document(chart, done, dataset, 1)


def person_name(name: HumanName) -> str:
    """Write PN with its three component groups: alphabetic, ideographic, phonetic."""
    alphabetic = f"{_romanized(name.kana_family)}^{_romanized(name.kana_given)}"
    return f"{alphabetic}={name.family}^{name.given}={name.kana_family}^{name.kana_given}"


def _header(chart: Chart, done: Imaging, series: str, number: int, sop_class: UID) -> Dataset:
    patient = chart.person.patient
    day, clock = day_text(done.ordinal), done.clock + "00"
    dataset = Dataset()
    dataset.SpecificCharacterSet = CHARACTER_SETS
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, UID(uid(series, number))
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = day
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = clock
    dataset.AccessionNumber = done.accession_number
    dataset.Modality, dataset.Manufacturer = done.modality, "MIHON"
    dataset.InstitutionName = chart.site.facility.name
    dataset.StudyDescription = done.description
    dataset.PatientName = PersonName(person_name(_writable(patient.name)))
    dataset.PatientID, dataset.PatientSex = chart.local.value, patient.sex.value
    dataset.PatientBirthDate = f"{patient.birth_day:08d}"
    dataset.PatientComments = chart.person.token
    dataset.BodyPartExamined = (
        "CHEST" if "胸" in done.description else "HEAD" if "頭" in done.description else "EXTREMITY"
    )
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = done.study_instance_uid, series
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = done.accession_number[-8:], 1, number
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.ImplementationClassUID = UID("2.25.1")
    return dataset


def _writable(name: HumanName) -> HumanName:
    """Use the kanji that JIS X 0208 holds, as hospitals do."""
    variants = str.maketrans("髙﨑", "高崎")
    return name._replace(family=name.family.translate(variants), given=name.given.translate(variants))


def _pixels(dataset: Dataset, pixels: NDArray[np.int16] | NDArray[np.uint16], *, signed: bool) -> None:
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored, dataset.HighBit = (16, 15) if signed else (12, 11)
    dataset.PixelRepresentation = int(signed)
    dataset.PixelData = pixels.tobytes()


def _document(chart: Chart, done: Imaging, dataset: Dataset, number: int) -> Document:
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    name = f"{dataset.Modality}{number:04d}_{dataset.PatientID}.dcm"
    folder = f"{day_text(done.ordinal)}/{done.accession_number}"
    return Document(chart.site.code, "dicom", f"{folder}/{name}", buffer.getvalue())


@lru_cache(2 * SLICES)
def _slice(number: int, lungs: bool) -> NDArray[np.int16]:  # noqa: FBT001  part of the cache's key
    """Draw one slice in stored values: Hounsfield units plus 1024."""
    y, x = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    swell = 1 - 0.15 * abs(number - SLICES / 2) / SLICES

    def ellipse(cx: float, cy: float, rx: float, ry: float) -> NDArray[np.bool_]:
        return np.asarray(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < swell**2)

    image = np.full((_SIDE, _SIDE), _AIR, np.int16)
    image[ellipse(0, 0, 0.88, 0.7)] = _WATER
    if lungs and number < _LAST_LUNG_SLICE:
        for side in (-0.42, 0.42):
            image[ellipse(side, -0.05, 0.32, 0.48)] = _LUNG
        image[ellipse(0.48, 0.22, 0.05 + 0.004 * number, 0.11)] = -180  # the pneumonia
        image[ellipse(0.1, -0.1, 0.2, 0.26)] = 45
    elif not lungs:
        image[ellipse(0, 0, 0.88, 0.7) & ~ellipse(0, 0, 0.82, 0.64)] = _BONE
        for side in (-0.16, 0.16):
            image[ellipse(side, -0.05, 0.07, 0.24)] = 5
        image[ellipse(-0.42, 0.05, 0.16, 0.22)] = 12
    if lungs:
        image[ellipse(0, 0.5, 0.11, 0.11)] = _BONE
    grain = (x * 7919 + y * 104729 + number * 31).view(np.uint64) >> np.uint64(20) & np.uint64(15)
    return np.asarray(image + grain.astype(np.int16) - 8 + 1024, np.int16)


@lru_cache(1)
def _chest() -> NDArray[np.uint16]:
    """Draw a front view: dark lungs, bright middle, ribs as bows."""
    y, x = np.mgrid[-1 : 1 : _CHEST_SIDE * 1j, -1 : 1 : _CHEST_SIDE * 1j]
    image = 2600 - 900 * np.abs(x)
    for side in (-0.45, 0.45):
        lung = ((x - side) / 0.36) ** 2 + ((y + 0.02) / 0.72) ** 2
        image -= 1500 * np.clip(1.15 - lung, 0, 1)
    image += 900 * np.exp(-(((x + 0.02) / 0.12) ** 2))
    image += 800 * (((x - 0.14) / 0.3) ** 2 + ((y - 0.35) / 0.34) ** 2 < 1)
    for rib in range(9):
        bow = y - (-0.75 + 0.17 * rib) - 0.25 * x**2
        image += 220 * np.exp(-((bow / 0.022) ** 2)) * (np.abs(x) < 0.85)  # noqa: PLR2004  where ribs end
    return np.asarray(np.clip(image, 0, 4095), np.uint16)


_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモ"
    "ヤユヨラリルレロワヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ"
)
_LATIN = """
A I U E O KA KI KU KE KO SA SHI SU SE SO TA CHI TSU TE TO NA NI NU NE NO HA HI FU HE HO MA MI MU ME MO
YA YU YO RA RI RU RE RO WA O N GA GI GU GE GO ZA JI ZU ZE ZO DA JI ZU DE DO BA BI BU BE BO PA PI PU PE PO
""".split()
_SYLLABLES = dict(zip(_KANA, _LATIN, strict=True))
_SMALL = {"ャ": "YA", "ュ": "YU", "ョ": "YO"}


def _romanized(kana: str) -> str:
    """Spell kana in Latin letters, roughly as on a passport."""
    text = ""
    for character in kana:
        if character in _SMALL and text.endswith("I"):
            stem = text[:-1]
            text = stem + (_SMALL[character][1:] if stem.endswith(("SH", "CH", "J")) else _SMALL[character])
        else:
            text += _SYLLABLES.get(character, "")
    return text.replace("OU", "O").replace("OO", "O").replace("UU", "U")
