"""Labels on the page of an opened document: put on with one press, taken off by two people."""

import pytest

from hie.exchange.ports import Account
from hie.record.requester import Role
from tests.build.page import Node, parse
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import CENTRAL, PASSWORD

PATIENT = "/patients/R000000001"
NOT_TOLD, PSYCHIATRY = "128", "1"


@pytest.fixture(scope="module")
def doctors(region: Region, address: str) -> tuple[Client, Client]:
    """Two doctors of the hospital."""
    encoded = region.world.passwords.hash(PASSWORD)
    with region.world.store.work() as work:
        for login in ("naka", "itou"):
            work.accounts.add(Account(login, login, f"見本 {login}", CENTRAL, Role.DOCTOR, encoded))
    clients = []
    for login in ("naka", "itou"):
        client = Client(address)
        assert client.sign_in(login, PASSWORD).status == 303
        clients.append(client)
    return clients[0], clients[1]


def _prescription(client: Client) -> str:
    page = parse(client.get(f"{PATIENT}?view=month&at=20240510").text)
    return next(
        link["href"] for link in page.all("a") if " 見本中央病院 処方" in link.attributes.get("title", "")
    )


def _labels(client: Client, where: str) -> Node:
    return next(one for one in parse(client.get(where).text).all("section") if one["class"] == "labels")


def _names(client: Client, where: str) -> list[str]:
    return [one.text for one in _labels(client, where).all("span") if one.attributes.get("class") == "label"]


def _change(client: Client, where: str, label: str, act: str) -> int:
    fields = parse(client.get("/patients").text).all("input")
    token = next(one["value"] for one in fields if one.attributes.get("name") == "csrf_token")
    return client.post(f"{where}/labels", {"label": label, "act": act, "csrf_token": token}).status


def test_who_wrote_it_puts_a_label_on_and_it_warns_everybody(
    doctors: tuple[Client, Client], doctor: Client
) -> None:
    own, _ = doctors
    where = _prescription(own)
    assert _names(own, where) == []
    assert _change(own, where, NOT_TOLD, "mark") == 303
    assert _names(own, where) == ["未告知"]
    elsewhere = parse(doctor.get(where).text)
    assert "患者さんに未告知の情報です。" in elsewhere.text
    assert not [form for form in elsewhere.all("form") if form["action"].endswith("/labels")]


def test_a_label_is_taken_off_by_another_doctor_only(doctors: tuple[Client, Client]) -> None:
    asking, other = doctors
    where = _prescription(asking)
    _change(asking, where, NOT_TOLD, "mark")
    assert _change(asking, where, NOT_TOLD, "ask") == 303
    assert _change(asking, where, NOT_TOLD, "agree") == 303
    assert _names(asking, where) == ["未告知"]
    assert "別の医師の確認が必要です" in _labels(other, where).text
    assert _change(other, where, NOT_TOLD, "agree") == 303
    assert _names(other, where) == []


def test_a_label_the_patient_did_not_opt_in_to_hides_it_elsewhere(
    doctors: tuple[Client, Client], doctor: Client
) -> None:
    own, other = doctors
    where = _prescription(own)
    assert doctor.get(where).status == 200
    _change(own, where, PSYCHIATRY, "mark")
    assert doctor.get(where).status == 404
    assert own.get(where).status == 200
    _change(own, where, PSYCHIATRY, "ask")
    _change(other, where, PSYCHIATRY, "agree")
    assert doctor.get(where).status == 200


@pytest.mark.parametrize(("label", "act"), [("512", "mark"), ("3", "mark"), ("0", "mark")])
def test_only_a_label_of_the_list_is_put_on(doctors: tuple[Client, Client], label: str, act: str) -> None:
    own, _ = doctors
    assert _change(own, _prescription(own), label, act) == 404


def test_nobody_else_changes_a_label(doctors: tuple[Client, Client], doctor: Client) -> None:
    own, _ = doctors
    where = _prescription(own)
    assert _change(doctor, where, PSYCHIATRY, "mark") == 404
    assert _names(own, where) == []


@pytest.mark.parametrize("number", [10**30, 2**63, 0, -1])
def test_a_number_that_no_document_has_is_as_absent(doctors: tuple[Client, Client], number: int) -> None:
    assert _change(doctors[0], f"{PATIENT}/entries/{number}", PSYCHIATRY, "mark") == 404
