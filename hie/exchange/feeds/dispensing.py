"""A file of 電子版お薬手帳 as documents: one content folder for each visit to a pharmacy."""

from __future__ import annotations

from typing import NamedTuple

from hie.readers.jahis import TITLE, Notebook
from hie.record.times import Day
from ssmix2.documentkind import DISPENSING
from ssmix2.extended import pack_folder
from ssmix2.layout import NO_DEPARTMENT, ConditionFlag, FileName

DATA_KIND = f"{DISPENSING}^{TITLE}^99ZL01"
_FILE = "main_document.txt"
_LONGEST_KEY = 18


class Dispensed(NamedTuple):
    """One visit, ready to be fed as a document of an extended storage (`Format.CONTENT_FOLDER`)."""

    name: FileName
    content: bytes
    day: Day
    drugs: int

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Dispensed({self.drugs} drugs)"


def dispensed(notebook: Notebook, number: str, key: str, version: str) -> list[Dispensed]:
    """Make the documents of a file.

    `number` is the facility's own of the patient, `key` names the upload (letters and digits), `version`
    is 発生日時: 14 to 17 digits. Visits are numbered behind the key, in the file's order.
    """
    return [
        Dispensed(
            FileName(
                number,
                str(visit.day),
                DATA_KIND,
                f"{key[:_LONGEST_KEY]}{place:03d}",
                version,
                NO_DEPARTMENT,
                str(ConditionFlag.CURRENT),
            ),
            pack_folder({_FILE: visit.content}),
            visit.day,
            len(visit.drugs),
        )
        for place, visit in enumerate(notebook.visits, 1)
    ]
