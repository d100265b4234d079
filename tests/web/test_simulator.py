"""The simulator's page, and the one that looks back: who would see what, and who could on a day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hie.exchange.ports import Account
from hie.hub.app import application
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.served import Answer, Client, served
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, STRANGER

OFFICE = FacilityCode("1319900009")
HERS = "/simulator?patient=R000000001"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    told = tell(tmp_path_factory.mktemp("region"))
    encoded = told.world.passwords.hash(PASSWORD)
    with told.world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務局", 0))
        for login, facility, role in (
            ("office", OFFICE, Role.SECRETARIAT),
            ("officer", CENTRAL, Role.PRIVACY_OFFICER),
            ("stranger", STRANGER, Role.LIAISON),
        ):
            work.accounts.add(Account(login, login, login, facility, role, encoded))
    return told


@pytest.fixture(scope="module")
def address(region: Region) -> Iterator[str]:
    with served(application(region.world.hub())) as where:
        yield where


def _as(address: str, login: str) -> Client:
    client = Client(address)
    assert client.sign_in(login, PASSWORD).status == 303
    return client


def _token(page: Answer) -> str:
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_secretariat_finds_a_person_by_the_card(address: str) -> None:
    office = _as(address, "office")
    page = office.get("/simulator")
    sent = {"csrf_token": _token(page), "card": "R000000001"}
    assert office.post("/simulator", sent).headers["location"] == HERS
    missed = office.post("/simulator", {**sent, "card": "R999"})
    assert "見つかりません" in missed.text


def test_it_shows_how_many_a_doctor_sees_and_no_document(address: str) -> None:
    page = _as(address, "office").get(f"{HERS}&facility={CLINIC}&role=doctor").text
    assert "いま 見られます" in page
    assert "患者さんの同意があります" in page
    assert "見本中央病院" in page
    assert "1/1件" in page
    assert "見本カルシウム拮抗錠" not in page


def test_a_withdrawal_is_shown_in_words_and_shapes(address: str) -> None:
    office = _as(address, "office")
    page = office.get(f"{HERS}&facility={CLINIC}&role=doctor&change=withdraw-discloser&about={HARBOUR}").text
    assert "▼ 閉じる 0/1件" in page
    assert "変更すると 見られます" in page
    whole = office.get(f"{HERS}&facility={STRANGER}&role=doctor&change=withdraw-all").text
    assert "変更すると 見られません" in whole


def test_a_facility_learns_of_no_login_of_another(address: str) -> None:
    officer = _as(address, "officer")
    known, unknown = (officer.get(f"{HERS}&login={login}") for login in ("hamada", "nobody1"))
    assert known.status == 200
    assert known.text.replace("hamada", "nobody1") == unknown.text
    office = _as(address, "office")
    assert (
        office.get(f"{HERS}&login=hamada").text.replace("hamada", "nobody1")
        != office.get(f"{HERS}&login=nobody1").text
    )


def test_what_a_form_leaves_out_is_told(address: str) -> None:
    office = _as(address, "office")
    assert "施設か区分を選んでください" in office.get(f"{HERS}&change=hold").text
    assert "その利用者名の人はいません" in office.get(f"{HERS}&login=nobody").text
    assert office.get(f"{HERS}&role=king&on=1-1&label=x&change=merge").status == 200


def test_an_account_brings_its_own_facility_and_role(address: str) -> None:
    page = _as(address, "office").get(f"{HERS}&login=clerk").text
    assert "いま 見られません" in page
    assert "この職種では閲覧できません" in page


def test_an_officer_sees_the_numbers_of_the_own_hospital_only(address: str) -> None:
    page = _as(address, "officer").get(f"{HERS}&facility={CLINIC}&role=doctor").text
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "見本中央病院" in rows
    assert "見本港湾病院" not in rows


def test_who_has_no_number_of_the_person_learns_nothing_of_them(address: str) -> None:
    stranger = _as(address, "stranger")
    for path in (HERS, f"{HERS}&login=nobody", f"{HERS}&change=hold", "/simulator?patient=R404"):
        assert stranger.get(path).status == 404
    assert _as(address, "hamada").get("/simulator").status == 404


def test_a_facility_without_a_number_of_somebody_is_not_told_that_they_are_known(
    region: Region, address: str
) -> None:
    stranger = _as(address, "stranger")
    with region.world.store.work() as work:
        known = work.accounts.find("officer")
        assert known is not None
        work.accounts.add(known._replace(id="far", login="far", facility=STRANGER))
    far = _as(address, "far")
    for who, page in ((stranger, "/simulator"), (far, "/could-see")):
        sent = {"csrf_token": _token(who.get(page))}
        told = [who.post(page, {**sent, "card": card}) for card in ("R000000001", "R404")]
        assert [one.status for one in told] == [200, 200]
        assert all("見つかりません" in one.text for one in told)
    own = _as(address, "officer")
    sent = {"csrf_token": _token(own.get("/simulator")), "card": "R000000001"}
    assert own.post("/simulator", sent).headers["location"] == HERS


def test_looking_back_names_who_could_see_and_why(address: str) -> None:
    office = _as(address, "office")
    page = office.get("/could-see?patient=R000000001").text
    assert "見本駅前医院" in page
    assert "同意書 form" in page
    assert "見本カルシウム拮抗錠" not in page
    assert "あとから届いた撤回・希望などはありません。" in page
    assert "見本駅前医院" in office.get("/could-see?patient=R000000001&on=2024-05-01").text
    assert office.get("/could-see?patient=R000000001&on=9999-12-31").status == 200
    token = _token(office.get("/could-see"))
    found = office.post("/could-see", {"csrf_token": token, "card": "R000000001"})
    assert found.headers["location"] == "/could-see?patient=R000000001"
    missed = office.post("/could-see", {"csrf_token": token, "card": "R404"})
    assert "見つかりません" in missed.text


def test_the_same_as_a_file(address: str) -> None:
    answer = _as(address, "office").get("/could-see/table.csv?patient=R000000001")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "見本駅前医院" in answer.text


def test_a_patient_looks_back_at_the_own_record_and_no_other(region: Region, address: str) -> None:
    own = region.hanako.patient.id
    with region.world.store.work() as work:
        account = Account(
            *("hanako", "hanako", "試験 花子", OFFICE, Role.PATIENT),
            region.world.passwords.hash(PASSWORD),
            patient=own,
        )
        work.accounts.add(account)
    herself = _as(address, "hanako")
    page = herself.get("/could-see").text
    assert "見本駅前医院" in page
    assert "実際に見た人は「誰が見たか」にあります" in page
    assert ">誰が見たか</a>" in page
    other = herself.get(f"/could-see?patient={region.silent.patient.id}").text
    assert "見本駅前医院" in other
    assert "無口" not in other
    assert herself.get("/could-see/table.csv").status == 404


def test_who_may_not_look_back_learns_nothing(address: str) -> None:
    assert _as(address, "stranger").get("/could-see?patient=R000000001").status == 404
    assert _as(address, "officer").get("/could-see?patient=R404").status == 404
    assert _as(address, "hamada").get("/could-see").status == 404
