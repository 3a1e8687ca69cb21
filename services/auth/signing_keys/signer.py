"""Signs access tokens with the territory's current key: the only place of the pod that can."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.provisioning import provide_missing_keys
from services.auth.signing_keys.queries import SealedKey, find_signing_keys
from shared.errors import Kind, ServiceError
from shared.identity.tokens import ALGORITHM, TOKEN_TYPE
from shared.territory.router import TerritoryRouter
from shared.territory.territory import Territory

# How long a revoked key may sign what nobody accepts, where no hint comes: as long as verifiers look by themselves.
MAX_KEY_AGE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class TerritoryKeys:
    """The opened private keys of one territory, read at `read_at` of the monotonic clock."""

    current_kid: str
    private_keys: Mapping[str, Ed25519PrivateKey]
    read_at: float

    def sign(self, claims: Mapping[str, object], kid: str, kind: str = TOKEN_TYPE) -> str:
        """The compact JWT of `claims`; signed with the current key when `kid` is no longer among the signing ones.

        Deterministic (RFC 8032): the same claims and key give the same bytes.
        """
        if kid not in self.private_keys:
            kid = self.current_kid
        headers = {"kid": kid, "typ": kind}
        return jwt.encode(dict(claims), self.private_keys[kid], algorithm=ALGORITHM, headers=headers)


class Signer:
    """Opens and keeps the signing keys of each territory, for at most `MAX_KEY_AGE_SECONDS`."""

    def __init__(self, router: TerritoryRouter, seal: KeySeal) -> None:
        self._router = router
        self._seal = seal
        self._keys: dict[str, TerritoryKeys] = {}

    async def keys_of(self, territory: Territory) -> TerritoryKeys:
        """The territory's keys, made first when there are none.

        Raises: unavailable `database-unavailable`, unavailable `signing-key-sealed`.
        """
        kept = self._keys.get(territory.code)
        if kept is not None and time.monotonic() - kept.read_at < MAX_KEY_AGE_SECONDS:
            return kept
        keys = await self._read(territory)
        self._keys[territory.code] = keys
        return keys

    async def forget(self, territory: Territory) -> None:
        """Read the territory's keys anew the next time: they have changed."""
        self._keys.pop(territory.code, None)

    async def _read(self, territory: Territory) -> TerritoryKeys:
        pool = self._router.pool(territory.code)
        sealed = await find_signing_keys(pool)
        if not any(key.is_current for key in sealed):
            await provide_missing_keys(pool, territory, self._seal)
            sealed = await find_signing_keys(pool)
        opened = {key.kid: self._open(territory, key) for key in sealed}
        return TerritoryKeys(next(key.kid for key in sealed if key.is_current), opened, time.monotonic())

    def _open(self, territory: Territory, key: SealedKey) -> Ed25519PrivateKey:
        try:
            return self._seal.open(territory.code, key.kid, key.sealed_private_key)
        except InvalidTag:
            detail = "The signing keys were sealed under another JWT_SECRET."
            raise ServiceError(Kind.UNAVAILABLE, "signing-key-sealed", detail) from None
