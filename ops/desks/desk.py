"""A territory's database at hand: looks, and commands in units of work of their own with the system as actor."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from shared.database.pool import Pool
from shared.events.person_keys import PersonKeys
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.identifiers import SYSTEM
from shared.messaging.bus import MessageBus
from shared.observability.request_context import new_context
from shared.service.lifespan import registry_of
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory
from shared.web.reason import checked_reason

R = TypeVar("R")

# Without NATS the services look for themselves, a little later.
CONNECT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Desk:
    """One territory; `name` is what its servers see at the other end."""

    settings: ServiceSettings
    territory: Territory
    pool: Pool
    name: str
    person_keys: PersonKeys | None = None
    """For commands that leave text of persons."""

    async def run(self, command: Callable[[UnitOfWork], Awaitable[R]], reason: str | None = None) -> R:
        """A command; on record with the reason, and told to the services.

        Raises:
            ServiceError: what the command raises; `bad-reason`, `database-unavailable`.
        """
        context = new_context(reason=checked_reason(reason) if reason else None)
        async with unit_of_work(
            self.pool, self.territory, SYSTEM, person_keys=self.person_keys, context=context
        ) as work:
            result = await command(work)
        await self._tell(work.hints)
        return result

    async def _tell(self, hints: set[str]) -> None:
        if not hints:
            return
        async with MessageBus(self.territory, self.settings.nats_url_for(self.territory.slug), self.name) as bus:
            with suppress(TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await bus.wait_connected()
            for hint in hints:
                await bus.publish_hint(hint)


@asynccontextmanager
async def opened(settings: ServiceSettings, code: str, name: str) -> AsyncIterator[Desk]:
    """The desk of a territory.

    Raises:
        ServiceError: `unknown-territory`.
    """
    territory = registry_of(settings).get(code)
    pool = Pool(settings.database_url_for(territory.slug), max_size=1, application_name=name)
    try:
        yield Desk(settings, territory, pool, name)
    finally:
        await pool.close()
