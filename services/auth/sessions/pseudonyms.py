"""Names for the unknown: a failed login leaves a trace without keeping what was typed, which may be anyone's name."""

import hmac
from uuid import UUID

from services.auth.signing_keys.key_material import derived_key
from shared.settings.secrets import Secret

_UUID_BYTES = 16


class Pseudonyms:
    """Turns an identifier that belongs to no account into an id that only the holder of `JWT_SECRET` can compute."""

    def __init__(self, secret: Secret) -> None:
        self._key = derived_key(secret, "unityplan/failed-logins/pseudonym/v1")

    def of(self, identifier: str) -> UUID:
        """The same id for the same identifier, whatever its case."""
        return UUID(bytes=hmac.digest(self._key, identifier.casefold().encode(), "sha256")[:_UUID_BYTES], version=5)
