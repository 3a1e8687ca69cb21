"""An event store under test: append, seal and publish as the services do, without them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import orjson
from sqlalchemy import BigInteger, bindparam, insert, select

from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events import store
from shared.events.catalogue.event import DecisionRecorded
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.person_keys import PersonKeys
from shared.events.tables import events, seals
from shared.events.unit_of_work import Appended, UnitOfWork, unit_of_work
from shared.identifiers import SYSTEM, Position, new_id
from shared.messaging.bus import MessageBus, Outgoing
from shared.observability.request_context import new_context
from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory
from tests.support.servers import Servers

_UNSEALED = compiled(
    select(events.c.seq)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(seals.c.seq.is_(None))
    .order_by(events.c.seq)
)
_SEAL = compiled(
    insert(seals).values(
        position=bindparam("reached", type_=BigInteger), seq=bindparam("row", type_=BigInteger), leaf_hash=b"x" * 32
    )
)


class Settings(ServiceSettings):
    """Those that every service has."""

    service = "test"


@dataclass(frozen=True, slots=True)
class EventStore:
    """A territory's store, its bus, and the pools of its two roles."""

    territory: Territory
    pool: Pool
    sealer: Pool
    bus: MessageBus
    person_keys: PersonKeys
    database_url: str

    async def append(self, *appended: Event, stream: str | None = None, audience: Sequence[str] = ()) -> list[Appended]:
        """Each in a stream of its own unless one is named; not sealed yet."""
        async with self.work() as work:
            return [
                await work.append(stream or f"{event.category}-{new_id()}", "any", event, audience=audience)
                for event in appended
            ]

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work of the system."""
        return unit_of_work(
            self.pool, self.territory, SYSTEM, person_keys=self.person_keys, context=new_context("test")
        )

    async def seal(self) -> Position:
        """Give every unsealed event a position; the head."""
        position = await store.head(self.sealer)
        for row in await self.sealer.fetch(_UNSEALED):
            position = Position(position + 1)
            await self.sealer.execute(_SEAL, reached=position, row=row["seq"])
        return position

    async def publish(self, after: int = 0) -> None:
        """Send what is sealed after a position to JetStream."""
        last = await self.bus.last_message()
        await self.bus.publish_window(
            [outgoing(event) for event in await store.read_after(self.pool, Position(after), 10_000)],
            last[0] if last else 0,
        )

    async def append_and_seal(self, count: int) -> Position:
        """So many decisions, sealed."""
        await self.append(*(decision(str(number)) for number in range(count)))
        return await self.seal()


def decision(title: str = "a") -> DecisionRecorded:
    """The plainest event there is."""
    return DecisionRecorded(title=title, outcome="yes")


def outgoing(event: StoredEvent) -> Outgoing:
    """As the publisher sends it."""
    return Outgoing(str(event.id), event.type, event.position, orjson.dumps(event.to_json()))


@asynccontextmanager
async def event_store(servers: Servers, territory: Territory, nats_url: str | None = None) -> AsyncIterator[EventStore]:
    """The store of a territory; `nats_url` names another NATS than the shared one."""
    settings = servers.settings(Settings, territory)
    database = settings.database_url_for(territory.slug)
    sealer_password = servers.secrets.of("sealer", territory)
    sealer_url = (
        f"postgresql://sealer_{territory.slug}:{sealer_password}@/{territory.database}"
        f"?host={servers.postgres.socket_folder}"
    )
    pool = Pool(database, max_size=8, application_name="test")
    sealer = Pool(sealer_url, max_size=1, application_name="test-sealer")
    keys = PersonKeys(Secret(servers.secrets.read("person_key_secret")), territory)
    bus = MessageBus(territory, nats_url or settings.nats_url_for(territory.slug), "test")
    try:
        async with bus:
            yield EventStore(territory, pool, sealer, bus, keys, database)
    finally:
        await pool.close()
        await sealer.close()
