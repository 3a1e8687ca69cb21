"""The two ceremonies of WebAuthn (W3C Level 3 §7): registering a passkey, and answering a challenge with one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shared.territory.territory import Territory

TIMEOUT_MILLISECONDS = 300_000
# Browsers take plain HTTP for safe on this name alone.
_LOCAL_ORIGIN = re.compile(r"http://localhost(:[0-9]{1,5})?")
_FAILURES = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class PasskeyRefused(Exception):
    """What was sent is not the answer of a passkey to this challenge."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey as it is stored."""

    id: bytes
    public_key: bytes
    sign_count: int
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Ceremonies:
    """Of one territory: passkeys are bound to its host; in an embedded pod to `localhost`, from whichever port."""

    territory: Territory
    is_local: bool
    origins: Sequence[str]

    @property
    def relying_party(self) -> str:
        """The domain that passkeys are bound to."""
        return "localhost" if self.is_local else self.territory.host

    def registration_options(
        self, account_id: UUID, username: str, challenge: bytes, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """What a page gives to `navigator.credentials.create`; who holds a known passkey is left out."""
        options = generate_registration_options(
            rp_id=self.relying_party,
            rp_name=f"UnityPlan {self.territory.name}",
            user_id=account_id.bytes,
            user_name=username,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        )
        return _as_json(options_to_json(options))

    def request_options(self, challenge: bytes) -> dict[str, Any]:
        """What a page gives to `navigator.credentials.get`: it names no account, so it tells of none."""
        options = generate_authentication_options(
            rp_id=self.relying_party,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _as_json(options_to_json(options))

    def registered(self, answer: str, challenge: bytes) -> Credential:
        """The passkey that was made. Raises: PasskeyRefused."""
        try:
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.relying_party,
                expected_origin=self._origin_of(_client_data(answer)),
                require_user_verification=True,
            )
        except _FAILURES as error:
            raise PasskeyRefused from error
        return Credential(
            verified.credential_id,
            verified.credential_public_key,
            verified.sign_count,
            verified.credential_backed_up,
        )

    def answered(self, answer: str, challenge: bytes, credential: Credential) -> Credential:
        """The passkey after it has answered. Raises: PasskeyRefused, also when its counter went backwards."""
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.relying_party,
                expected_origin=self._origin_of(_client_data(answer)),
                credential_public_key=credential.public_key,
                credential_current_sign_count=credential.sign_count,
                require_user_verification=True,
            )
        except _FAILURES as error:
            raise PasskeyRefused from error
        return Credential(credential.id, credential.public_key, verified.new_sign_count, verified.credential_backed_up)

    def _origin_of(self, client_data: bytes) -> str:
        """The page's origin, one of those that may be; the library compares it once more."""
        origin = parse_client_data_json(client_data).origin
        if origin in self.origins or (self.is_local and _LOCAL_ORIGIN.fullmatch(origin)):
            return origin
        raise PasskeyRefused


def credential_id_of(answer: str) -> bytes:
    """Which passkey answers. Raises: PasskeyRefused."""
    try:
        return bytes(parse_authentication_credential_json(answer).raw_id)
    except _FAILURES as error:
        raise PasskeyRefused from error


def _client_data(answer: str) -> bytes:
    return base64url_to_bytes(orjson.loads(answer)["response"]["clientDataJSON"])


def _as_json(text: str) -> dict[str, Any]:
    options: dict[str, Any] = orjson.loads(text)
    return options
