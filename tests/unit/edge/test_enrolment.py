"""Tokens, keys and certificates of an edge."""

from __future__ import annotations

import base64
import json
import ssl
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hie.edge import identity
from hie.edge.enrolment import read_token
from hie.record.errors import Invalid, Misconfigured
from tests.certificates import Authority
from tests.edges import DAY, START, HandClock, enrolled
from tests.storages import HOSPITAL


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
    assert not identity.is_due(made, START + 60 * DAY - 2_000)
    assert identity.is_due(made, START + 60 * DAY)
    assert identity.expires_at(made) == START + 90 * DAY


def test_only_the_pinned_authority_is_trusted() -> None:
    context = identity.trusting(Authority().pem)
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


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
