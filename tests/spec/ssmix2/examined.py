"""Segments of an invented examination: ORC, TQ1, OBR as one group, and IPC."""

from __future__ import annotations

from hie.record.clinical import Coding, StudyLink
from tests.spec.ssmix2.desk import DOCTOR, ORDER, orc

CHEST = Coding("1000000000200000", "胸部単純", "JJ1017-16P")
ABDOMEN = Coding("6000000000250000", "腹部ＣＴ", "JJ1017-16P")
STOMACH = Coding("10000000001", "上部消化管内視鏡", "LENDO")
HEART = Coding("9A110", "標準１２誘導心電図", "JC10")
IPC = "IPC|ACC0303001|RP1|1.2.392.99.1.1|SPS1|CT^^DCM"
STUDY = StudyLink("ACC0303001", "RP1", "1.2.392.99.1.1", "SPS1", "CT")


def group(  # noqa: PLR0913  one argument per field that differs
    control: str,
    what: Coding,
    *,
    at: str = "",
    planned: str = "",
    status: str = "",
    reason: str = "",
    danger: str = "",
) -> str:
    """Write ORC, TQ1 and OBR; `at` is when it was done, `planned` when it shall be."""
    parent = ORDER if control == "CH" else ""
    reported = at and f"{at[:8]}1200"
    head = (
        f"OBR|1|{ORDER}||{'^'.join(what)}|||{at}|||||{danger}|{reason}|||{DOCTOR}||||||{reported}|||{status}"
    )
    return "\n".join(
        (
            orc(control, parent=parent),
            f"TQ1|1||||||{planned}||R^ルーチン^HL70485",
            f"{head}||||{parent}".rstrip("|"),
        )
    )
