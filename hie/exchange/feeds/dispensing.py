"""A file of 電子版お薬手帳 as documents: one content folder for each visit to a pharmacy."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from hie.readers.jahis import TITLE, Notebook, Visit
from hie.record.times import Day
from ssmix2.documentkind import DISPENSING
from ssmix2.extended import pack_folder
from ssmix2.layout import NO_DEPARTMENT, ConditionFlag, FileName

DATA_KIND = f"{DISPENSING}^{TITLE}^99ZL01"
_FILE = "main_document.txt"
_KEY = 19


class Dispensed(NamedTuple):
    """One visit, ready to be fed as a document of an extended storage (`Format.CONTENT_FOLDER`)."""

    name: FileName
    content: bytes
    day: Day
    drugs: int

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Dispensed({self.drugs} drugs)"


def dispensed(notebook: Notebook, number: str, version: str) -> list[Dispensed]:
    """Make the documents of a file, one for each visit however often the file holds it.

    `number` is the facility's own of the patient, `version` is 発生日時: 14 to 17 digits. A visit is named
    by what was handed out, so that it has one place in whichever file it comes again.
    """
    return [
        Dispensed(
            FileName(
                number,
                str(visit.day),
                DATA_KIND,
                key,
                version,
                NO_DEPARTMENT,
                str(ConditionFlag.CURRENT),
            ),
            pack_folder({_FILE: visit.content}),
            visit.day,
            len(visit.drugs),
        )
        for key, visit in {_key(visit): visit for visit in notebook.visits}.items()
    ]


def _key(visit: Visit) -> str:
    """Name a visit by its day, its pharmacy and its drugs: who is named in the file plays no part."""
    said = repr((str(visit.day), visit.head.organization, [tuple(drug) for drug in visit.drugs]))
    return f"J{sha256(said.encode()).hexdigest()[:_KEY]}"
