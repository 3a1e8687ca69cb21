"""The keys of persons, wrapped under a key derived from PERSON_KEY_SECRET; rotation is wrapping them anew.

AES-256-GCM bound to the person, under a key derived with HKDF, one a territory. Sources: NIST SP 800-38D, RFC 5869.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.settings.secrets import Secret

KEY_BYTES = 32
NONCE_BYTES = 12
SECRET_ID_CHARACTERS = 16

Secrets = Sequence[Secret | None]
"""The current secret and the previous one."""

Reread = Callable[[], Secrets]


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """As it is stored. `secret_id` names the secret; empty where that was not written down yet."""

    person: UUID
    wrapped: bytes
    secret_id: str


class KeyWrapping:
    """Wraps under the current secret, unwraps under the one that a key names."""

    def __init__(self, territory: str, secrets: Secrets, reread: Reread | None) -> None:
        self.territory = territory
        self._reread = reread
        self._take(secrets)

    @property
    def current(self) -> str:
        """The id of the secret under which keys are wrapped now."""
        return self._current

    def wrap(self, person: UUID, key: bytes) -> WrappedKey:
        """Under the current secret, looked up again: one that was made since the start counts at once."""
        if self._reread is not None:
            self._take(self._reread())
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._by_id[self._current].encrypt(nonce, key, person.bytes)
        return WrappedKey(person, nonce + sealed, self._current)

    def unwrap(self, key: WrappedKey) -> bytes | None:
        """The person's key; None when it is wrapped under no secret that there is.

        An id that is unknown may be that of a secret made since the start: then both are looked up again, so that
        rotation needs no service to be stopped.
        """
        opened = self._unwrapped(key)
        if opened is None and self._reread is not None:
            self._take(self._reread())
            opened = self._unwrapped(key)
        return opened

    def _take(self, secrets: Secrets) -> None:
        given = [self._derived(secret) for secret in secrets if secret is not None]
        self._by_id = dict(given)
        self._current = given[0][0]

    def _derived(self, secret: Secret) -> tuple[str, AESGCM]:
        label = f"unityplan person keys {self.territory}".encode()
        derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(secret.reveal().encode())
        return hashlib.sha256(derived).hexdigest()[:SECRET_ID_CHARACTERS], AESGCM(derived)

    def _unwrapped(self, key: WrappedKey) -> bytes | None:
        candidates = self._by_id.values() if not key.secret_id else filter(None, [self._by_id.get(key.secret_id)])
        for candidate in candidates:
            try:
                return candidate.decrypt(key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:], key.person.bytes)
            except InvalidTag:
                continue
        return None
