"""Invented data of the medication notebook (JAHIS) that a patient brings along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.feeds.dispensing import DATA_KIND
from hie.sample.chart import Chart, Document
from hie.sample.documents import AREA
from hie.sample.drugs import DRUGS, USAGES
from hie.sample.facilities import DEPARTMENTS
from hie.sample.plan import day_text
from ssmix2.extended_writer import content_folder

_FORMS = {"21": ("1", "日分"), "22": ("3", "回分"), "23": ("5", "調剤")}
_PHARMACY = "11,見本かもめ薬局,99,4,9900008,,,,1"
_PHARMACIST = "15,田辺　由香,,1"


class HandedOut(NamedTuple):
    """One drug of a visit."""

    drug: str
    """Key of `DRUGS`."""
    usage: str
    """Key of `USAGES`."""
    amount: str
    """A day's of what is taken by mouth."""
    days: int
    name: str = ""
    """Where another product was given than `drug`."""


def brought(chart: Chart, ordinal: int, handed_out: int, drugs: Sequence[HandedOut]) -> Document:
    """Write the file of one visit to the pharmacy on day `handed_out`, taken in on day `ordinal`."""
    patient = chart.person.patient
    name = patient.name
    day = day_text(handed_out)
    sex = "2" if chart.person.female else "1"
    kana = f"{name.kana_family}　{name.kana_given}"
    lines = [
        "JAHISTC08,1",
        f"1,{name.family}　{name.given},{sex},{patient.birth_day},,,,,,,{kana}",
        f"5,{day},1",
        _PHARMACY,
        _PHARMACIST,
        "51,見本クリニック,99,1,9900007,1",
    ]
    for group, one in enumerate(drugs, 1):
        drug, usage = DRUGS[one.drug], USAGES[one.usage]
        form, unit = _FORMS[drug.category]
        text, coded = (one.name, "1,") if one.name else (drug.coding.text, f"6,{drug.coding.code}")
        lines += [
            f"201,{group},{text},{one.amount},{drug.unit},{coded},1",
            f"301,{group},{usage.coding.text},{one.days},{unit},{form},2,{usage.coding.code},1",
        ]
    lines.append("421,残薬があり、酸化マグネシウム型緩下錠は今回なし,1")
    content = "".join(f"{line}\r\n" for line in lines).encode("cp932")
    taken_in = day_text(ordinal)
    folder = content_folder(
        chart.local.value, day, DATA_KIND, taken_in.zfill(15), f"{taken_in}113500000", DEPARTMENTS["08"].code
    )
    return Document(chart.site.code, AREA, f"{folder.locator()}/main_document.txt", content)
