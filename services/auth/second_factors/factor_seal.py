"""Keeps the secret of an authenticator app sealed, as a private key is."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.auth.second_factors.recovery_codes import RecoveryHashes
from services.auth.signing_keys.key_material import derived_key
from shared.errors import Kind, ServiceError
from shared.settings.secrets import Secret

_NONCE_BYTES = 12


class FactorSeal:
    """AES-256-GCM under a key derived from `JWT_SECRET`, bound to the account; and the hashes of recovery codes."""

    def __init__(self, secret: Secret) -> None:
        self._cipher = AESGCM(derived_key(secret, "unityplan/totp/seal/v1"))
        self.recovery = RecoveryHashes(secret)

    def seal(self, account_id: UUID, secret: bytes) -> bytes:
        """As it is stored."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, account_id.bytes)

    def open(self, account_id: UUID, sealed: bytes) -> bytes:
        """The secret. Raises: unavailable `second-factor-sealed`, when it was sealed under another `JWT_SECRET`."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], account_id.bytes)
        except InvalidTag:
            detail = "The second factor was sealed under another JWT_SECRET."
            raise ServiceError(Kind.UNAVAILABLE, "second-factor-sealed", detail) from None
