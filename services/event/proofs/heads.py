"""The head that covers all that is sealed now: the last one signed, or one signed on demand."""

from dataclasses import dataclass

from services.event.proofs.queries import find_latest_head, keep_head, read_frontier
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.errors import Kind, ServiceError
from shared.events import store
from shared.read_models.event_store import epoch_of


@dataclass(frozen=True, slots=True)
class HeadDesk:
    """Signs and keeps the heads of one territory."""

    pool: Pool
    sealer_pool: Pool
    signer: TreeHeadSigner

    async def current(self) -> TreeHead:
        """A head over every sealed event.

        Raises:
            ServiceError: unavailable `event-store-not-ready`, before the first sealer has been here.
        """
        epoch = await epoch_of(self.pool)
        if epoch is None:
            detail = "The event store of this territory has not been opened yet."
            raise ServiceError(Kind.UNAVAILABLE, "event-store-not-ready", detail, retry_after_seconds=1)
        size = await store.head(self.pool)
        latest = await find_latest_head(self.pool, self.signer.territory.code, epoch)
        if latest is not None and latest.tree_size >= size:
            return latest
        frontier = await read_frontier(self.pool, size)
        head = self.signer.sign(epoch, size, frontier.root, utc_now())
        await keep_head(self.sealer_pool, head)
        return await find_latest_head(self.pool, self.signer.territory.code, epoch) or head
