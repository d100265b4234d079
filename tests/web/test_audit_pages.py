"""Who looked: what the desk, an officer, the patient and a program are shown of the trail."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from hie.exchange.ports import Account, AuditEvent, AuditQuery, Store
from hie.hub.app import application
from hie.record.entry import Label
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Origin, Purpose, Requester, Role
from tests.build.page import Node, parse
from tests.build.served import Answer, Client, served
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, STRANGER, TODAY

OFFICE = FacilityCode("1319900009")
HANAKO, SILENT = "R000000001", "R000000002"
DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, origin=Origin("r9", "d9", "192.0.2.9", 2))


class Trail(NamedTuple):
    """A served region whose trail has rows of all sorts."""

    region: Region
    address: str

    @property
    def store(self) -> Store:
        return self.region.world.store

    def signed_in(self, login: str) -> Client:
        client = Client(self.address)
        assert client.sign_in(login, PASSWORD).status == 303
        return client

    def rows(self, action: str) -> list[AuditEvent]:
        with self.store.look() as work:
            found = [row for row in work.audit.chain(0, 9999) if row.fields[6] == action]
            return [work.audit.find(PatientId(str(row.fields[8])), 1)[0] for row in found]

    def put(self, *events: AuditEvent) -> int:
        with self.store.work() as work:
            work.audit.append(events)
        with self.store.look() as work:
            return work.audit.head().sequence


def _event(action: str = "open", patient: str = HANAKO, **more: Any) -> AuditEvent:
    reasons = ("consent-in-force",)
    return AuditEvent(TODAY - 60_000, DOCTOR, action, "granted", patient, 7, reasons, 1, "")._replace(**more)


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    region = tell(tmp_path_factory.mktemp("trail"))
    world = region.world
    encoded = world.passwords.hash(PASSWORD)
    people = (
        ("office", "事務 局子", OFFICE, Role.SECRETARIAT, ""),
        ("officer", "番 守", CENTRAL, Role.PRIVACY_OFFICER, ""),
        ("keeper", "駅前 番人", CLINIC, Role.PRIVACY_OFFICER, ""),
        ("hanako", "試験 花子", OFFICE, Role.PATIENT, HANAKO),
        ("family", "試験 母", OFFICE, Role.FAMILY, HANAKO),
    )
    with world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務局", 9))
        for login, name, facility, role, patient in people:
            account = Account(login, login, name, facility, role, encoded, patient=PatientId(patient))
            work.accounts.add(account)
    with served(application(world.hub())) as address:
        yield Trail(region, address)


def _token(page: str) -> str:
    return str(re.findall(r'name="csrf_token" value="([^"]+)"', page)[0])


def _table(answer: Answer) -> list[str]:
    page = parse(answer.text)
    return [row.text for table in page.all("table") for row in table.all("tr")]


def test_the_secretariat_searches_everything_and_the_search_is_recorded(trail: Trail) -> None:
    trail.signed_in("hamada").get(f"/patients/{HANAKO}")
    office = trail.signed_in("office")
    page = office.get(f"/audit?patient={HANAKO}&group=record")
    assert any("浜田 圭介" in row and "カレンダーを見た" in row for row in _table(page))
    assert trail.rows("audit-read")[0].patient == HANAKO
    assert any("閲覧履歴を調べた" in row for row in _table(office.get("/audit?group=audit&account=office")))
    assert not _table(office.get("/audit?account=nobody-there"))
    assert not _table(office.get("/audit?facility=9999999999"))
    assert not _table(office.get("/audit?patient=R999999999"))
    assert not _table(office.get("/audit?patient=yamada-taro"))
    with trail.store.look() as work:
        said = " ".join(str(row.fields[12]) for row in work.audit.chain(0, 9999))
        whom = {row.fields[8] for row in work.audit.chain(0, 9999)}
    assert "nobody-there" not in said
    assert "yamada-taro" not in whom


def test_no_test_and_no_day_that_somebody_looked_at_is_shown_to_the_desk(trail: Trail) -> None:
    trail.put(_event("view-results", detail="3B035 20240101-20240520"))
    answer = trail.signed_in("office").get(f"/audit?patient={HANAKO}")
    assert "検査結果を見た" in answer.text
    assert "3B035" not in answer.text


def test_an_officer_sees_their_own_staff_documents_and_patients_and_nothing_else(trail: Trail) -> None:
    stranger = DOCTOR._replace(user="kawai", name="河合 研二", facility=STRANGER)
    ours = [
        _event(custodian=CENTRAL, detail="", kind="prescription"),
        _event("view", SILENT, requester=stranger, entry=0),
        _event("view", "R000000077", requester=DOCTOR._replace(facility=CENTRAL, name="中央 太郎"), entry=0),
    ]
    theirs = [
        _event("view", "R000000078", requester=stranger._replace(name="無縁 一"), entry=0),
        _event(custodian=HARBOUR, requester=stranger._replace(name="無縁 二")),
    ]
    trail.put(*ours, *theirs)
    answer = trail.signed_in("officer").get("/audit")
    for name in ("浜田 圭介", "河合 研二", "中央 太郎"):
        assert name in answer.text
    assert "無縁" not in answer.text
    other = trail.signed_in("officer").get(f"/audit?facility={STRANGER}")
    assert "無縁" not in other.text
    assert "無縁" in trail.signed_in("office").get("/audit").text


def test_everything_done_with_our_documents_is_one_choice(trail: Trail) -> None:
    trail.put(_event(custodian=HARBOUR, kind="laboratory-result"))
    rows = _table(trail.signed_in("office").get(f"/audit?custodian={HARBOUR}"))
    assert rows[1:]
    assert all("港湾" in row for row in rows[1:])


def test_a_table_is_given_out_without_formulas_and_that_is_recorded(trail: Trail) -> None:
    trail.put(_event(requester=DOCTOR._replace(name='=HYPERLINK("x")')))
    answer = trail.signed_in("office").get(f"/audit/export.csv?patient={HANAKO}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert any(row[3] == '\'=HYPERLINK("x")' for row in rows)
    assert all(cell[:1] not in "=+-@\t\r" or not cell for row in rows for cell in row)
    assert trail.rows("audit-export")


@pytest.mark.parametrize("login", ["hamada", "clerk", "hanako"])
@pytest.mark.parametrize("path", ["/audit", "/audit/export.csv", "/audit/pack", "/fhir/AuditEvent"])
def test_nobody_else_finds_the_trail(trail: Trail, login: str, path: str) -> None:
    assert trail.signed_in(login).get(path).status == 404


def test_only_patients_and_families_have_accesses_of_their_own(trail: Trail) -> None:
    for login in ("hamada", "office", "officer"):
        assert trail.signed_in(login).get("/accesses").status == 404


# --- the patient ---


def _lines(client: Client) -> list[Node]:
    return [one for one in parse(client.get("/accesses").text).all("li") if "id" in one.attributes]


def test_the_patient_reads_who_looked_at_what_and_by_which_consent(trail: Trail) -> None:
    trail.put(_event(kind="laboratory-result", custodian=CENTRAL))
    for login in ("hanako", "family"):
        text = " ".join(one.text for one in _lines(trail.signed_in(login)))
        for words in (
            "見本駅前医院",
            "医師 浜田 圭介",
            "文書を開いた（検体検査）",
            "同意書（1970-01-01受付）により",
        ):
            assert words in text
    assert trail.rows("accesses-read")


def test_a_visit_is_one_line_with_its_counts_and_every_row_behind_it(trail: Trail) -> None:
    start, minute = TODAY - 9 * 24 * 60 * 60_000, 60_000
    rows = trail.put(
        _event("view", entry=0, at=start),
        _event(kind="laboratory-result", at=start + minute),
        *(_event("open-image", kind="image", at=start + (2 + each) * minute) for each in range(12)),
    )
    trail.put(_event(kind="laboratory-result", at=start + 60 * minute))
    hanako = trail.signed_in("hanako")
    later, visit = _lines(hanako)[:2]
    assert "文書を開いた（検体検査）" in later.text
    assert not later.all("details")
    for words in ("画像 12枚", "検体検査 1件", "カレンダーを見た", "くわしく（14件）"):
        assert words in visit.text
    assert len(visit.one("details").all("li")) == 14
    assert visit.attributes["id"] == f"row-{rows}"
    (ask,) = visit.all("form")
    assert ask.attributes["action"] == f"/accesses/{rows}/complaint"


def _without_the_asking(client: Client) -> list[str]:
    """Return what the patient reads, less the looking itself and the numbers of rows."""
    lines = [re.sub(r"\s+", " ", one.text) for one in _lines(client)]
    return [one for one in lines if "自分の閲覧履歴を見た" not in one]


@pytest.mark.parametrize("label", [Label.NOT_TOLD, Label.VIOLENCE, Label.NEVER, Label.UNKNOWN])
@pytest.mark.parametrize("action", ["open", "open-image", "open-attachment"])
def test_a_document_that_is_kept_from_the_patient_leaves_no_trace_in_what_the_patient_reads(
    trail: Trail, label: Label, action: str
) -> None:
    hanako = trail.signed_in("hanako")
    before = _without_the_asking(hanako)
    trail.put(
        _event(action, labels=int(label | Label.PSYCHIATRY), kind="note", custodian=CENTRAL),
        _event(action, outcome="absent", entry=88),
        _event("label-marked", entry=88, detail=str(int(label))),
        _event("label-asked", entry=88, detail=str(int(label))),
    )
    assert _without_the_asking(hanako) == before


def test_refusals_and_emergencies_are_told_as_such(trail: Trail) -> None:
    trail.put(
        _event("view", outcome="refused", reasons=("no-consent",), entry=0),
        _event("view", requester=DOCTOR._replace(purpose=Purpose.EMERGENCY), reasons=("emergency",), entry=0),
    )
    emergency, refused = _lines(trail.signed_in("hanako"))[:2]
    assert "緊急時の条項により" in emergency.text
    assert "断られました" in refused.text
    assert "見ることはできませんでした。有効な同意がありません。" in refused.text
    assert "窓口に届けて" not in refused.text


def test_names_of_professionals_are_left_out_where_the_network_says_so(trail: Trail) -> None:
    hub = trail.region.world.hub()
    quiet = hub._replace(services=hub.services._replace(patients_see_names=False), recording=None)
    trail.put(_event(kind="note"))
    with served(application(quiet._replace(store=_Kept(trail.store)))) as address:
        client = Client(address)
        client.sign_in("hanako", PASSWORD)
        text = client.get("/accesses").text
    assert "医師" in text
    assert "浜田" not in text


class _Kept:
    """A store that another hub closes and that stays open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def close(self) -> None:
        """Stay open."""


def test_what_looks_wrong_is_asked_once_answered_and_read(trail: Trail) -> None:
    row = trail.put(_event(kind="note"))
    hanako = trail.signed_in("hanako")
    token = _token(hanako.get("/accesses").text)
    for _ in range(2):
        assert hanako.post(f"/accesses/{row}/complaint", {"csrf_token": token}).status == 303
    assert "問い合わせを受け付けました" in hanako.get("/accesses").text
    assert trail.signed_in("officer").get("/audit").text.count("患者さんへの回答") == 0  # another facility's
    keeper = trail.signed_in("keeper")
    page = keeper.get("/audit").text
    assert page.count("患者さんへの回答") == 1
    (form,) = re.findall(r'action="(/audit/complaints/[^"]+)"', page)
    assert "1,000文字" in keeper.post(form, {"csrf_token": _token(page), "text": " "}).text
    said = {"csrf_token": _token(page), "text": "往診の前に診療のため確認しました。"}
    assert keeper.post(form, said).status == 303
    assert keeper.post(form, said).status == 404
    assert "往診の前に診療のため確認しました。" in hanako.get("/accesses").text
    assert "患者さんへの回答" not in keeper.get("/audit").text
    with trail.store.look() as work:
        actions = [row.fields[6] for row in work.audit.chain(row, 99)]
    assert actions.count("complaint-filed") == 1
    assert actions.count("complaint-answered") == 1


def test_nobody_answers_for_themselves(trail: Trail) -> None:
    keeper = Requester("keeper", "駅前 番人", CLINIC, Role.PRIVACY_OFFICER)
    row = trail.put(_event("consent-read", requester=keeper, outcome="done", entry=0, reasons=()))
    hanako = trail.signed_in("hanako")
    token = _token(hanako.get("/accesses").text)
    assert hanako.post(f"/accesses/{row}/complaint", {"csrf_token": token}).status == 303
    client = trail.signed_in("keeper")
    page = client.get("/audit").text
    (form,) = re.findall(r'action="(/audit/complaints/[^"]+)"', page)
    answer = client.post(form, {"csrf_token": _token(page), "text": "問題ありません。"})
    assert "ほかの担当者が回答してください" in answer.text
    office = trail.signed_in("office")
    done = {"csrf_token": _token(office.get("/audit").text), "text": "事務局で確認しました。"}
    assert office.post(form, done).status == 303


def test_no_question_can_be_filed_about_what_is_not_shown(trail: Trail) -> None:
    hidden = trail.put(_event(labels=int(Label.NOT_TOLD)))
    foreign = trail.put(_event(patient=SILENT))
    hanako = trail.signed_in("hanako")
    own = max(
        row.sequence
        for row in _chain(trail)
        if row.fields[6] == "accesses-read" and row.fields[1] == "hanako"
    )
    token = _token(hanako.get("/accesses").text)
    answers = [
        hanako.post(f"/accesses/{row}/complaint", {"csrf_token": token})
        for row in (hidden, foreign, own, 99_999, "x", "9" * 30)
    ]
    assert {one.status for one in answers} == {404}
    assert len({one.body.replace(b"/accesses/", b"") for one in answers}) <= len(answers)


def _chain(trail: Trail) -> Any:
    with trail.store.look() as work:
        return work.audit.chain(0, 99_999)


# --- the month ---


def test_a_month_names_who_looked_most_at_night_unrelated_and_staff(trail: Trail) -> None:
    night = TODAY - 9 * 60 * 60 * 1000  # two in the morning
    trail.put(
        *(_event("view", f"R0000009{n:02}", entry=0) for n in range(45)),
        _event("view", at=night, entry=0),
        _event("view", SILENT, outcome="refused", reasons=("unlinked",), entry=0),
        _event(labels=int(Label.STAFF)),
    )
    office = trail.signed_in("office")
    page = parse(office.get(f"/audit/pack?facility={CLINIC}&month=2024-05").text)
    text = page.one("main").text
    assert "浜田 圭介" in text
    assert "45人" in text or "46人" in text or "47人" in text
    for title in ("夜間・日曜の閲覧（1件）", "関係のない患者を開こうとした記録（", "職員の記録の閲覧（1件）"):
        assert title in text
    own = parse(trail.signed_in("officer").get(f"/audit/pack?facility={CLINIC}&month=2024-05").text)
    assert "見本中央病院" in own.one("h1").text
    assert "浜田" not in own.one("main").text
    assert office.get("/audit/pack?month=2024-13").status == 404
    table = office.get(f"/audit/pack.csv?facility={CLINIC}&month=2024-05")
    assert "浜田 圭介" in table.text


# --- FHIR ---


def _bundle(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"/fhir/AuditEvent?{query}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_a_program_reads_the_trail_as_fhir_page_by_page(trail: Trail) -> None:
    trail.put(*(_event("view", "R000000055", entry=0) for _ in range(120)))
    office = trail.signed_in("office")
    first = _bundle(office, "patient=R000000055")
    links = {one["relation"]: one["url"] for one in first["link"]}
    second = _bundle(office, links["next"].partition("?")[2])
    ids = [one["resource"]["id"] for page in (first, second) for one in page["entry"]]
    assert len(ids) == len(set(ids)) == 120
    assert "next" not in {one["relation"] for one in second["link"]}
    assert not _bundle(office, "patient=R000000055&date=ge2024-05-21")["entry"]
    assert len(_bundle(office, "patient=R000000055&date=2024-05-20")["entry"]) == 100
    assert not _bundle(office, "patient=R000000055&date=lt2024-05-20T01:00:00Z")["entry"]
    assert _bundle(trail.signed_in("keeper"), "agent=hamada")["entry"]
    assert not _bundle(trail.signed_in("officer"), "patient=R000000055")["entry"]
    assert not _bundle(office, "agent=yamada-taro")["entry"]
    with trail.store.look() as work:
        assert work.audit.search(AuditQuery(actions=("audit-read",)), 1)[0].event.detail == "- /"
    for wrong in ("date=9999-12-31", "date=yesterday", "date=xx2024-05-20", "before=x", "before=" + "9" * 40):
        assert office.get(f"/fhir/AuditEvent?{wrong}").status == 400
