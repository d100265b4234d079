"""A small hospital with all that makes ingest think, and a data folder that is ready for it."""

from __future__ import annotations

from pathlib import Path

from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from tests import storages

PATIENTS = 24
LINKED = [f"{number:010d}" for number in range(1, PATIENTS + 1)]
CONSENTED = LINKED[:-3]


def hospital(folder: Path) -> tuple[Path, Path]:
    """Write a standardized storage of about 400 files and a DICOM folder; return both."""
    root, images = folder / "storage", folder / "images"
    for patient in LINKED:
        for order in range(1, 13):
            storages.laboratory(patient, order, results=order).place(root)
        storages.prescription(patient, 50).place(root)
        storages.prescription(patient, 51).place(root, flag="0")
        older = storages.laboratory(patient, 60)
        older.place(root, flag="2")
        storages.resent(older).place(root)
    for patient in LINKED[:4]:
        storages.laboratory(patient, 70, results=600).place(root)
    storages.laboratory(LINKED[0], 80).place(root).write_bytes(b"no message at all")
    stray = storages.laboratory(LINKED[1], 81)
    stray.place(root).write_bytes(stray.content.replace(LINKED[1].encode(), LINKED[2].encode()))
    images.mkdir()
    for number in range(1, 9):
        (images / f"IM{number:04d}").write_bytes(storages.instance(LINKED[number % 2], number % 2, 1, number))
    return root, images


def hub(data: Path) -> None:
    """Make a data folder in which the hospital's patients are linked and most have consented."""
    store = stored_by(Settings(data_dir=data))
    storages.people(store, LINKED, CONSENTED)
    store.close()
