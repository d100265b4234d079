"""The linking desk: the queue, two sides of one number, two people, splitting, and who looked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.linking import linking
from hie.exchange.linking.hearing import Heard, hear
from hie.exchange.linking.linking import Claim
from hie.exchange.ports import Account, AuditEvent
from hie.hub.app import application
from hie.record.identifiers import EntryId, LocalPatientId
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.requester import Purpose, Requester, Role
from tests.build.served import Answer, Client, served
from tests.build.stories import Region, tell
from tests.build.world import BORN, CENTRAL, CLINIC, HANAKO, HARBOUR, PASSWORD

OLD = HumanName("試驗", "花子", "シケン", "ハナコ")
FACTS = PersonFacts(HANAKO, BORN, Sex.FEMALE, "099-000-1111")
STAFF = (
    ("sato", "佐藤 事務局", CENTRAL, Role.SECRETARIAT),
    ("kato", "加藤 事務局", CENTRAL, Role.SECRETARIAT),
    ("renkei", "連携 室子", HARBOUR, Role.LIAISON),
)


@pytest.fixture
def region(tmp_path: Path) -> Region:
    """A region of its own for each test, with people who keep links."""
    told = tell(tmp_path)
    encoded = told.world.passwords.hash(PASSWORD)
    with told.world.store.work() as work:
        for login, name, facility, role in STAFF:
            work.accounts.add(Account(login, login, name, facility, role, encoded))
    return told


@pytest.fixture
def address(region: Region) -> Iterator[str]:
    """Where the region is served."""
    with served(application(region.world.hub())) as where:
        yield where


def _client(address: str, login: str) -> Client:
    client = Client(address)
    assert client.sign_in(login, PASSWORD).status == 303
    return client


@pytest.fixture
def sato(address: str) -> Client:
    """One of the secretariat."""
    return _client(address, "sato")


@pytest.fixture
def kato(address: str) -> Client:
    """Another one."""
    return _client(address, "kato")


def _sent(client: Client, path: str, **fields: str) -> Answer:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/links").text)
    assert token is not None
    return client.post(path, {"csrf_token": token[1]} | fields)


def _pressed(client: Client, surrogate: int, what: str, **fields: str) -> Answer:
    """Press a button of a number's page, as it is drawn now."""
    page = f"/links/{surrogate}"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(page).text)
    return _sent(client, f"{page}/{what}", seen=seen[1] if seen else "", **fields)


def _proposed(region: Region, by: str = "sato", facts: PersonFacts = FACTS) -> int:
    local = LocalPatientId(HARBOUR, "990001")
    requester = Requester(by, by, CENTRAL, Role.SECRETARIAT, Purpose.ADMINISTRATION)
    with region.world.store.work() as work:
        claim = Claim(local, region.hanako.patient.id, facts._replace(local=local))
        return linking.propose(work, 1, requester, claim).surrogate


def _surrogate(region: Region, facility: str, value: str) -> int:
    with region.world.store.look() as work:
        found = work.links.find(LocalPatientId(type(CENTRAL)(facility), value))
    assert found is not None
    return found.surrogate


def test_the_queue_shows_what_waits_to_the_desks_it_concerns(
    region: Region, sato: Client, address: str
) -> None:
    surrogate = _proposed(region)
    shown = sato.get("/links")
    assert (shown.status, f"/links/{surrogate}" in shown.text, "提案中" in shown.text) == (200, True, True)
    assert "佐藤 事務局" in shown.text
    assert f"/links/{surrogate}" in _client(address, "renkei").get("/links").text


def test_others_find_no_such_page(region: Region, address: str) -> None:
    surrogate = _proposed(region)
    doctor, clerk = _client(address, "hamada"), _client(address, "clerk")
    for client in (doctor, clerk):
        for path in ("/links", f"/links/{surrogate}", f"/links/{surrogate}/exposure", "/links/import"):
            assert client.get(path).status == 404
    liaison = _client(address, "renkei")
    assert liaison.get(f"/links/{surrogate}").status == 200
    assert liaison.get(f"/links/{_surrogate(region, CENTRAL, '0012345678')}").status == 404
    assert liaison.get("/links/import").status == 404
    assert liaison.get("/links/999999").text == liaison.get("/links/1").text.replace(
        "/links/1", "/links/999999"
    )


def test_two_sides_stand_beside_one_another_with_sign_and_word(region: Region, sato: Client) -> None:
    facts = FACTS._replace(name=OLD)
    page = sato.get(f"/links/{_proposed(region, 'kato', facts)}").text
    assert "昭和45年" in page
    assert "1970" in page
    assert page.count("●") >= 3
    assert "<mark>驗</mark>" in page
    assert "旧字体・異体字の違いです。" in page
    assert "一致度 85点" in page
    assert "加藤 事務局" in page


def test_the_proposer_cannot_confirm_and_another_can(region: Region, sato: Client, kato: Client) -> None:
    surrogate = _proposed(region)
    own = sato.get(f"/links/{surrogate}").text
    assert f'action="/links/{surrogate}/confirm"' not in own
    assert "ご自分の提案は確認できません。" in own
    assert _pressed(sato, surrogate, "confirm").status == 409
    assert _pressed(kato, surrogate, "confirm").status == 303
    assert "連結中" in kato.get(f"/links/{surrogate}").text
    with region.world.store.look() as work:
        resolved = work.patients.resolve(HARBOUR, ["990001"])
    assert resolved == {"990001": (surrogate, region.hanako.patient.id)}


def test_an_old_page_confirms_nothing_that_it_did_not_show(
    region: Region, sato: Client, kato: Client
) -> None:
    surrogate = _proposed(region)
    shown = re.search(r'name="seen" value="([^"]+)"', kato.get(f"/links/{surrogate}").text)
    assert shown is not None
    assert _sent(sato, f"/links/{surrogate}/decide", act="reject", reason="typing").status == 303
    _proposed(region, facts=FACTS._replace(name=OLD))
    refused = _sent(kato, f"/links/{surrogate}/confirm", seen=shown[1])
    assert (refused.status, "提案中" in refused.text) == (409, True)
    assert _sent(kato, f"/links/{surrogate}/confirm").status == 409
    assert _sent(kato, f"/links/{surrogate}/decide", act="confirm").status == 404
    assert _pressed(kato, surrogate, "confirm").status == 303


def test_a_proposal_is_put_off_and_refused(region: Region, kato: Client) -> None:
    surrogate = _proposed(region)
    assert _sent(kato, f"/links/{surrogate}/decide", act="hold").status == 303
    assert "保留" in kato.get("/links").text
    assert _sent(kato, f"/links/{surrogate}/decide", act="reject", reason="no reason").status == 409
    assert _sent(kato, f"/links/{surrogate}/decide", act="reject", reason="two-people").status == 303
    assert "確認を待つものはありません。" in kato.get("/links").text
    assert _sent(kato, f"/links/{surrogate}/decide", act="reject", reason="two-people").status == 404
    assert _sent(kato, f"/links/{surrogate}/decide", act="open", reason="two-people").status == 404


def test_a_number_is_found_and_a_doubt_hides_its_documents_at_once(
    region: Region, sato: Client, address: str
) -> None:
    doctor = _client(address, "hamada")
    page = f"/patients/{region.hanako.patient.id}"
    before = doctor.get(page).text
    assert "見本中央病院" in before or "中央" in before
    found = _sent(sato, "/links", facility=CENTRAL, number="0012345678")
    where = found.headers["location"]
    assert where == f"/links/{_surrogate(region, CENTRAL, '0012345678')}"
    assert _sent(sato, "/links", facility=CENTRAL, number="nobody").status == 404
    assert _sent(sato, f"{where}/decide", act="contest", reason="two-people").status == 303
    assert "疑義あり" in sato.get("/links").text
    shown = doctor.get(page)
    assert shown.text != before
    assert "見本カルシウム拮抗錠" not in shown.text


def _entries(text: str) -> list[str]:
    return re.findall(r'href="(/patients/[^"]+/entries/\d+)', text)


def test_a_split_hides_at_once_and_the_report_is_the_set_of_the_audit_rows(
    region: Region, sato: Client, address: str
) -> None:
    doctor = _client(address, "hamada")
    person = region.hanako.patient.id
    page = doctor.get(f"/patients/{person}").text
    opened = _entries(page)
    assert opened
    for path in opened:
        assert doctor.get(path).status == 200
    surrogate = _surrogate(region, CENTRAL, "0012345678")
    assert sato.get(f"/links/{surrogate}/split").status == 200
    assert _sent(sato, f"/links/{surrogate}/split", reason="because").status == 409
    done = _sent(sato, f"/links/{surrogate}/split", reason="two-people")
    assert (done.status, done.headers["location"]) == (303, f"/links/{surrogate}/exposure")
    gone = [path for path in opened if doctor.get(path).status == 404]
    assert gone
    report = sato.get(f"/links/{surrogate}/exposure").text
    assert "浜田 圭介" in report
    assert "見本駅前医院" in report
    with region.world.store.look() as work:
        rows = [row for row in work.audit.find(person, 10_000) if _is_look(row)]
        kinds = work.links.filed(surrogate, sorted({EntryId(row.entry) for row in rows if row.entry}))
    expected = sorted(
        (row.requester.name, kinds.get(EntryId(row.entry), "カレンダー（一覧）"))
        for row in rows
        if not row.entry or row.entry in kinds
    )
    table = sato.get(f"/links/{surrogate}/exposure.csv")
    assert table.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))[1:]
    assert sorted((line[3], line[4]) for line in lines) == expected
    assert len(expected) > 1
    assert "見本カルシウム" not in table.text + report


def _is_look(row: AuditEvent) -> bool:
    return row.outcome == "granted" and row.requester.role is not Role.SYSTEM


def test_who_looked_is_told_through_the_desk_of_their_facility(
    region: Region, sato: Client, address: str
) -> None:
    doctor = _client(address, "hamada")
    assert doctor.get(f"/patients/{region.hanako.patient.id}").status == 200
    surrogate = _surrogate(region, CENTRAL, "0012345678")
    _sent(sato, f"/links/{surrogate}/split", reason="two-people")
    with region.world.store.look() as work:
        told = {(one.to.facility, one.kind) for one in work.notices.about(str(surrogate))}
    assert told == {("", "link-split"), (CENTRAL, "link-split"), (CLINIC, "link-split")}


def test_a_change_a_hospital_sends_is_accepted_by_somebody(region: Region, sato: Client) -> None:
    surrogate = _surrogate(region, CENTRAL, "0012345678")
    married = FACTS._replace(name=HumanName("手本", "花子", "テホン", "ハナコ"))
    with region.world.store.work() as work:
        hear(work, 5, [Heard(surrogate, married)])
    page = sato.get(f"/links/{surrogate}").text
    assert "記載が変わった" in page
    assert "姓だけが違います。改姓、または別人です。" in page
    assert _pressed(sato, surrogate, "decide", act="accept").status == 303
    with region.world.store.look() as work:
        person = work.patients.files([region.hanako.patient.id])[region.hanako.patient.id].patient
    assert person.name == married.name


def test_what_a_hospital_took_back_is_proposed_again_and_confirmed(
    region: Region, sato: Client, kato: Client
) -> None:
    surrogate = _surrogate(region, CENTRAL, "0012345678")
    with region.world.store.work() as work:
        hear(work, 5, [Heard(surrogate, FACTS)])
        hear(work, 6, [Heard(surrogate, None)])
    assert "病院で患者情報が削除された" in sato.get(f"/links/{surrogate}").text
    assert _sent(sato, f"/links/{surrogate}/decide", act="propose").status == 303
    assert _pressed(kato, surrogate, "confirm").status == 303
    assert "連結中" in sato.get(f"/links/{surrogate}").text


TABLE = (
    "施設コード,患者番号,個人キー,漢字氏名,カナ氏名,生年月日,性別\r\n"
    f"{CENTRAL},T1,K1,見本 一郎,ミホン イチロウ,S33.4.5,男\r\n"
    f"{HARBOUR},T2,K1,見本 一郎,ﾐﾎﾝ ｲﾁﾛｳ,昭和33年4月5日,1\r\n"
    f"{CLINIC},T3,K1,手本 二郎,テホン ジロウ,19700101,M\r\n"
    f"9999999999,T4,K2,見本 三郎,ミホン サブロウ,19700101,M\r\n"
    f"{CENTRAL},T5,K3,試験 花子,シケン ハナコ,19700115,F\r\n"
)


def _uploaded(client: Client, content: bytes, seen: str = "") -> Answer:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/links/import").text)
    assert token is not None
    parts = [("csrf_token", token[1].encode(), "")] + ([("seen", seen.encode(), "")] if seen else [])
    parts.append(("file", content, '; filename="t.csv"'))
    body = b"".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"
        for name, value, more in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=xx", "Sec-Fetch-Site": "same-origin"}
    return client._send("POST", "/links/import", body + b"--xx--\r\n", headers)  # noqa: SLF001  a form with a file


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_table_is_previewed_without_writing_and_then_becomes_proposals(
    region: Region, sato: Client, encoding: str
) -> None:
    content = TABLE.encode(encoding)
    preview = _uploaded(sato, content)
    assert preview.status == 200
    for word in ("新しい人 <b>1</b>", "連結 <b>1</b>", "要確認 <b>2</b>", "読めない行 <b>1</b>"):
        assert word in preview.text
    with region.world.store.look() as work:
        assert work.link_cases.all("", 99) == []
    seen = re.search(r'name="seen" value="([^"]+)"', preview.text)
    assert seen is not None
    assert "確かめたファイルと違います。" in _uploaded(sato, content + b"\r\n", seen[1]).text
    assert "書き込みました。" in _uploaded(sato, content, seen[1]).text
    with region.world.store.look() as work:
        cases = {case.local.value: case for case in work.link_cases.all("", 99)}
        assert work.patients.resolve(CENTRAL, ["T1", "T5"]) == {}
    assert {value: case.reason for value, case in cases.items()} == {
        "T1": "",
        "T2": "",
        "T3": "differs",
        "T5": "resembles",
    }
    assert cases["T5"].patient == region.hanako.patient.id
    assert "登録済み <b>4</b>" in _uploaded(sato, content).text


def test_what_is_no_table_is_said_so(sato: Client) -> None:
    for content in (b"", b"a,b\r\n1,2\r\n", b"\xff\xfe\x00\x81", b'"' * 200_000):
        answer = _uploaded(sato, content)
        assert (answer.status, "表として読めません。" in answer.text) == (400, True)
