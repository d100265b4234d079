"""The door of the edges over real TLS: who is let in, as whom, and what comes back."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from socket import create_connection
from threading import Event
from typing import NamedTuple

import httpx
import pytest
from backports.zstd import compress

from hie.clock import SystemClock
from hie.edge.identity import Identity, is_due, make_key
from hie.exchange.feeds import edges
from hie.exchange.feeds.parcels import Fate, read_receipts
from hie.exchange.founding import operator
from hie.exchange.gate.policy import read_policy
from hie.exchange.ports import Edge, EdgeTask
from hie.exchange.trail.auditing import seal_read
from hie.hub import edge_door, listening
from hie.hub.app import application
from hie.hub.authority import LIFE_OF_A_CLIENT, RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import Hub, wire
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.web.edges import TO_FILE_AT_ONCE
from hie.web.strangers import MOST_TRIES
from tests import sent, storages
from tests.build.served import served
from tests.sent import named, parcel
from tests.storages import CLINIC, HOSPITAL, laboratory

ONE = "0000000001"
CLOCK = SystemClock()
DAY = 24 * 60 * 60 * 1000
NOON = 1_800_000_000_000


class Region(NamedTuple):
    """A hub that serves edges, and what the tests reach it by."""

    hub: Hub
    authority: RegionAuthority
    viewer: str
    url: str
    folder: Path

    def token(self, facility: FacilityCode = HOSPITAL) -> dict[str, str]:
        """Let the operator make a token, and open it."""
        by = operator("desk")
        text = edges.offer(self.hub.store, CLOCK, self.authority, by, facility, self.url)
        body = text.removeprefix("tsunagu1.")
        read: dict[str, str] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return read

    def anybody(self) -> httpx.Client:
        """Speak as somebody without a certificate."""
        return httpx.Client(base_url=self.url, verify=self._trust())

    def enrolled(self, facility: FacilityCode = HOSPITAL) -> httpx.Client:
        """Enrol a facility's edge and speak as it."""
        pair = make_key(facility)
        with self.anybody() as client:
            secret = self.token(facility)["secret"]
            answer = client.post("/edge/v1/enrol", json={"secret": secret, "csr": pair.request})
        assert answer.status_code == 200, answer.text
        return self.client(answer.json()["certificate"], pair.key)

    def client(self, certificate: str, key: str) -> httpx.Client:
        """Speak with this certificate."""
        file = self.folder / f"{sha256(certificate.encode()).hexdigest()}.pem"
        file.write_text(key + certificate)
        trust = self._trust()
        trust.load_cert_chain(file)
        return httpx.Client(base_url=self.url, verify=trust)

    def position(self) -> int:
        """Return where the hospital's consent list stands."""
        return sent.position(self.hub.store)

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.authority.certificate)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    settings = Settings(data_dir=tmp_path / "data", edge_port=0, edge_batch_megabytes=1)
    hub = wire(settings)
    storages.people(hub.store, [ONE], [ONE])
    authority = RegionAuthority(settings.data_dir, CLOCK.now())
    with served(application(hub)) as viewer:
        assert hub.edge_door is not None
        url = f"https://127.0.0.1:{hub.edge_door.port}"
        yield Region(hub, authority, viewer, url, tmp_path)


def _batch(region: Region, number: int = 1, order: int = 1, policy: int = -1) -> bytes:
    position = region.position() if policy < 0 else policy
    return sent.written(number, position, [parcel(ONE, named(laboratory(ONE, order)))])


def _post(client: httpx.Client, content: bytes, **headers: str) -> httpx.Response:
    return client.post("/edge/v1/batches", content=content, headers=headers)


def _fates(answer: httpx.Response) -> list[Fate]:
    assert answer.status_code == 200, answer.text
    return [one.fate for one in read_receipts(answer.json()["receipts"])]


def test_an_enrolled_edge_hands_documents_in(region: Region) -> None:
    with region.enrolled() as client:
        assert _fates(_post(client, _batch(region))) == [Fate.FILED]
        compressed = compress(_batch(region, 2, 2))
        assert _fates(_post(client, compressed, **{"content-encoding": "zstd"})) == [Fate.FILED]
    assert len(sent.seen_at_the_clinic(region.hub.store, ONE)) == 2


def test_the_authority_is_who_the_token_says(region: Region) -> None:
    token = region.token()
    with region.anybody() as client:
        pem = client.get("/edge/v1/authority").text
    assert sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == token["authority_sha256"]
    assert (token["url"], token["facility"]) == (region.url, HOSPITAL)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "policy?after=0&wait=0"), ("POST", "batches"), ("POST", "status")),
        *(("POST", "renew"), ("POST", "tasks/1")),
    ],
)
def test_nobody_is_let_in_without_a_certificate(region: Region, method: str, path: str) -> None:
    with region.anybody() as client:
        claimed = {"x-client-certificate": "MIIB", "x-facility": HOSPITAL}
        answer = client.request(method, f"/edge/v1/{path}", content=_batch(region), headers=claimed)
    assert answer.status_code == 401


def test_a_certificate_of_another_authority_is_no_certificate(region: Region, tmp_path: Path) -> None:
    stranger = RegionAuthority(tmp_path / "other", CLOCK.now())
    pair = make_key(HOSPITAL)
    issued = stranger.certify(pair.request, HOSPITAL, CLOCK.now())
    with region.client(issued.pem, pair.key) as client, pytest.raises(httpx.TransportError):
        client.get("/edge/v1/policy")


def test_a_certificate_the_hub_does_not_remember_opens_nothing(region: Region) -> None:
    pair = make_key(HOSPITAL)
    issued = region.authority.certify(pair.request, HOSPITAL, CLOCK.now())
    with region.client(issued.pem, pair.key) as client:
        assert client.get("/edge/v1/policy").status_code == 401


def test_an_expired_certificate_opens_nothing(region: Region) -> None:
    pair = make_key(HOSPITAL)
    long_ago = CLOCK.now() - int(LIFE_OF_A_CLIENT.total_seconds() * 1000) - 60_000
    issued = region.authority.certify(pair.request, HOSPITAL, long_ago)
    with region.client(issued.pem, pair.key) as client, pytest.raises(httpx.TransportError):
        client.get("/edge/v1/policy")


def test_a_certificate_that_ends_is_not_recognised_on_an_open_connection_either(region: Region) -> None:
    store = region.hub.store
    with region.enrolled() as client:
        assert client.get("/edge/v1/policy").status_code == 200
    (file,) = region.folder.glob("*.pem")
    text = file.read_text()
    shown = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])
    later = sent.StandingClock(CLOCK.now() + int(LIFE_OF_A_CLIENT.total_seconds() * 1000))
    assert edges.recognise(store, CLOCK, shown) == _edge(region)
    assert edges.recognise(store, later, shown) is None


def _edge(region: Region) -> Edge:
    with region.hub.store.look() as work:
        (edge,) = work.edges.all()
    return edge


def test_a_certificate_lives_thirty_days_and_is_renewed_after_twenty(region: Region) -> None:
    pair = make_key(HOSPITAL)
    issued = region.authority.certify(pair.request, HOSPITAL, NOON)
    assert issued.expires_at == NOON + 30 * DAY
    held = Identity(region.url, HOSPITAL, 1, pair.key, issued.pem, region.authority.certificate)
    assert not is_due(held, NOON + 19 * DAY)
    assert is_due(held, NOON + 20 * DAY)


def test_a_revoked_edge_is_out_at_once_and_comes_back_by_a_new_enrolment(region: Region) -> None:
    with region.enrolled() as client:
        assert client.get("/edge/v1/policy").status_code == 200
        edges.revoke(region.hub.store, CLOCK, operator("desk"), HOSPITAL)
        assert client.get("/edge/v1/policy").status_code == 401
        assert _post(client, _batch(region)).status_code == 401
    with region.enrolled() as client:
        assert _fates(_post(client, _batch(region))) == [Fate.FILED]
    with pytest.raises(NotFound):
        edges.revoke(region.hub.store, CLOCK, operator("desk"), CLINIC)


def test_enrolling_again_puts_the_old_edge_out(region: Region) -> None:
    with region.enrolled() as old, region.enrolled() as new:
        assert old.get("/edge/v1/policy").status_code == 401
        assert new.get("/edge/v1/policy").status_code == 200


def test_the_certificate_alone_says_who_speaks(region: Region) -> None:
    with region.enrolled(CLINIC) as client:
        content = sent.written(
            1, sent.position(region.hub.store, CLINIC), [parcel(ONE, named(laboratory(ONE, 1)))]
        )
        assert _fates(_post(client, content, **{"x-facility": HOSPITAL})) == [Fate.HELD]
        policy = read_policy(client.get("/edge/v1/policy").content)
    assert (policy.facility, policy.patients) == (CLINIC, {})
    assert sent.seen_at_the_clinic(region.hub.store, ONE) == []


def test_a_secret_serves_once(region: Region) -> None:
    pair = make_key(HOSPITAL)
    body = {"secret": region.token()["secret"], "csr": pair.request}
    with region.anybody() as client:
        assert client.post("/edge/v1/enrol", json=body | {"csr": "nothing"}).status_code == 400
        assert client.post("/edge/v1/enrol", json=body).status_code == 200
        assert client.post("/edge/v1/enrol", json=body).status_code == 403
        assert client.post("/edge/v1/enrol", json=body | {"secret": "guessed"}).status_code == 403
        assert client.post("/edge/v1/enrol", content=b"[]").status_code == 400
    with region.hub.store.look() as work:
        assert [edge.epoch for edge in work.edges.all()] == [1]


def test_a_stranger_takes_nobodys_turn_at_writing(region: Region) -> None:
    body = {"secret": "guessed", "csr": make_key(HOSPITAL).request}
    with region.anybody() as client, region.hub.store.work() as work:
        work.edges.offer(CLINIC, b"another", 1)  # the writer's turn is taken
        assert client.post("/edge/v1/enrol", json=body).status_code == 403


def test_who_guesses_secrets_must_wait_and_who_is_enrolled_need_not(region: Region) -> None:
    body = {"secret": "guessed", "csr": make_key(HOSPITAL).request}
    with region.enrolled() as known, region.anybody() as client:
        answers = [client.post("/edge/v1/enrol", json=body) for _ in range(MOST_TRIES + 1)]
        assert [one.status_code for one in answers] == [403] * MOST_TRIES + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
        good = body | {"secret": region.token(CLINIC)["secret"]}
        assert client.post("/edge/v1/enrol", json=good).status_code == 429
        assert client.get("/edge/v1/authority").status_code == 200
        assert known.get("/edge/v1/policy").status_code == 200


def test_the_door_has_room_for_so_many_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_door, "MOST_CONNECTIONS", 3)
    settings = Settings(data_dir=tmp_path / "data", edge_port=0)
    hub = wire(settings)
    authority = RegionAuthority(settings.data_dir, CLOCK.now())
    with served(application(hub)) as viewer, ExitStack() as clients:
        assert hub.edge_door is not None
        region = Region(hub, authority, viewer, f"https://127.0.0.1:{hub.edge_door.port}", tmp_path)
        callers = [clients.enter_context(region.anybody()) for _ in range(3)]
        codes = [one.get("/edge/v1/authority").status_code for one in callers]
    assert codes == [200, 200, 503]


def test_a_connection_on_which_nothing_is_asked_is_closed(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_REQUEST_SECONDS", 0.1)
    port = int(region.url.rpartition(":")[2])
    context = ssl.create_default_context(cadata=region.authority.certificate)
    with (
        create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as idle,
    ):
        idle.sendall(b"GET /edge/v1/authority HTTP/1.1\r\n")
        assert idle.recv(1) == b""


def test_a_request_says_nothing_about_the_facility(region: Region) -> None:
    pair = make_key(CLINIC)
    with region.anybody() as client:
        body = {"secret": region.token(HOSPITAL)["secret"], "csr": pair.request}
        given = client.post("/edge/v1/enrol", json=body).json()
    assert given["facility"] == HOSPITAL
    with region.client(given["certificate"], pair.key) as client:
        assert read_policy(client.get("/edge/v1/policy").content).facility == HOSPITAL


def test_a_renewed_certificate_speaks_for_the_same_epoch(region: Region) -> None:
    with region.enrolled() as client:
        pair = make_key(HOSPITAL)
        given = client.post("/edge/v1/renew", json={"csr": pair.request}).json()
        assert (given["facility"], given["epoch"]) == (HOSPITAL, 1)
        with region.client(given["certificate"], pair.key) as renewed:
            assert _fates(_post(renewed, _batch(region))) == [Fate.FILED]
        assert client.get("/edge/v1/policy").status_code == 200


def test_the_consent_list_is_given_once_it_moves(region: Region) -> None:
    with region.enrolled() as client:
        policy = read_policy(client.get("/edge/v1/policy?after=-1&wait=0").content)
        assert (policy.position, list(policy.patients)) == (region.position(), [ONE])
        still = client.get(f"/edge/v1/policy?after={policy.position}&wait=1")
        assert still.status_code == 204
        sent.withdraw(region.hub.store, ONE)
        moved = client.get(f"/edge/v1/policy?after={policy.position}&wait=25")
        assert read_policy(moved.content).patients == {}
        assert client.get("/edge/v1/policy?after=x").status_code == 400


def test_a_door_that_closes_lets_nobody_wait(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", edge_port=0)
    hub = wire(settings)
    storages.people(hub.store, [ONE], [ONE])
    authority = RegionAuthority(settings.data_dir, CLOCK.now())
    with ThreadPoolExecutor(1) as waiting:
        with served(application(hub)) as viewer:
            assert hub.edge_door is not None
            url = f"https://127.0.0.1:{hub.edge_door.port}"
            region = Region(hub, authority, viewer, url, tmp_path)
            client = region.enrolled()
            asked = waiting.submit(client.get, f"/edge/v1/policy?after={region.position()}&wait=25")
            with pytest.raises(TimeoutError):
                asked.result(1)
        assert asked.result().status_code == 204
        client.close()


def test_nothing_is_taken_between_a_consent_and_the_list(region: Region) -> None:
    with region.enrolled() as client:
        before = region.position()
        sent.withdraw(region.hub.store, ONE)
        answer = _post(client, _batch(region, policy=before))
        assert (answer.status_code, answer.json()) == (
            409,
            {"reason": "policy", "position": region.position()},
        )
        with region.hub.store.look() as work:
            assert work.feeds.runs(HOSPITAL, 9) == []
        assert sent.hub_content(region.hub.store, [ONE]) == {ONE: frozenset()}


def test_a_late_number_is_told_the_greatest(region: Region) -> None:
    with region.enrolled() as client:
        _post(client, _batch(region, 7))
        answer = _post(client, _batch(region, 6, order=2))
    assert (answer.status_code, answer.json()) == (409, {"reason": "number", "number": 7})


def test_what_is_no_batch_or_too_large_is_refused(region: Region) -> None:
    zstd = {"content-encoding": "zstd"}
    good = _batch(region)
    bomb = compress(b"\0" * 64 * 1024 * 1024)
    cases = [
        (b"no batch", {}, 400),
        (b"no frame", zstd, 400),
        (compress(good)[:-3], zstd, 400),
        (compress(good) + b"more", zstd, 400),
        (compress(good) + compress(good), zstd, 400),
        (bomb, zstd, 413),
        (b"\0" * (1024 * 1024 + 1), {}, 413),
        (good, {"content-encoding": "br"}, 415),
    ]
    with region.enrolled() as client:
        assert [_post(client, content, **headers).status_code for content, headers, _ in cases] == [
            status for *_, status in cases
        ]
        chunked = client.post("/edge/v1/batches", content=iter([_batch(region, 9), *[b"\0" * 65536] * 20]))
        assert chunked.status_code == 413, chunked.text
        assert _fates(_post(client, compress(_batch(region, 10)), **zstd)) == [Fate.FILED]
    assert not list((region.folder / "data" / "incoming").iterdir())


def test_an_answer_about_a_bad_batch_repeats_nothing_of_it(region: Region) -> None:
    document = laboratory(ONE, 1)._replace(content="HANAKO 患者".encode())
    content = sent.written(1, region.position(), [parcel(ONE, named(document))])
    with region.enrolled() as client:
        answer = _post(client, content)
        broken = _post(client, content[:-1])
    assert "HANAKO" not in answer.text + broken.text
    assert ONE not in broken.text


def test_the_edges_door_has_nothing_of_the_viewer_and_the_viewers_nothing_of_edges(region: Region) -> None:
    with region.enrolled() as client:
        for path in (
            "/",
            "/patients",
            "/sign-in",
            "/static/viewer.css",
            "/health/live",
            "/api/patients/p/timeline",
        ):
            assert client.get(path).status_code == 404
    with httpx.Client(base_url=region.viewer) as client:
        assert client.get("/edge/v1/authority").status_code in {303, 404}
        assert client.post("/edge/v1/enrol", json={}).status_code in {303, 403, 404, 405}


def test_a_report_is_kept_and_answered_with_what_waits(region: Region) -> None:
    store = region.hub.store
    with region.enrolled() as client:
        with store.work() as work:
            task = EdgeTask("a" * 32, HOSPITAL, "replay", '{"source":"main","locators":[]}', 1, "desk")
            work.tasks.put(task)
            work.tasks.put(task._replace(id="b" * 32, facility=CLINIC))
        answer = client.post("/edge/v1/status", json={"version": "1", "sources": []})
        assert [(one["id"], one["kind"], one["body"]) for one in answer.json()["tasks"]] == [
            ("a" * 32, "replay", {"source": "main", "locators": []})
        ]
        done = {"outcome": "done", "detail": ""}
        assert client.post(f"/edge/v1/tasks/{'b' * 32}", json=done).status_code == 404
        assert client.post(f"/edge/v1/tasks/{'a' * 32}", json={"outcome": "?"}).status_code == 400
        assert client.post(f"/edge/v1/tasks/{'a' * 32}", json=done).status_code == 204
        assert client.post(f"/edge/v1/tasks/{'a' * 32}", json=done).status_code == 404
        assert client.post("/edge/v1/status", json={}).json()["tasks"] == []
        assert client.post("/edge/v1/status", content=b"{" * 2_000_000).status_code == 413
    edge = _edge(region)
    assert edge.status == "{}"
    assert edge.reported_at > 0


def test_a_report_is_answered_with_where_the_audit_trail_ends(region: Region) -> None:
    with region.enrolled() as client:
        assert region.hub.recording
        region.hub.recording.sealing.step()
        with region.hub.store.look() as work:
            sealed = work.seals.last()
        assert sealed is not None
        assert seal_read(client.post("/edge/v1/status", json={}).json()["audit"]) == sealed


def test_names_that_are_no_text_come_back_as_they_were(region: Region) -> None:
    locator = b"x/\x83\xff".decode("ascii", "surrogateescape")
    document, content = named(laboratory(ONE, 1))
    document = document._replace(locator=locator)
    batch = sent.written(1, region.position(), [parcel(ONE, (document, content))])
    with region.enrolled() as client:
        (receipt,) = read_receipts(_post(client, batch).json()["receipts"])
    assert (receipt.locator, receipt.fate) == (locator, Fate.FILED)


def test_the_authority_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first, again = (RegionAuthority(tmp_path, now) for now in (CLOCK.now(), CLOCK.now() + 5))
    first.door({"localhost"}, CLOCK.now())
    assert first.certificate == again.certificate
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "authority").iterdir()] == [0o600] * 2
    assert (tmp_path / "authority").stat().st_mode & 0o777 == 0o700
    for request in ("", "nothing", first.certificate, "x" * 20_000):
        with pytest.raises(Invalid):
            first.certify(request, HOSPITAL, CLOCK.now())


def _until_busy(client: httpx.Client) -> None:
    while _post(client, b"").status_code != 429:
        pass


def test_slow_lines_hold_no_place_of_others(region: Region) -> None:
    several = [FacilityCode(f"131000010{number}") for number in range(2 * TO_FILE_AT_ONCE)]
    with region.hub.store.work() as work:
        for code in several:
            work.directory.add(Facility(code, "病院", FacilityKind.HOSPITAL, "病院", 9))
    go_on = Event()

    def slowly(content: bytes) -> Iterator[bytes]:
        yield content[:10]
        go_on.wait(60)
        yield content[10:]

    with ThreadPoolExecutor(len(several)) as lines, ExitStack() as clients:
        try:
            empty = {code: sent.written(1, sent.position(region.hub.store, code), []) for code in several}
            slow = [clients.enter_context(region.enrolled(code)) for code in several]
            coming = [
                lines.submit(client.post, "/edge/v1/batches", content=slowly(empty[code]))
                for code, client in zip(several, slow, strict=True)
            ]
            for client in slow:
                _until_busy(client)
            with region.enrolled() as quick:
                assert _fates(_post(quick, _batch(region))) == [Fate.FILED]
        finally:
            go_on.set()
        assert [_fates(one.result()) for one in coming] == [[]] * len(several)


def test_a_batch_that_only_trickles_is_not_waited_for(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hie.web.edges.SILENCE_SECONDS", 0.3)
    pause = Event()

    def trickling(content: bytes) -> Iterator[bytes]:
        for at in range(30):
            yield content[at : at + 1]
            pause.wait(0.05)
        yield content[30:]

    with region.enrolled() as client:
        answer = client.post("/edge/v1/batches", content=trickling(_batch(region)))
        assert answer.status_code == 408
        assert _fates(_post(client, _batch(region, 2))) == [Fate.FILED]


def test_a_disk_that_fills_while_a_batch_comes_ends_it(tmp_path: Path) -> None:
    room = iter([True, True])
    settings = Settings(data_dir=tmp_path / "data", edge_port=0)
    hub = wire(settings)
    storages.people(hub.store, [ONE], [ONE])
    authority = RegionAuthority(settings.data_dir, CLOCK.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge_door, "disk_usage", lambda _: _Usage(10**12 if next(room, False) else 0))
        with served(application(hub)) as viewer:
            assert hub.edge_door is not None
            url = f"https://127.0.0.1:{hub.edge_door.port}"
            region = Region(hub, authority, viewer, url, tmp_path)
            with region.enrolled() as client:
                large = _batch(region) + b"\0" * 2 * 1024 * 1024
                answer = client.post("/edge/v1/batches", content=iter([large[:500], large[500:]]))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


class _Usage(NamedTuple):
    free: int


def test_filing_holds_nobody_at_the_calendar(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()
    take = region.hub.store.packer.pack

    def pack(data_kind: str, content: bytes) -> object:
        begun.set()
        go_on.wait(20)
        return take(data_kind, content)

    monkeypatch.setattr(region.hub.store.packer, "pack", pack)
    with region.enrolled() as client, ThreadPoolExecutor(1) as other:
        filing = other.submit(_post, client, _batch(region))
        assert begun.wait(20)
        assert httpx.get(f"{region.viewer}/health/ready").status_code == 200
        busy = _post(client, _batch(region, 2, 2))
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "1")
        go_on.set()
        assert _fates(filing.result()) == [Fate.FILED]
