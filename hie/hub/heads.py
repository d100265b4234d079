"""The key of the seals, and the file of heads outside the hub.

The key lies below the data folder, not in the database: who can change the database cannot sign. The
file of heads lies where the administrator of the hub cannot take a line back: another disk, a share of
the secretariat, a machine of the medical association.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hie.exchange.ports.audit import AuditHead, Seal
from hie.exchange.trail.auditing import seal_read, seal_text, seal_written
from hie.hub.authority import FOLDER
from hie.record.errors import Invalid, Misconfigured
from hie.store.durable import write_whole

KEY_FILE = "audit-seal.pem"
HEADS_FILE = "audit-heads.jsonl"
"""Its name where a folder is given."""
_TAIL = 65_536


class SealingKey:
    """Signs heads: Ed25519, made on first use, readable for the hub's account alone."""

    def __init__(self, data_dir: Path) -> None:
        """Open the key below `data_dir`, or make it; where somebody else was first, theirs stays."""
        file = data_dir / FOLDER / KEY_FILE
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write_whole(file, made, replacing=False)
        self._key = key = _read(file)
        self.public = key.public_key().public_bytes_raw()
        """32 bytes; noted outside, it is what a verifier trusts."""

    def seal(self, number: int, head: AuditHead, at: int) -> Seal:
        """Sign where the chain ends at a moment."""
        signature = self._key.sign(seal_text(number, head, at))
        return Seal(number, head.sequence, head.hash, at, self.public, signature)


def kept_key(data_dir: Path) -> bytes | None:
    """Return the public half of the key below `data_dir`, none where there is none: proving makes no key."""
    file = data_dir / FOLDER / KEY_FILE
    return _read(file).public_key().public_bytes_raw() if file.exists() else None


def _read(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except ValueError as error:
        raise Misconfigured(f"data_dir: {FOLDER}/{KEY_FILE} cannot be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(f"data_dir: {FOLDER}/{KEY_FILE} holds another kind of key")
    return key


def is_genuine(seal: Seal, trusted: Iterable[bytes]) -> bool:
    """Say whether a trusted key signed a seal."""
    if seal.key not in trusted:
        return False
    text = seal_text(seal.number, AuditHead(seal.sequence, seal.hash), seal.at)
    try:
        Ed25519PublicKey.from_public_bytes(seal.key).verify(seal.signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


class HeadsOutside:
    """A file to which heads are only ever appended."""

    def __init__(self, place: Path) -> None:
        """Use a file, or `audit-heads.jsonl` in a folder that is there."""
        self._file = place / HEADS_FILE if place.is_dir() else place

    def keep(self, seals: Sequence[Seal]) -> None:
        """Append seals; on disk when it returns. Raises `OSError`."""
        # On a line of its own, whatever a power cut left of the last one.
        lines = "\n" + "".join(json.dumps(seal_written(one), separators=(",", ":")) + "\n" for one in seals)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, lines.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def newest(self) -> Seal | None:
        """Return the last whole seal in the file, none of an empty one; raises `OSError`."""
        if not self._file.exists():
            return None
        with self._file.open("rb") as content:
            content.seek(max(0, self._file.stat().st_size - _TAIL))
            lines = content.read().decode("utf-8", "replace").split("\n")
        for line in reversed(lines):
            with suppress(Invalid):
                return seal_read(_json(line))
        return None


def read_heads(place: Path) -> list[Seal]:
    """Read a file of heads; raises `OSError`.

    What is no seal was cut off by a power cut, or is not ours: it vouches for nothing.
    """
    file = place / HEADS_FILE if place.is_dir() else place
    found = []
    for line in file.read_text("utf-8", "replace").split("\n"):
        with suppress(Invalid):
            found.append(seal_read(_json(line)))
    return found


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Invalid("a line is no seal of an audit trail") from error
