"""The region's authority: it certifies edges, and the door they knock at, and nothing else.

Made on first use below the data folder, key and certificate in one file that only the hub's
account reads. Keys are EC P-256. Edges trust it by the hash in their token.
"""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hie.exchange.feeds.edges import Issued
from hie.record.errors import Invalid, Misconfigured
from hie.record.identifiers import FacilityCode
from hie.store.durable import write_whole

FOLDER = "authority"
_FILE = "authority.pem"
_DOOR = "door.pem"
_NAME = "Tsunagu HIE edge authority"
LIFE_OF_A_CLIENT = timedelta(days=30)
"""Renewed by the edge when two thirds have passed: it may be away for ten days and needs no one."""
_LIFE_OF_THE_DOOR = timedelta(days=825)
"""Made anew with every start of the hub."""
_LIFE_OF_THE_AUTHORITY = timedelta(days=20 * 365)
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: forward secrecy and authenticated encryption only (CRYPTREC/IPA, high-security type)."""
_SKEW = timedelta(minutes=10)
"""An edge's clock may be behind the hub's by that much."""
_LONGEST_REQUEST = 16_384


class RegionAuthority:
    """Keeps `Authority` with a key in a folder."""

    def __init__(self, data_dir: Path, now: int) -> None:
        """Open the authority below `data_dir`, or make it at `now` (milliseconds since 1970)."""
        self._folder = data_dir / FOLDER
        file = self._folder / _FILE
        if not file.exists():
            _make(file, _moment(now))
        content = file.read_bytes()
        try:
            key = serialization.load_pem_private_key(content, None)
            self._own = x509.load_pem_x509_certificate(content)
        except ValueError as error:
            raise Misconfigured(f"data_dir: {FOLDER}/{_FILE} cannot be read") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Misconfigured(f"data_dir: {FOLDER}/{_FILE} holds another kind of key")
        self._key = key
        self.certificate = _pem(self._own)
        self.fingerprint = hashlib.sha256(_der(self._own)).hexdigest()

    def certify(self, request: str, facility: FacilityCode, now: int) -> Issued:
        """Issue a client certificate for 30 days; only the key of the request counts."""
        public = _requested(request)
        begins = _moment(now)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, facility)])
        builder = _leaf(subject, public, begins, begins + LIFE_OF_A_CLIENT, self._own)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        made = builder.add_extension(usage, critical=False).sign(self._key, hashes.SHA256())
        expires_at = int(made.not_valid_after_utc.timestamp() * 1000)
        return Issued(_pem(made), hashlib.sha256(_der(made)).digest(), expires_at)

    def door(self, names: Iterable[str], now: int) -> ssl.SSLContext:
        """Make the TLS side of the door for these names and addresses, with a new key and certificate.

        A client may show a certificate of this authority, or none; any other is refused.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        begins = _moment(now)
        wanted = sorted(set(names))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted[0][:64])])
        builder = _leaf(subject, key.public_key(), begins, begins + _LIFE_OF_THE_DOOR, self._own)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        builder = builder.add_extension(x509.SubjectAlternativeName(map(_name, wanted)), critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        file = self._folder / _DOOR
        _write(file, _private(key) + _pem(made).encode(), replacing=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.load_cert_chain(file)
        context.load_verify_locations(cadata=self.certificate)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context


def _make(file: Path, begins: datetime) -> None:
    """Make the authority; where somebody else was first, theirs stays."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins - _SKEW)
        .not_valid_after(begins + _LIFE_OF_THE_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(file, _private(key) + _pem(certificate).encode(), replacing=False)


def _leaf(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    begins: datetime,
    ends: datetime,
    issuer: x509.Certificate,
) -> x509.CertificateBuilder:
    above = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder(issuer.subject, subject, public, x509.random_serial_number())
        .not_valid_before(begins - _SKEW)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _requested(request: str) -> ec.EllipticCurvePublicKey:
    """Return the key of a request that its holder signed; raises `Invalid`."""
    if len(request) > _LONGEST_REQUEST:
        raise Invalid("this is no certificate request")
    try:
        read = x509.load_pem_x509_csr(request.encode())
        signed, public = read.is_signature_valid, read.public_key()
    except (ValueError, TypeError, UnicodeError) as error:
        raise Invalid("this is no certificate request") from error
    if not signed or not isinstance(public, ec.EllipticCurvePublicKey):
        raise Invalid("a request is signed by its own key, EC P-256")
    if not isinstance(public.curve, ec.SECP256R1):
        raise Invalid("a request is signed by its own key, EC P-256")
    return public


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _moment(now: int) -> datetime:
    return datetime.fromtimestamp(now // 1000, UTC)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes, *, replacing: bool) -> None:
    """Put a file on disk whole, for the hub's account alone; the first one stays unless `replacing`."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(file, content, replacing=replacing)
