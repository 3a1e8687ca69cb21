"""One look or one command on a territory's database, with the system as actor."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from services.event.parked.queries import find_parked, list_parked
from services.event.parked.schemas import parked_fields
from services.event.settings import EventSettings
from shared.database.pool import Pool
from shared.errors import not_found
from shared.events.catalogue.event import SensitiveRead
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.messaging.bus import MessageBus
from shared.observability.request_context import new_context
from shared.service.lifespan import registry_of
from shared.territory.territory import Territory

R = TypeVar("R")

PAGE = 500
# Without NATS the services look for themselves, a little later.
CONNECT_SECONDS = 1.0


async def list_all(settings: EventSettings, code: str, consumer: str | None) -> list[Mapping[str, Any]]:
    """Every parked event, or those of one consumer.

    Raises:
        ServiceError: `unknown-territory`, `database-unavailable`.
    """
    found: list[Mapping[str, Any]] = []
    after = ("", 0)
    async with _opened(settings, code) as (_, pool):
        while rows := await list_parked(pool, consumer, after, PAGE):
            found += [parked_fields(row) for row in rows]
            after = (rows[-1]["consumer"], rows[-1]["position"])
    return found


async def show(settings: EventSettings, code: str, consumer: str, position: int) -> Mapping[str, Any]:
    """One parked event with the event as it is stored.

    Raises:
        ServiceError: `parked-event-not-found`, `unknown-territory`, `database-unavailable`.
    """
    async with _opened(settings, code) as (territory, pool):
        found = await find_parked(pool, consumer, position)
        if found is None:
            raise not_found("parked-event")
        async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
            which = {"consumer": consumer, "position": str(position)}
            await work.append(f"reading-{new_id()}", "none", SensitiveRead(what="parked-event", which=which))
    row, event = found
    return {**parked_fields(row), "event": event.to_json()}


async def run(settings: EventSettings, code: str, reason: str, command: Callable[[UnitOfWork], Awaitable[R]]) -> R:
    """A command in a unit of work of its own; on record with the reason, and told to the services.

    Raises:
        ServiceError: what the command raises; `unknown-territory`, `database-unavailable`.
    """
    async with _opened(settings, code) as (territory, pool):
        context = new_context(reason=reason or None)
        async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=context) as work:
            result = await command(work)
        await _tell(settings, territory, work.hints)
        return result


async def _tell(settings: EventSettings, territory: Territory, hints: set[str]) -> None:
    async with MessageBus(territory, settings.nats_url_for(territory.slug), "unityplan-parked") as bus:
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                await bus.wait_connected()
        for hint in hints:
            await bus.publish_hint(hint)


@asynccontextmanager
async def _opened(settings: EventSettings, code: str) -> AsyncIterator[tuple[Territory, Pool]]:
    territory = registry_of(settings).get(code)
    pool = Pool(settings.database_url_for(territory.slug), max_size=1, application_name="unityplan-parked")
    try:
        yield territory, pool
    finally:
        await pool.close()
