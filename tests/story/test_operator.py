"""An operator at the machine records consents, withdrawals, persons, links and accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hie.cli.__main__ import app
from hie.clock import SystemClock
from hie.edge.enrolment import read_token
from hie.edge.identity import make_key
from hie.exchange.consents.forms import beginning
from hie.exchange.feeds import edges
from hie.exchange.ports import Store
from hie.exchange.records.timeline import TimelineRequest, admitted
from hie.exchange.signing.browsers import token_hash
from hie.exchange.signing.proofs import Reception, Rules
from hie.exchange.signing.signing_in import SignInFailed, sign_in
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import proofs, stored_by
from hie.record.errors import Refused
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import HumanName
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS, Day, Period
from tests import storages
from tests.storages import CLINIC, HOSPITAL

ONE = "0000000001"
PATIENT = PatientId(f"p-{ONE}")
DOCTOR = Requester("d", "d", CLINIC, Role.DOCTOR)
FIRST, SECOND = "kurage to umibe no sanpo", "momiji no yama wo aruku"
BY = ("--by", "受付 花代")
PERSON = ("--family", "試験", "--given", "花子", "--kana-family", "シケン", "--kana-given", "ハナコ")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A hub with one hospital, one clinic and one patient who did not consent yet."""
    monkeypatch.setenv("HIE_DATA_DIR", str(tmp_path / "data"))
    opened = stored_by(Settings())
    storages.people(opened, [ONE], [])
    yield opened
    opened.close()


def _hie(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


def _done(*arguments: str, typed: str = "") -> str:
    done = _hie(*arguments, typed=typed)
    assert done.exit_code == 0, done.output
    return done.stdout


def _refused(*arguments: str, typed: str = "") -> str:
    refused = _hie(*arguments, typed=typed)
    assert refused.exit_code == 2, refused.output
    return refused.stderr.splitlines()[-1]


def _opens(store: Store) -> bool:
    return admitted(store, SystemClock(), [TimelineRequest(DOCTOR, PATIENT, ALWAYS)]) != [None]


def _newest(store: Store, patient: str = PATIENT) -> tuple[str, str, str]:
    with store.look() as work:
        row = work.audit.find(PatientId(patient), 1)[0]
    return row.action, row.requester.user, row.requester.role.value


def test_a_consent_opens_and_its_withdrawal_closes(store: Store) -> None:
    assert not _opens(store)
    form = ("--evidence", "form 17", "--class", "laboratory-result", "--recipient", CLINIC)
    given = _done("consent", "give", PATIENT, *BY, *form)
    assert "given by 受付 花代 (form 17)" in given
    assert _newest(store) == ("consent-given", "受付 花代", "system")
    assert _opens(store)
    _done("consent", "withdraw", PATIENT, *BY, "--evidence", "form 18", "--signed-on", "20240501")
    assert _newest(store) == ("consent-withdrawn", "受付 花代", "system")
    assert not _opens(store)
    with store.look() as work:
        taken = work.consents.events([PATIENT])[PATIENT][-1]
    assert taken.valid_from == beginning(Day(20240501)) < taken.recorded_at
    shown = _done("consent", "show", PATIENT, *BY).splitlines()
    assert [line for line in shown if line.startswith(" ")] == [
        f"  from all to {CLINIC} classes laboratory-result days 10000101-99991231",
        "  from all to all",
    ]
    assert _newest(store)[0] == "consent-read"


def test_a_consent_names_facilities_kinds_and_days(store: Store) -> None:
    days = ("--first-day", "20240101", "--last-day", "20241231")
    facilities = ("--discloser", HOSPITAL, "--recipient", CLINIC)
    line = _done("consent", "give", PATIENT, *BY, "--evidence", "form", *days, *facilities).splitlines()[1]
    with store.look() as work:
        (event,) = work.consents.changes(0)
    assert event.provisions[0].service_period == Period(Day(20240101), Day(20241231))
    assert line == f"  from {HOSPITAL} to {CLINIC} classes all days 20240101-20241231"


def test_a_refusal_is_recorded_and_ended_and_a_form_says_all_it_says(store: Store) -> None:
    form = (
        "--evidence",
        "form",
        "--signed-on",
        "20240401",
        "--label",
        "hiv",
        "--emergency",
        "--later-members",
    )
    told = _done("consent", "give", PATIENT, *BY, *form).splitlines()
    assert told[-3:] == ["  sensitive hiv", "  in an emergency", "  later members too"]
    refused = _done("consent", "restrict", PATIENT, *BY, "--evidence", "form 2", "--recipient", CLINIC)
    assert _newest(store)[0] == "consent-restricted"
    number = refused.split()[0]
    assert (
        _done("consent", "lift", PATIENT, number, *BY, "--evidence", "form 3").splitlines()[-1]
        == f"  ends {number}"
    )
    with store.look() as work:
        given = work.consents.changes(0)[0]
    assert (given.paper.signed_on, given.valid_from) == (20240401, 1_711_897_200_000)
    assert "no such restriction" in _refused("consent", "lift", PATIENT, number, *BY, "--evidence", "form 4")
    assert "a sensitive class" in _refused("consent", "give", PATIENT, *BY, "--evidence", "f", "--label", "x")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("consent", "give", "nobody", *BY, "--evidence", "form"), "no such person"),
        (("consent", "give", "山田", *BY, "--evidence", "form"), "a person's number has 1 to 64"),
        (("consent", "give", PATIENT, *BY, "--evidence", " "), "something proves it"),
        (("consent", "give", PATIENT, "--by", " ", "--evidence", "form"), "who acts has a name"),
        (("consent", "withdraw", PATIENT, *BY, "--evidence", "form", "--recipient", "9999999999"), "no such"),
        (("consent", "give", PATIENT, *BY, "--evidence", "f", "--first-day", "2024-01-01"), "a day is"),
        (("consent", "show", "nobody", *BY), "no such person"),
    ],
)
def test_what_is_not_right_is_said_in_one_line_and_not_recorded(
    store: Store, arguments: tuple[str, ...], said: str
) -> None:
    assert _refused(*arguments).startswith(f"hie {arguments[0]} {arguments[1]}: {said}")
    with store.look() as work:
        assert (work.consents.changes(0), work.audit.count()) == ([], 0)


@pytest.mark.parametrize("missing", [("--evidence", "form"), BY])
def test_who_acts_and_what_proves_it_must_be_said(store: Store, missing: tuple[str, str]) -> None:
    assert _hie("consent", "withdraw", PATIENT, *missing).exit_code == 2
    with store.look() as work:
        assert work.consents.changes(0) == []


def test_a_person_is_added_linked_and_unlinked(store: Store) -> None:
    told = (*PERSON, "--born", "19700115", "--sex", "F")
    _done("patient", "add", "R7", *BY, *told)
    with store.look() as work:
        assert work.patients.files([PatientId("R7")])[PatientId("R7")].patient.name == HumanName(
            "試験", "花子", "シケン", "ハナコ"
        )
    assert _newest(store, "R7") == ("patient-added", "受付 花代", "system")
    assert _refused("patient", "add", "R7", *BY, *told) == "hie patient add: there is such a person"
    _done("patient", "link", "R7", *BY, "--facility", CLINIC, typed="7001\n")
    with store.look() as work:
        assert work.patients.resolve(CLINIC, ["7001"])["7001"][1] == "R7"
    assert _newest(store, "R7")[0] == "link"
    assert "another person" in _refused(
        "patient", "link", PATIENT, *BY, "--facility", CLINIC, "--number", "7001"
    )
    _done("patient", "unlink", *BY, "--facility", CLINIC, "--number", "7001")
    assert _newest(store, "R7")[0] == "unlink"
    assert "nobody" in _refused("patient", "unlink", *BY, "--facility", CLINIC, "--number", "7001")


def test_an_account_signs_in_until_it_is_stopped(store: Store) -> None:
    reception = Reception(store, SystemClock(), proofs(Settings()), Rules(second_factor=False))
    person = ("account", "add", "ada", "--name", "見本 医師", "--facility", CLINIC, "--role", "doctor", *BY)
    _done(*person, typed=f"{FIRST}\n{FIRST}\n")
    session = sign_in(reception, "ada", FIRST)
    assert session.account.role is Role.DOCTOR
    assert "not taken: short" in _refused(*person, typed="b\nb\n")
    assert "somebody signs in" in _refused(*person, typed=f"{SECOND}\n{SECOND}\n")
    _done("account", "leave", "ada", *BY)
    with store.look() as work:
        assert work.sessions.find(token_hash(session.token), reception.clock.now()) is None
    with pytest.raises(SignInFailed):
        sign_in(reception, "ada", FIRST)
    assert "nobody signs in" in _refused("account", "leave", "ada", *BY)
    _done(*person, typed=f"{SECOND}\n{SECOND}\n")
    assert sign_in(reception, "ada", SECOND).account.id == "ada"
    with store.look() as work:
        rows = work.audit.find(PatientId(""), 100)
    assert [row.detail for row in rows if row.action == "account-added"] == ["ada", "ada"]
    assert [row.detail for row in rows if row.action == "account-stopped"] == ["ada"]


def test_an_edge_is_offered_listed_and_revoked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "edge_port" in _refused("facility", "enrol", HOSPITAL, *BY)
    monkeypatch.setenv("HIE_EDGE_URL", "https://hub.example:8443/")
    assert "no such facility" in _refused("facility", "enrol", "9999999999", *BY)
    token = read_token(_done("facility", "enrol", HOSPITAL, *BY))
    assert (token.url, token.facility) == ("https://hub.example:8443", HOSPITAL)
    authority = RegionAuthority(Settings().data_dir, SystemClock().now())
    assert token.authority_sha256 == authority.fingerprint
    pair = make_key(HOSPITAL)
    edges.enrol(store, SystemClock(), authority, token.secret, pair.request)
    listed = " ".join(_done("facility", "edges", *BY).split())
    assert HOSPITAL in listed
    assert "yes" in listed
    _done("facility", "revoke", HOSPITAL, *BY)
    assert "no edge" in _refused("facility", "revoke", HOSPITAL, *BY)
    assert "yes" not in _done("facility", "edges", *BY)
    with pytest.raises(Refused):
        edges.enrol(store, SystemClock(), authority, token.secret, pair.request)


def test_a_facility_joins_rests_leaves_and_comes_back(store: Store) -> None:
    new = ("facility", "join", "9910000077", "--name", "見本新設病院", "--kind", "hospital", *BY)
    _done(*new, "--noticed", "--evidence", "決議 7")
    assert "takes part already" in _refused(*new)
    _done("account", "add", "kai", "--name", "見本 医師", "--facility", "9910000077", "--role", "doctor", *BY,
          typed=f"{FIRST}\n{FIRST}\n")  # fmt: skip
    _done("facility", "suspend", "9910000077", *BY)
    assert not _takes_part(store)
    _done("facility", "resume", "9910000077", *BY)
    assert _takes_part(store)
    assert "1 people" in _done("facility", "leave", "9910000077", *BY)
    assert not _takes_part(store)
    assert "nobody signs in" in _refused("account", "suspend", "kai", *BY)
    _done(*new)
    with store.look() as work:
        membership = work.directory.region().members[FacilityCode("9910000077")]
        assert len(membership.terms) == 2
        assert work.posts.at(FacilityCode("9910000077"), SystemClock().now()) == []


def _takes_part(store: Store) -> bool:
    with store.look() as work:
        return work.directory.region().takes_part(FacilityCode("9910000077"), SystemClock().now())


@pytest.mark.usefixtures("store")
def test_an_account_rests_is_attested_and_leaves() -> None:
    _done("account", "add", "kai", "--name", "見本 医師", "--facility", CLINIC, "--role", "doctor", *BY,
          typed=f"{FIRST}\n{FIRST}\n")  # fmt: skip
    _done("account", "suspend", "kai", *BY)
    assert "not in use" in _refused("account", "suspend", "kai", *BY)
    assert "0 accounts" in _done("account", "attest", "kai", *BY)
    _done("account", "resume", "kai", *BY)
    assert "1 accounts" in _done("account", "attest", "kai", *BY)
    _done("account", "leave", "kai", *BY)
    assert "nobody signs in" in _refused("account", "attest", "kai", *BY)
