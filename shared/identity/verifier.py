"""Verification of access tokens, fast after the first time: keys, revocations and a bounded cache per territory."""

import asyncio
import hashlib
from collections import OrderedDict
from datetime import timedelta
from time import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Interval, bindparam, func, or_, select

from shared.clock import utc_now
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.identity.principal import Principal
from shared.identity.revoked_subjects import RevokedSubjects
from shared.identity.tokens import read_header, refused, unverified_territory, verify_signature
from shared.identity.views import published_revocations, published_signing_keys
from shared.observability.logging import get_logger
from shared.territory.router import TerritoryRouter
from shared.territory.territory import Territory

log = get_logger()

CACHED_TOKENS = 10_000
POLL_SECONDS = 5.0
# A key that nobody knows makes the verifier look again, at most this often.
RELOAD_SECONDS = 1.0
FORGET_SECONDS = 3600.0
# Epochs are given before the commit: a higher one may be seen first, so the last minute is always read again.
LATE_COMMIT = timedelta(minutes=1)

_KEYS = compiled(select(published_signing_keys.c.kid, published_signing_keys.c.public_key))
_REVOKED = compiled(
    select(
        published_revocations.c.epoch,
        published_revocations.c.kind,
        published_revocations.c.subject,
        published_revocations.c.not_before,
        published_revocations.c.expires_at,
    )
    .where(
        or_(
            published_revocations.c.epoch > bindparam("epoch"),
            published_revocations.c.not_before > func.now() - bindparam("overlap", LATE_COMMIT, Interval),
        ),
        published_revocations.c.expires_at > func.now(),
    )
    .order_by(published_revocations.c.epoch)
)


class TerritoryVerifier:
    """What is known of one territory's keys and revocations."""

    def __init__(self, territory: Territory, pool: Pool) -> None:
        self.territory = territory
        self._pool = pool
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._revoked = RevokedSubjects()
        self._epoch = 0
        self._cache: OrderedDict[bytes, Principal] = OrderedDict()
        self._loaded_at = 0.0
        self._looked_again_at = 0.0
        self._forgot_at = 0.0
        self._asked = 0
        self._answered = 0
        self._loading = asyncio.Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether keys and revocations have been read at all; before that nobody may be let in."""
        return self._loaded_at > 0

    @property
    def cached_tokens(self) -> int:
        """Verified tokens that are remembered, at most 10,000."""
        return len(self._cache)

    async def load(self) -> None:
        """Read keys and what was revoked since the last time; those who ask meanwhile share the next reading.

        Raises:
            ServiceError: unavailable.
        """
        self._asked += 1
        ticket = self._asked
        async with self._loading:
            if self._answered >= ticket:
                return
            answering = self._asked
            for row in await self._pool.fetch(_REVOKED, epoch=self._epoch):
                self._revoked.add(row)
                self._epoch = max(self._epoch, row["epoch"])
            # Keys come last: with the first of them everything that was revoked is known.
            keys = {row["kid"]: row["public_key"] for row in await self._pool.fetch(_KEYS)}
            if keys.keys() != self._keys.keys():
                self._keys = {kid: Ed25519PublicKey.from_public_bytes(raw) for kid, raw in keys.items()}
                self._cache.clear()
            self._forget_expired()
            self._loaded_at = time()
            self._answered = answering

    async def verify(self, token: str) -> Principal:
        """The principal of a token that is signed, unexpired and not revoked."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        principal = self._cache.get(digest)
        if principal is None:
            kid = read_header(token)["kid"]
            if not self.is_loaded:
                await self.load()
            principal = verify_signature(token, await self._key(kid), self.territory)
            self._cache[digest] = principal
            if len(self._cache) > CACHED_TOKENS:
                self._cache.popitem(last=False)
        elif principal.expires_at.timestamp() <= time():
            del self._cache[digest]
            raise refused("token-expired", "The access token has expired.")
        if self.is_revoked(principal):
            raise refused("token-revoked", "The session has ended.")
        return principal

    def known(self, token: bytes) -> Principal | None:
        """The principal of a token that was verified before and is still good; None says nothing."""
        principal = self._cache.get(hashlib.sha256(token).digest())
        if principal is None or principal.expires_at.timestamp() <= time() or self.is_revoked(principal):
            return None
        return principal

    def is_revoked(self, principal: Principal) -> bool:
        """Whether the principal's session or account was revoked after the token was issued."""
        return self._revoked.covers(principal)

    async def _key(self, kid: str) -> Ed25519PublicKey:
        # A territory's very first keys may have been made since the last look, however short ago that was.
        if kid not in self._keys and (not self._keys or time() - self._looked_again_at > RELOAD_SECONDS):
            self._looked_again_at = time()
            await self.load()
        elif kid not in self._keys:
            # Another's look, under way now, may find it.
            async with self._loading:
                pass
        key = self._keys.get(kid)
        if key is None:
            raise refused("token-unknown-key", "The access token is signed with a key that is not in use.")
        return key

    def _forget_expired(self) -> None:
        if time() - self._forgot_at > FORGET_SECONDS:
            self._forgot_at = time()
            self._revoked.forget_expired(utc_now())


class TokenVerifier:
    """The verifiers of all territories."""

    def __init__(self, router: TerritoryRouter) -> None:
        self._verifiers = {t.code: TerritoryVerifier(t, router.pool(t.code)) for t in router.registry}

    def of(self, territory: Territory) -> TerritoryVerifier:
        """The verifier of one territory."""
        return self._verifiers[territory.code]

    def known(self, token: bytes) -> Principal | None:
        """The principal of a token that was verified before and is still good, in whichever territory."""
        return next(filter(None, (verifier.known(token) for verifier in self._verifiers.values())), None)

    async def verify(self, token: str, territory: Territory) -> Principal:
        """Verify a token for a territory.

        Raises:
            ServiceError: forbidden `territory-mismatch`; unauthenticated with a `token-…` code; unavailable.
        """
        claimed = unverified_territory(token)
        if claimed is not None and claimed != territory.code:
            raise ServiceError(Kind.FORBIDDEN, "territory-mismatch", "The access token is of another territory.")
        return await self._verifiers[territory.code].verify(token)

    async def follow(self, territory: Territory) -> None:
        """Load now and every five seconds, for ever; a hint comes in between through `load`."""
        verifier = self._verifiers[territory.code]
        while True:
            await verifier.load()
            await asyncio.sleep(POLL_SECONDS)
