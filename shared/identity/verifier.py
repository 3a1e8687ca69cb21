"""Verification of access tokens, fast after the first time: keys, revocations and a bounded cache per territory."""

import asyncio
from collections import OrderedDict
from datetime import timedelta
from time import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Interval, bindparam, func, or_, select

from shared.clock import utc_now
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.identity.access_tokens import find_principal
from shared.identity.opaque_tokens import token_hash
from shared.identity.principal import Principal
from shared.identity.revoked_subjects import RevokedSubjects
from shared.identity.token_scopes import is_access_token
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
        self.changes = 0
        """How often something was heard of keys or revocations: until the next time, what was found good is good."""
        self._asked = 0
        self._answered = 0
        self._loading = asyncio.Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether keys and revocations have been read at all; before that nobody may be let in."""
        return self._loaded_at > 0

    def seconds_since_news(self) -> float:
        """How long ago revocations were read last."""
        return time() - self._loaded_at

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
                self.changes += 1
                self._epoch = max(self._epoch, row["epoch"])
            # Keys come last: with the first of them everything that was revoked is known.
            keys = {row["kid"]: row["public_key"] for row in await self._pool.fetch(_KEYS)}
            if self._keys.keys() - keys.keys():
                self._cache.clear()
            if keys.keys() != self._keys.keys():
                self._keys = {kid: Ed25519PublicKey.from_public_bytes(raw) for kid, raw in keys.items()}
                self.changes += 1
            self._forget_expired()
            self._loaded_at = time()
            self._answered = answering

    async def verify(self, token: str) -> Principal:
        """The principal of a token that is signed, unexpired and not revoked."""
        digest = token_hash(token)
        principal = self._cache.get(digest)
        if principal is None or (principal.look_again_at is not None and not self._holds(principal)):
            principal = await self._read(token, digest)
            self._cache[digest] = principal
            if len(self._cache) > CACHED_TOKENS:
                self._cache.popitem(last=False)
        elif principal.expires_at.timestamp() <= time():
            del self._cache[digest]
            raise refused("token-expired", "The access token has expired.")
        if self.is_revoked(principal):
            raise refused("token-revoked", "The session has ended.")
        return principal

    def known_by(self, digest: bytes) -> Principal | None:
        """The principal of a token, by its SHA-256, that was verified before and is still good; None says nothing."""
        principal = self._cache.get(digest)
        return principal if principal is not None and self._holds(principal) else None

    def is_revoked(self, principal: Principal) -> bool:
        """Whether the principal's session, account or key was revoked after the token was issued."""
        return (principal.kid is not None and principal.kid not in self._keys) or self._revoked.covers(principal)

    def _holds(self, principal: Principal) -> bool:
        """Whether what is remembered of a token is good still."""
        until = principal.look_again_at or principal.expires_at
        return until.timestamp() > time() and not self.is_revoked(principal)

    async def _read(self, token: str, digest: bytes) -> Principal:
        """The principal of a token that nothing is remembered of."""
        kid = None if is_access_token(token) else read_header(token)["kid"]
        if not self.is_loaded:
            await self.load()
        if kid is not None:
            return verify_signature(token, await self._key(kid), self.territory)
        principal = await find_principal(self._pool, self.territory.code, digest)
        if principal is None:
            self._cache.pop(digest, None)
            raise refused("token-unknown", "There is no such access token, or it has ended.")
        return principal

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


class KnownToken:
    """A token that was found good, and is looked at again only after something was heard or its time is over."""

    __slots__ = ("_changes", "_expires_at", "_verifier", "principal")

    def __init__(self, verifier: TerritoryVerifier, principal: Principal) -> None:
        self.principal = principal
        self._verifier = verifier
        self._changes = verifier.changes
        self._expires_at = (principal.look_again_at or principal.expires_at).timestamp()

    @property
    def holds(self) -> bool:
        """Whether it is good without a second look."""
        return self._changes == self._verifier.changes and time() < self._expires_at


class TokenVerifier:
    """The verifiers of all territories."""

    def __init__(self, router: TerritoryRouter) -> None:
        self._verifiers = {t.code: TerritoryVerifier(t, router.pool(t.code)) for t in router.registry}

    def of(self, territory: Territory) -> TerritoryVerifier:
        """The verifier of one territory."""
        return self._verifiers[territory.code]

    def known_by(self, digest: bytes) -> KnownToken | None:
        """A token, by its SHA-256, that was verified before and holds, in whichever territory."""
        for verifier in self._verifiers.values():
            principal = verifier.known_by(digest)
            if principal is not None:
                return KnownToken(verifier, principal)
        return None

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
