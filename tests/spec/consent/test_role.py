"""Which roles open what at most, line by line."""

from __future__ import annotations

import pytest

from hie.record.requester import Role
from tests.spec.consent.tables import Row, answer

LAB = "A laboratory-result"
YES = "open: consent-in-force"
NO = "closed: role"

ALL = "given A → B up to restricted opting in to everything"
DRUG = "A prescription"

TABLE = (
    Row(ALL, "B doctor views", LAB, YES, "Treats."),
    Row(ALL, "B dentist views", LAB, YES, "Treats."),
    Row(ALL, "B nurse views", LAB, YES, "Treats."),
    Row(ALL, "B visiting-nurse views", LAB, YES, "Treats."),
    Row(ALL, "B pharmacist views", LAB, YES, "Checks doses by it."),
    Row(ALL, "B therapist views", LAB, YES, "Treats."),
    Row(ALL, "B liaison views", LAB, "left out", "Arranges treatment, reads no results."),
    Row(ALL, "B care-manager views", LAB, "left out", "Sees the summary and the list of medicines."),
    Row(ALL, "B care-worker views", LAB, "left out", "Sees the summary and the list of medicines."),
    Row(ALL, "B clerk views", LAB, NO, "Registers people, reads nothing."),
    Row(ALL, "B privacy-officer views", LAB, NO, "Verifies and reviews, reads nothing."),
    Row(ALL, "B secretariat views", LAB, NO, "Runs the network, reads nothing."),
    Row(ALL, "B feed-operator views", LAB, NO, "Watches a hospital's feed, reads nothing."),
    Row(ALL, "B patient views", LAB, NO, "Sees their own record at their own request only."),
    Row(ALL, "B family views", LAB, NO, "Sees a patient's record at their request only."),
    Row(ALL, "B system views", LAB, NO, "A part of the system reads nothing."),
    Row(ALL, "B pharmacist views", DRUG, YES, "Dispenses."),
    Row(ALL, "B pharmacist views", "A problem", YES, "The names of diagnoses."),
    Row(ALL, "B pharmacist views", "A note", "left out", "No free text."),
    Row(ALL, "B pharmacist views", "A image", "left out", "No pictures."),
    Row(ALL, "B therapist views", "A note", "left out", "No free text."),
    Row(ALL, "B therapist views", "A image", "left out", "No pictures."),
    Row(ALL, "B nurse views", "A image", YES, "Nurses at the bedside look at pictures."),
    Row(ALL, "B liaison views", "A note", YES, "The summary, and what it stands on."),
    Row(ALL, "B liaison views", DRUG, YES, "The list of medicines."),
    Row(ALL, "B care-manager views", "A document", YES, "The summary at discharge."),
    Row(ALL, "B care-manager views", DRUG, YES, "The list of medicines."),
    Row(ALL, "B care-manager views", "A note", "left out", "No free text."),
    Row(ALL, "B care-worker views", "A problem", "left out", "No diagnoses."),
    Row(ALL, "B doctor views", "A note bearing psychiatry", YES, "Opted in to."),
    Row(ALL, "B nurse views", "A note bearing psychiatry", "left out", "Sensitive: not for this role."),
    Row(ALL, "B liaison views", "A note bearing addiction", "left out", "Sensitive: not for this role."),
    Row(ALL, "B pharmacist views", "A prescription bearing hiv", YES, "Medicines against HIV, opted in to."),
    Row(ALL, "B pharmacist views", "A problem bearing hiv", "left out", "Only the medicines."),
    Row(ALL, "B nurse views", "A note bearing not-told", YES, "Who treats must know what was not told."),
    Row("", "A, linked, doctor views", "A unknown", "open: own-facility", "Its own doctor knows what it is."),
    Row("", "A, linked, nurse views", "A unknown", "left out", "Nobody knows what it is."),
    Row("", "A, linked, nurse views", "A note bearing psychiatry", "left out", "Also at home."),
    Row(f"{ALL}; withdrawn * → *", "B clerk views", LAB, "closed: role, withdrawn", "Both say no."),
    Row("", "B clerk views", LAB, NO, "No consent, and no role for it."),
    Row(ALL, "B clerk views for administration", LAB, NO, "The role alone is enough."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.asks} {row.document} {row.decided}")
def test_no_role_opens_more_than_its_ceiling(row: Row) -> None:
    assert answer(row) == row.answer


def test_every_role_has_its_row() -> None:
    assert {row.asks.split(" views")[0].split()[-1] for row in TABLE} == set(Role)
