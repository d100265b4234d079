"""Tokens, keys and certificates of an edge."""

from __future__ import annotations

import base64
import json
import ssl
import stat
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hie.clock import SystemClock
from hie.edge import identity
from hie.edge.enrolment import enrol, read_token, renewed
from hie.edge.hub_link import HubLink
from hie.record.errors import Invalid, Misconfigured
from tests.certificates import Authority
from tests.edge_door import a_door
from tests.edges import DAY, START, HandClock, StandInHub, enrolled
from tests.storages import HOSPITAL

CLOCK = SystemClock()


def _token(**changes: str) -> str:
    content = {
        "url": "https://hub.example:8443/",
        "facility": HOSPITAL,
        "secret": "once",
        "authority_sha256": "AB" * 32,
    } | changes
    return "tsunagu1." + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_token_says_where_who_and_whom_to_trust() -> None:
    token = read_token(f" {_token()}\n")
    assert token.url == "https://hub.example:8443"
    assert token.facility == HOSPITAL
    assert token.authority_sha256 == "ab" * 32
    assert "once" not in repr(token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tsunagu1.",
        "tsunagu2.e30",
        "tsunagu1.e30",
        "tsunagu1.%%%",
        _token()[:-9],
        _token(url="http://hub.example"),
        _token(facility="12"),
    ],
)
def test_anything_else_is_no_token(text: str) -> None:
    with pytest.raises(Invalid):
        read_token(text)


def test_the_key_is_of_the_right_curve_and_readable_for_its_owner_alone(tmp_path: Path) -> None:
    made = enrolled(tmp_path, HandClock())
    key = serialization.load_pem_private_key(made.key.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    identity.tls_context(tmp_path, made)
    kept = [path for path in tmp_path.iterdir() if b"PRIVATE KEY" in path.read_bytes()]
    assert kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert "PRIVATE" not in repr(made)


def test_a_certificate_of_another_key_is_refused() -> None:
    authority = Authority()
    first, second = identity.make_key(HOSPITAL), identity.make_key(HOSPITAL)
    certificate = authority.certify(second.request, START)
    identity.check_pair(second.key, certificate)
    with pytest.raises(Invalid):
        identity.check_pair(first.key, certificate)


def test_a_certificate_is_renewed_after_two_thirds_of_its_life(tmp_path: Path) -> None:
    made = enrolled(tmp_path, HandClock())
    assert not identity.is_due(made, START + 20 * DAY - 2_000)
    assert identity.is_due(made, START + 20 * DAY)
    assert identity.expires_at(made) == START + 30 * DAY


def test_only_the_pinned_authority_is_trusted() -> None:
    context = identity.trusting(Authority().pem)
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def _padded() -> Authority:
    """Make an authority whose certificate ends in base64 padding, where a sloppy reader of PEM stops."""
    while "=" not in (made := Authority()).pem:
        pass
    return made


def test_a_certificate_with_another_behind_it_is_no_certificate() -> None:
    real, evil = _padded(), Authority()
    for text in (real.pem + evil.pem, evil.pem + real.pem, real.pem.strip() + evil.pem, "", "nothing", "é"):
        for reader in (identity.only_certificate, identity.fingerprint, identity.trusting):
            with pytest.raises(Invalid):
                reader(text)
    assert identity.only_certificate(f"said before\n{real.pem}said behind") == real.pem
    assert identity.fingerprint(real.pem) == sha256(ssl.PEM_cert_to_DER_cert(real.pem)).hexdigest()


def test_whoever_is_in_between_gets_no_secret_by_adding_an_authority(tmp_path: Path) -> None:
    real = _padded()
    with a_door(tmp_path, StandInHub(HandClock(CLOCK.now()))) as door:
        asked: list[str] = []
        answer = door.answer

        def in_between(request: httpx.Request, subject: str) -> httpx.Response:
            asked.append(request.url.path)
            if request.url.path == "/edge/v1/authority":
                return httpx.Response(200, text=real.pem.strip() + "\n" + door.authority.pem)
            return answer(request, subject)

        door.answer = in_between  # type: ignore[method-assign]
        token = _token(url=door.url, authority_sha256=identity.fingerprint(real.pem))
        with pytest.raises(Invalid):
            enrol(tmp_path / "edge", token)
    assert asked == ["/edge/v1/authority"]
    assert not (tmp_path / "edge").exists()


@pytest.mark.parametrize("more", ["", "-----", "twice"])
def test_a_renewal_brings_one_authority_or_is_not_kept(tmp_path: Path, more: str) -> None:
    held = enrolled(tmp_path, HandClock())
    authority = Authority()

    def renew(request: httpx.Request) -> httpx.Response:
        certificate = authority.certify(json.loads(request.content)["csr"], START)
        said = {"": "", "-----": "-----", "twice": authority.pem + Authority().pem}[more]
        return httpx.Response(200, json={"certificate": certificate, "authority": said})

    link = HubLink(held, tmp_path, httpx.MockTransport(renew))
    with link, pytest.raises(Invalid):
        renewed(tmp_path, held, link)
    assert identity.load(tmp_path) == held


def test_an_edge_that_is_not_enrolled_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="hie edge enrol"):
        identity.load(tmp_path)


def test_an_identity_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    made = enrolled(tmp_path / "edge", HandClock())
    assert identity.load(tmp_path / "edge") == made


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = enrolled(tmp_path, HandClock())

    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="No space"):
        identity.store(tmp_path, made._replace(epoch=2))
    assert identity.load(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == [identity.FILE]
