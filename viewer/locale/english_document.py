"""A document that is opened, and the pages of its files, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "document.author": "Author",
    "document.organization": "Author's organisation",
    "document.written": "Written",
    "document.custodian": "Custodian",
    "document.recipient": "To",
    "document.period": "Period of care",
    "document.attachments": "Attachments",
    "document.picture": "{name} (attached picture {n})",
    "document.download": "Download (PDF)",
    "document.not_shown": "a format that this screen does not show",
    "document.only_attachments": "The text stands in the attachments.",
    "document.page": "{name}, page {n} of {of}",
    "document.pages.open": "Show the pages",
    "document.pages.back": "Back to the document",
    "document.pages.more": "There are {n} more pages. Open the file to read them.",
    "document.pages.none": "The pages of this file cannot be shown.",
    "document.pages.failed": "The pages could not be loaded. Open it again.",
}
