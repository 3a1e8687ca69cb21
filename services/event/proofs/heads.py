"""The head that covers all that is sealed now: the last one signed, or one signed on demand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.event.proofs.queries import read_frontier
from services.event.proofs.repository import (
    RecordedKey,
    Standing,
    find_standing,
    keep_head,
    list_heads,
    list_keys,
    record_key,
)
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.errors import Kind, ServiceError


@dataclass(slots=True)
class HeadDesk:
    """Signs and keeps the heads of one territory."""

    pool: Pool
    sealer_pool: Pool
    signer: TreeHeadSigner
    _signing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self) -> TreeHead:
        """A head over every sealed event.

        Raises:
            ServiceError: unavailable `event-store-not-ready`, before the first sealer has been here.
        """
        standing = await self._standing()
        if standing.latest is not None and standing.latest.tree_size >= standing.sealed:
            return standing.latest
        # One signature for all who ask meanwhile: the second finds what the first has kept.
        async with self._signing:
            return await self._signed(await self._standing())

    async def kept(self, before: int, most: int) -> Sequence[TreeHead]:
        """Heads that were signed of smaller trees than `before`, the largest first.

        Raises:
            ServiceError: as `current`.
        """
        standing = await self._standing()
        return await list_heads(self.pool, self.signer.territory.code, standing.epoch, before, most)

    async def keys(self) -> list[RecordedKey]:
        """The keys that heads were ever signed with, the one that signs now first."""
        recorded = await list_keys(self.pool)
        current = [key for key in recorded if key.key_id == self.signer.key_id]
        if not current:
            current = [RecordedKey(self.signer.key_id, self.signer.public_key, utc_now())]
        return current + [key for key in recorded if key.key_id != self.signer.key_id]

    async def record_key(self) -> None:
        """Write down what a leader will sign with, before it does."""
        await record_key(self.sealer_pool, self.signer.key_id, self.signer.public_key)

    async def _standing(self) -> Standing:
        standing = await find_standing(self.pool, self.signer.territory.code)
        if standing is None:
            detail = "The event store of this territory has not been opened yet."
            raise ServiceError(Kind.UNAVAILABLE, "event-store-not-ready", detail, retry_after_seconds=1)
        return standing

    async def _signed(self, standing: Standing) -> TreeHead:
        if standing.latest is not None and standing.latest.tree_size >= standing.sealed:
            return standing.latest
        frontier = await read_frontier(self.pool, standing.sealed)
        head = self.signer.sign(standing.epoch, standing.sealed, frontier.root, utc_now())
        await keep_head(self.sealer_pool, head)
        return head
