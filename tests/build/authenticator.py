"""A passkey's authenticator in software: makes keys and signs as a phone does (WebAuthn level 3)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 0x40
CURVE_P256, ES256, EC2 = 1, -7, 2


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


class Authenticator:
    """One device with one key."""

    def __init__(self, name: str, flags: int = PRESENT | VERIFIED) -> None:
        """Have a key of one's own; `flags` say whether it checks the person."""
        self.id = hashlib.sha256(name.encode()).digest()[:16]
        self.count = 0
        self._flags = flags
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, question: str, origin: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(question)
        client = _client("webauthn.create", asked, origin)
        numbers = self._key.public_key().public_numbers()
        public = cbor2.dumps(
            {
                1: EC2,
                3: ES256,
                -1: CURVE_P256,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": _text(client),
            "attestationObject": _text(made),
            "transports": ["internal"],
        }
        return self._credential(response)

    def answer(self, question: str, origin: str) -> str:
        """Answer `navigator.credentials.get`."""
        asked = json.loads(question)
        client = _client("webauthn.get", asked, origin)
        self.count += 1
        data = self._data(asked["rpId"], 0)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
        }
        return self._credential(response)

    def _data(self, host: str, more: int) -> bytes:
        flags = self._flags | more
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _credential(self, response: dict[str, Any]) -> str:
        name = _text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _client(kind: str, asked: dict[str, Any], origin: str) -> bytes:
    said = {"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps(said).encode()
