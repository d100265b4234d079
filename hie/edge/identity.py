"""Who an edge is to the hub: its key, its certificate, and the one authority that it trusts.

All of it is one file, replaced as a whole: a key never lies there without its certificate. The key
is made on the edge (EC P-256) and never leaves it.
"""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hie.edge.durable import read_if_there, write_durably
from hie.record.errors import Invalid, Misconfigured
from hie.record.identifiers import FacilityCode

FILE = "identity.json"
_CHAIN = "client.pem"
"""Key and certificate once more, made from the file above: the TLS library reads them from a path."""


class Identity(NamedTuple):
    """An enrolled edge."""

    url: str
    facility: FacilityCode
    epoch: int
    """Number of the facility's enrolment, as the hub counts."""
    key: str
    certificate: str
    authority: str
    """All three as PEM."""

    def __repr__(self) -> str:
        """Show no key."""
        return f"Identity({self.facility}, epoch {self.epoch})"


class KeyPair(NamedTuple):
    """A new key and the request to have it certified, both as PEM."""

    key: str
    request: str

    def __repr__(self) -> str:
        """Show no key."""
        return "KeyPair()"


def make_key(facility: str) -> KeyPair:
    """Make a key and a certificate request for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, facility)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return KeyPair(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        request.public_bytes(serialization.Encoding.PEM).decode(),
    )


def only_certificate(text: str) -> str:
    """Write the one certificate of a text anew, as PEM of its own bytes; raises `Invalid`.

    Readers of PEM differ in what they skip and where they stop. What is hashed, kept and trusted is
    therefore this, and never the text that somebody sent: nothing rides beside the certificate.
    """
    try:
        (certificate,) = x509.load_pem_x509_certificates(text.encode())
    except ValueError as error:  # none, more than one, or no text
        raise Invalid("this is not one certificate") from error
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def fingerprint(certificate: str) -> str:
    """Return the SHA-256 of a PEM certificate's DER bytes, in hexadecimal; raises `Invalid`."""
    only = x509.load_pem_x509_certificate(only_certificate(certificate).encode())
    return only.fingerprint(hashes.SHA256()).hex()


def check_pair(key: str, certificate: str) -> None:
    """Raise `Invalid` unless the certificate is of this key."""
    try:
        made = serialization.load_pem_private_key(key.encode(), None).public_key()
        certified = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    except (ValueError, TypeError) as error:
        raise Invalid("the certificate cannot be read") from error
    if _public(made) != _public(certified):
        raise Invalid("the certificate is of another key")


def is_due(identity: Identity, now: int) -> bool:
    """Say whether two thirds of the certificate's life have passed; `now` in milliseconds since 1970."""
    certificate = x509.load_pem_x509_certificate(identity.certificate.encode())
    begins = certificate.not_valid_before_utc.timestamp()
    ends = certificate.not_valid_after_utc.timestamp()
    return now / 1000 >= begins + (ends - begins) * 2 / 3


def expires_at(identity: Identity) -> int:
    """Return when the certificate ends, in milliseconds since 1970."""
    certificate = x509.load_pem_x509_certificate(identity.certificate.encode())
    return int(certificate.not_valid_after_utc.timestamp() * 1000)


def store(folder: Path, identity: Identity) -> None:
    """Keep an identity in `folder`; on disk and whole when it returns."""
    write_durably(folder / FILE, json.dumps(identity._asdict()).encode())


def load(folder: Path) -> Identity:
    """Return the identity kept in `folder`; raises `Misconfigured` if there is none."""
    content = read_if_there(folder / FILE)
    if content is None:
        raise Misconfigured("this edge is not enrolled: hie edge enrol TOKEN")
    try:
        return Identity(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise Misconfigured("the edge's identity cannot be read: enrol it again") from error


def tls_context(folder: Path, identity: Identity) -> ssl.SSLContext:
    """Make a context that shows the edge's certificate and trusts the region's authority alone."""
    chain = folder / _CHAIN
    wanted = (identity.key + identity.certificate).encode()
    if read_if_there(chain) != wanted:
        write_durably(chain, wanted)
    context = trusting(identity.authority)
    context.load_cert_chain(chain)
    return context


def trusting(authority: str) -> ssl.SSLContext:
    """Make a context that trusts one authority alone; raises `Invalid` if that is not one certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # asks for a certificate and its name, trusts nobody
    context.load_verify_locations(cadata=only_certificate(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _public(key: object) -> bytes:
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101  the edge makes no other
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
