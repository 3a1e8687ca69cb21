"""One look or one command on a territory's database, with the system as actor."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ops.desks.desk import opened
from services.event.parked.queries import find_parked, list_parked
from services.event.parked.schemas import parked_fields
from services.event.settings import EventSettings
from shared.errors import not_found
from shared.events.catalogue.event import SensitiveRead
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id

R = TypeVar("R")

NAME = "unityplan-parked"
PAGE = 500


async def list_all(settings: EventSettings, code: str, consumer: str | None) -> list[Mapping[str, Any]]:
    """Every parked event, or those of one consumer.

    Raises:
        ServiceError: `unknown-territory`, `database-unavailable`.
    """
    found: list[Mapping[str, Any]] = []
    after = ("", 0)
    async with opened(settings, code, NAME) as desk:
        while rows := await list_parked(desk.pool, consumer, after, PAGE):
            found += [parked_fields(row) for row in rows]
            after = (rows[-1]["consumer"], rows[-1]["position"])
    return found


async def show(settings: EventSettings, code: str, consumer: str, position: int) -> Mapping[str, Any]:
    """One parked event with the event as it is stored.

    Raises:
        ServiceError: `parked-event-not-found`, `unknown-territory`, `database-unavailable`.
    """
    async with opened(settings, code, NAME) as desk:
        found = await find_parked(desk.pool, consumer, position)
        if found is None:
            raise not_found("parked-event")
        await desk.run(partial(_note_reading, consumer=consumer, position=position))
    row, event = found
    return {**parked_fields(row), "event": event.to_json()}


async def run(settings: EventSettings, code: str, reason: str, command: Callable[[UnitOfWork], Awaitable[R]]) -> R:
    """A command in a unit of work of its own; on record with the reason, and told to the services.

    Raises:
        ServiceError: what the command raises; `unknown-territory`, `database-unavailable`.
    """
    async with opened(settings, code, NAME) as desk:
        return await desk.run(command, reason)


async def _note_reading(work: UnitOfWork, consumer: str, position: int) -> None:
    which = {"consumer": consumer, "position": str(position)}
    await work.append(f"reading-{new_id()}", "none", SensitiveRead(what="parked-event", which=which))
