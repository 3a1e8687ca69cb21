"""The identity of a territory's event store, as the event service publishes it."""

from uuid import UUID

from sqlalchemy import Uuid, column, select, table

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.database.views import View

published_event_store = table("published_event_store", column("epoch", Uuid))

VIEWS = (View("event", "published_event_store", "SELECT epoch FROM sealer_terms"),)

_EPOCH = compiled(select(published_event_store.c.epoch))


async def epoch_of(source: Connection | Pool) -> UUID | None:
    """The store's identity, made by its first sealer; None before."""
    epoch: UUID | None = await source.fetch_value(_EPOCH)
    return epoch
