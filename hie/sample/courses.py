"""Ways to be ill: courses of years, short illnesses, reasons to be admitted, what many take besides."""

from __future__ import annotations

from typing import NamedTuple

from hie.sample.drugs import Infusion


class Course(NamedTuple):
    """A way to be ill for years."""

    weight: int
    department: str
    diseases: str
    interval: int
    """Days between visits."""
    tests_each: int
    """Every how many visits blood is taken."""
    order_set: str
    rps: tuple[str, ...]
    """Each `usage: drug dose, drug dose`."""
    levels: str = ""
    """Laboratory levels of this course, `key=value`."""


COURSES = (
    Course(16, "01", "hypertension", 42, 3, "clinic", ("morning: calcium 1, arb 1",)),
    Course(
        12,
        "73",
        "diabetes dyslipidemia",
        35,
        1,
        "diabetes",
        ("twice: biguanide 2", "morning: dpp4 1, statin 1"),
        "A1C=7.2 LDL=121",
    ),
    Course(
        10,
        "01",
        "dyslipidemia hyperuricemia",
        56,
        2,
        "routine",
        ("morning: statin 1, urate 1",),
        "LDL=141 UA=6.4",
    ),
    Course(
        7,
        "08",
        "heart-failure fibrillation hypertension",
        28,
        1,
        "heart",
        ("morning: beta 1, diuretic 1, arb 1, anticoagulant 1", "bedtime: magnesium 2"),
        "BNP=820 CRE=0.98 K=4.4",
    ),
    Course(
        6,
        "48",
        "kidney anemia hypertension",
        28,
        1,
        "kidney",
        ("morning: calcium 1, arb 2, vitamin-d 1", "thrice: phosphate 1"),
        "CRE=2.05 BUN=34 Hb=10.6 K=4.6 IP=4.2 UPRO=3",
    ),
    Course(
        5,
        "35",
        "rheumatism osteoporosis",
        35,
        1,
        "rheumatism",
        ("twice: antirheumatic 1", "morning: steroid 0.5, folic 1"),
        "CRP=0.6 RF=88 MMP3=140",
    ),
    Course(5, "71", "thyroid-low", 63, 1, "thyroid", ("morning: thyroxine 1",), "TSH=3.2 FT4=1.2"),
    Course(6, "45", "copd asthma", 42, 3, "general", ("morning: antihistamine 1", "inhale-2: inhaler 1")),
    Course(3, "09", "asthma", 42, 4, "general", ("evening: antihistamine 1", "inhale-2: inhaler 1")),
    Course(8, "11", "knee back-pain", 35, 6, "short", ("thrice: nsaid 1, mucosa 1", "patch-1: patch 28")),
    Course(5, "06", "reflux constipation", 56, 2, "routine", ("morning: ppi 1", "thrice: magnesium 2")),
    Course(4, "20", "prostate", 56, 2, "short", ("evening: alpha 1",)),
    Course(4, "26", "glaucoma cataract", 84, 9, "short", ("eye-1: eyedrop 2", "eye-3: dry-eye 3")),
    Course(
        3,
        "19",
        "atopy",
        42,
        4,
        "general",
        ("evening: antihistamine 1", "smear-2: ointment 4, steroid-cream 2"),
        "EOS=11",
    ),
    Course(2, "50", "depression insomnia", 28, 6, "routine", ("evening: ssri 1", "sleepless: sleep 1")),
    Course(
        2,
        "47",
        "colon-cancer anemia",
        14,
        1,
        "tumour",
        ("morning: ppi 1, steroid 1",),
        "CEA=18 CA199=64 Hb=10.8 ALB=3.6",
    ),
    Course(
        2,
        "43",
        "kidney-failure anemia hypertension",
        7,
        1,
        "kidney",
        ("morning: calcium 1, arb 2", "thrice: phosphate 2"),
        "CRE=8.8 BUN=61 Hb=10.8 K=5.2 IP=5.3 UPRO=3",
    ),
)
SHORT_ILLNESSES = (
    ("cold", "01", ("thrice: expectorant 1, antitussive 1", "fever: analgesic 1"), ""),
    ("bronchitis", "01", ("morning: antibiotic 1", "thrice: expectorant 1"), "general"),
    ("gastroenteritis", "01", ("thrice: powder 1",), "short"),
    ("cystitis", "20", ("morning: quinolone 1",), "short"),
    ("back-pain", "11", ("thrice: nsaid 1, mucosa 1", "patch-1: patch 14"), ""),
    ("eczema", "19", ("smear-2: steroid-cream 1",), ""),
    ("rhinitis", "01", ("evening: antihistamine 1",), ""),
)


class Admission(NamedTuple):
    """A reason to be admitted and what is done then."""

    disease: str
    department: str
    days: int
    order_set: str
    levels: str
    injections: tuple[Infusion, ...]
    images: tuple[tuple[str, str], ...]
    food: str = "regular"
    """Key of a diet of `hie.sample.ward`."""
    operation: str = ""
    """What is done on the second day; nothing is eaten before."""
    elective: bool = False
    """Whether the admission is planned ahead."""
    heart: bool = False
    """Whether an electrocardiogram is taken at admission."""
    rehabilitated: bool = False
    """Whether another department takes over in the second half."""


ADMISSIONS = (
    Admission(
        "pneumonia",
        "45",
        11,
        "inflammation",
        "CRP=11.8 WBC=13.9 NEU=84",
        (
            Infusion((("saline", "100"), ("penicillin", "1")), "200 mL/hr", 9, 30),
            Infusion((("maintenance", "500"),), "60 mL/hr", 10, 480),
        ),
        (("CR", "胸部"), ("CT", "胸部")),
    ),
    Admission(
        "heart-failure",
        "08",
        15,
        "heart",
        "BNP=4200 CRE=1.4",
        (Infusion((("saline", "100"), ("furosemide-inj", "1")), "50 mL/hr", 9, 60),),
        (("CR", "胸部"),),
        food="salt",
        heart=True,
    ),
    Admission(
        "hip-fracture",
        "11",
        24,
        "admission",
        "Hb=9.8 CRP=6.1 DD=8.2",
        (Infusion((("saline", "100"), ("cef-inj", "1")), "200 mL/hr", 8, 30),),
        (("CR", "股関節"), ("CT", "骨盤")),
        operation="人工骨頭挿入術",
        heart=True,
        rehabilitated=True,
    ),
    Admission(
        "pyelonephritis",
        "20",
        8,
        "inflammation",
        "CRP=15.2 WBC=15.1 NEU=88",
        (
            Infusion((("saline", "100"), ("cef-inj", "1")), "200 mL/hr", 9, 30),
            Infusion((("glucose-drip", "500"),), "80 mL/hr", 11, 360),
        ),
        (("CT", "腹部"),),
    ),
    Admission(
        "colon-polyp",
        "06",
        2,
        "short",
        "",
        (Infusion((("maintenance", "500"),), "80 mL/hr", 11, 360),),
        (),
        elective=True,
    ),
    Admission(
        "appendicitis",
        "10",
        6,
        "inflammation",
        "CRP=7.4 WBC=14.6 NEU=82",
        (Infusion((("saline", "100"), ("cef-inj", "1")), "200 mL/hr", 9, 30),),
        (("CT", "腹部"),),
        operation="腹腔鏡下虫垂切除術",
        heart=True,
    ),
)
EXTRAS = (
    "bedtime: magnesium 2",
    "morning: ppi 1",
    "sleepless: sleep 1",
    "thrice: mucosa 1, powder 1",
    "pain: analgesic 1",
    "patch-1: patch 28",
    "evening: antihistamine 1",
    "rising: bisphosphonate 1",
    "morning: vitamin-d 1, folic 1",
    "smear-2: ointment 2",
)
"""What many take besides."""
