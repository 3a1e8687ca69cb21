"""Recovery codes: ten words of fifty random bits, each good once, kept as hashes under a key."""

import base64
import hmac
import secrets

from services.auth.signing_keys.key_material import derived_key
from shared.settings.secrets import Secret

COUNT = 10
_HALF = 5
_ENTROPY_BYTES = 7


def new_codes() -> tuple[str, ...]:
    """`abcde-fghij`, ten of them."""
    return tuple(_code() for _ in range(COUNT))


class RecoveryHashes:
    """Hashes that only the holder of `JWT_SECRET` can compute: fifty bits alone could be tried through."""

    def __init__(self, secret: Secret) -> None:
        self._key = derived_key(secret, "unityplan/recovery-codes/hash/v1")

    def of(self, account: str, code: str) -> bytes:
        """The same for a code however it is typed."""
        plain = "".join(filter(str.isalnum, code.casefold()))
        return hmac.digest(self._key, f"{account}/{plain}".encode("utf-8", "surrogatepass"), "sha256")


def _code() -> str:
    word = base64.b32encode(secrets.token_bytes(_ENTROPY_BYTES)).decode().lower()
    return f"{word[:_HALF]}-{word[_HALF : 2 * _HALF]}"
