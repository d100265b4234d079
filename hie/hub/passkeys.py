"""Passkeys by py_webauthn: discoverable keys with user verification, and no attestation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hie.exchange.ports import Account, Passkey
from hie.exchange.signing.proofs import Made, ProofFailed, Site

LONGEST = 16 * 1024
"""Characters of an answer; a key's statement is a small part of that."""
_WRONG = (WebAuthnException, ValueError, KeyError, TypeError)
"""What the library raises for answers that are none."""
_VERIFIED = UserVerificationRequirement.REQUIRED


class WebAuthnPasskeys:
    """`PasskeyChecks` by py_webauthn."""

    def __init__(self, network: str) -> None:
        """Make keys in the name of a network."""
        self._network = network

    def creation(self, site: Site, challenge: bytes, account: Account, others: Sequence[Passkey]) -> str:
        """Ask for a new discoverable key with user verification; none where one of `others` lies."""
        options = generate_registration_options(
            rp_id=site.host,
            rp_name=self._network,
            user_name=account.login,
            user_id=hashlib.sha256(f"user handle {account.id}".encode()).digest(),
            user_display_name=account.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=_descriptors(others),
        )
        return options_to_json(options)

    def request(self, site: Site, challenge: bytes, keys: Sequence[Passkey]) -> str:
        """Ask for one of `keys`, or for any where none is given."""
        options = generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=_descriptors(keys),
            user_verification=_VERIFIED,
        )
        return options_to_json(options)

    def challenge(self, answer: str) -> bytes:
        """Return the challenge an answer says it is to; raise `ProofFailed`."""
        try:
            parsed: RegistrationCredential | AuthenticationCredential = (
                parse_registration_credential_json(_bounded(answer))
                if "attestationObject" in answer
                else parse_authentication_credential_json(_bounded(answer))
            )
            return parse_client_data_json(parsed.response.client_data_json).challenge
        except _WRONG as error:
            raise ProofFailed("not the answer of a browser") from error

    def credential(self, answer: str) -> bytes:
        """Return the id of the key that answered; raise `ProofFailed`."""
        try:
            return parse_authentication_credential_json(_bounded(answer)).raw_id
        except _WRONG as error:
            raise ProofFailed("not the answer of a passkey") from error

    def created(self, site: Site, challenge: bytes, answer: str) -> Made:
        """Return the new key; raise `ProofFailed`."""
        try:
            made = verify_registration_response(
                credential=_bounded(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
            transports = json.loads(answer).get("response", {}).get("transports") or []
        except _WRONG as error:
            raise ProofFailed("not a new passkey") from error
        known = {transport.value for transport in AuthenticatorTransport}
        named = " ".join(one for one in transports if isinstance(one, str) and one in known)
        return Made(made.credential_id, made.credential_public_key, made.sign_count, named)

    def asserted(self, site: Site, challenge: bytes, answer: str, key: Passkey) -> int:
        """Return the key's new count of signatures; raise `ProofFailed`."""
        try:
            shown = verify_authentication_response(
                credential=_bounded(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except _WRONG as error:
            raise ProofFailed("the passkey's answer is wrong") from error
        return shown.new_sign_count


def _descriptors(keys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=key.id, transports=[AuthenticatorTransport(one) for one in key.transports.split()] or None
        )
        for key in keys
    ]


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    return answer
