"""What a clinic adds by itself, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "uploads.title": "Add own records",
    "uploads.button": "Add own records",
    "uploads.lead": (
        "They stand on this patient's calendar as records of {facility}. Only facilities that may "
        "see your records by the patient's consent see them."
    ),
    "uploads.why_not.no-number": (
        "{facility} has no number of this patient, so nothing can be added. Ask the desk to register "
        "the number."
    ),
    "uploads.why_not.view-only": (
        "By this patient's consent {facility} only reads. To add records it must be named as disclosing."
    ),
    "uploads.files": "Drop files here, or choose them",
    "uploads.allowed": (
        "PDF, photographs (JPEG, PNG), DICOM images, medication notebook files (JAHIS). Up to {most} "
        "MB each. Where and with what a photograph was taken is removed."
    ),
    "uploads.submit": "Look at them",
    "uploads.sending": "Sending",
    "uploads.failed": "It could not be sent. Check the connection and try again.",
    "uploads.waiting": "To be seen before they are added",
    "uploads.preview": "First page of {name}",
    "uploads.kind": "Kind of document",
    "uploads.name": "Title",
    "uploads.day": "Day of the record",
    "uploads.day_of": "Day of the record",
    "uploads.department": "Department",
    "uploads.add": "Add",
    "uploads.discard": "Do not add",
    "uploads.refused": "Cannot be added",
    "uploads.clear": "Clear",
    "uploads.clear_name": "Clear {name} from the list",
    "uploads.filed": "Added",
    "uploads.none": "Nothing was added lately.",
    "uploads.show": "Show on the calendar",
    "uploads.closed": "A file",
    "uploads.left_out": "{n} could not be added, such as what the consent does not cover.",
    "uploads.departments": "Other departments",
    "uploads.undone": "“{name}” was taken back. It is no longer on the calendar.",
    "uploads.undo": "Undo",
    "uploads.undo_name": "Take back {name}",
    "uploads.tables_lead": "To add results or prescriptions of many patients as CSV:",
    "uploads.is.pdf": "PDF",
    "uploads.is.photo": "Photograph",
    "uploads.is.dicom": "Image (DICOM)",
    "uploads.is.dispensing": "Medication notebook file",
    "uploads.is.unknown": "File of an unknown kind",
    "uploads.is.table": "CSV",
    "uploads.pages": "{n} pages",
    "uploads.visits": "{n} visits",
    "uploads.why.empty": "It is empty.",
    "uploads.why.size": "It is too large. Send smaller parts, or a lower resolution.",
    "uploads.why.type": "It is neither PDF, photograph, DICOM nor a medication notebook file.",
    "uploads.why.unreadable": "It is damaged or cannot be opened.",
    "uploads.why.pixels": "The picture has too many pixels.",
    "uploads.why.script": (
        "It holds something that acts when it is opened (a script or an attached file). Print it "
        "to a new PDF."
    ),
    "uploads.why.later": "Too many files are being looked at. Wait a little and try again.",
    "uploads.why.other-patient": "It is of another patient: the number or the birth date differs.",
    "uploads.why.future": "It says a day that is still to come.",
    "uploads.why.twice": "The same is there already.",
    "uploads.why.withheld": "The patient's consent does not cover it, so it was not added.",
    "uploads.why.other": "It could not be added.",
    "uploads.problem.no-number": "Your facility has no number of this patient.",
    "uploads.problem.view-only": "By this patient's consent your facility only reads.",
    "uploads.problem.files": "At most 50 files at once.",
    "uploads.problem.waiting": "Too many files wait to be seen. Decide about those first.",
    "uploads.problem.number": (
        "The patient's number at your facility has changed since. Take the file away and hand it in again."
    ),
    "uploads.problem.unfinished": "It is being added. Finish that first, then it can be taken back.",
    "uploads.problem.day": "Check the day.",
    "uploads.problem.future": "The day is still to come.",
    "uploads.problem.kind": "Choose a kind of document.",
    "uploads.problem.department": "Choose a department.",
    "uploads.problem.grown": "The study has images from before, so it cannot be taken back here.",
    "uploads.problem.decided": "It is decided already, or was not added today.",
    "uploads.problem.other": "That could not be done. Check what was entered.",
    "uploads.kind.57133-1": "Referral letter",
    "uploads.kind.11502-2": "Laboratory report",
    "uploads.kind.47045-0": "Report",
    "uploads.kind.18748-4": "Imaging report",
    "uploads.kind.28010-7": "ECG report",
    "uploads.kind.59281-6": "Echocardiography report",
    "uploads.kind.19805-1": "Endoscopy report",
    "uploads.kind.18842-5": "Discharge summary",
    "uploads.kind.34108-1": "Out-patient notes",
    "uploads.kind.70004-7": "Medical certificate",
    "uploads.kind.55115-0": "Imaging request",
    "uploads.kind.51897-7": "Notification",
    "uploads.kind.11488-4": "Opinion",
    "uploads.kind.72170-4": "Photograph",
    "uploads.kind.51852-2": "Other",
}
