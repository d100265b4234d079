"""What the door of the edges speaks: TLS 1.3, and of TLS 1.2 what has forward secrecy and an AEAD."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from hie.hub.authority import RegionAuthority

NOW = 1_795_188_000_000


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> RegionAuthority:
    """The region's authority."""
    folder: Path = tmp_path_factory.mktemp("authority")
    return RegionAuthority(folder, NOW)


def _client(authority: RegionAuthority, version: ssl.TLSVersion, ciphers: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority.certificate)
    context.minimum_version = min(version, ssl.TLSVersion.TLSv1_2)
    context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    return context


def _shaken(client: ssl.SSLContext, server: ssl.SSLContext) -> tuple[str, str]:
    """Shake hands in memory; return protocol and cipher, or raise as the client or the server does."""
    ends = [ssl.MemoryBIO() for _ in range(2)]
    ours = client.wrap_bio(ends[0], ends[1], server_hostname="localhost")
    theirs = server.wrap_bio(ends[1], ends[0], server_side=True)
    waiting = [ours, theirs]
    for _ in range(10):
        waiting = [end for end in waiting if not _is_done(end)]
    assert not waiting
    cipher = ours.cipher()
    assert cipher is not None
    return str(ours.version()), cipher[0]


def _is_done(end: ssl.SSLObject) -> bool:
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


@pytest.mark.parametrize(
    ("version", "ciphers", "spoken"),
    [
        (ssl.TLSVersion.TLSv1_3, "", "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_2, "", "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1.2"),
    ],
)
def test_the_door_speaks_what_is_of_the_high_security_type(
    authority: RegionAuthority, version: ssl.TLSVersion, ciphers: str, spoken: str
) -> None:
    protocol, cipher = _shaken(_client(authority, version, ciphers), authority.door(["localhost"], NOW))
    assert protocol == spoken
    assert any(mode in cipher for mode in ("GCM", "CHACHA20"))


@pytest.mark.parametrize(
    "ciphers",
    ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
)
def test_the_door_speaks_nothing_without_an_aead(authority: RegionAuthority, ciphers: str) -> None:
    with pytest.raises(ssl.SSLError):
        _shaken(_client(authority, ssl.TLSVersion.TLSv1_2, ciphers), authority.door(["localhost"], NOW))


def test_every_cipher_of_the_door_has_forward_secrecy_and_an_aead(authority: RegionAuthority) -> None:
    for cipher in authority.door(["localhost"], NOW).get_ciphers():
        assert cipher["aead"], cipher["name"]
        assert cipher["kea"] in {"kx-ecdhe", "kx-any"}, cipher["name"]
