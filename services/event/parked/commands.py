"""Handling parked events again, and giving them up; each leaves an event of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid5

from services.event.parked.repository import ask_for, ask_for_some, count_left, lock_parked, remove, remove_some
from shared.database.connection import Row
from shared.errors import not_found
from shared.events.catalogue.event import ParkedEventDiscarded, ParkedEventReplayed
from shared.events.unit_of_work import UnitOfWork
from shared.messaging.subjects import PARKED

TOGETHER = 1000
"""So many parked events in one transaction."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many were taken, and how many are left that nobody asked for."""

    taken: int
    left: int


async def replay(work: UnitOfWork, consumer: str, position: int) -> Progress:
    """Have one handled again; nothing more when that is asked for already.

    Raises:
        ServiceError: not_found `parked-event-not-found`.
    """
    row = await _locked(work, consumer, position)
    if row["state"] == "parked":
        await ask_for(work.connection, consumer, position, work.now)
        await _record(work, ParkedEventReplayed, [row])
    work.hints.add(PARKED)
    return Progress(1, await count_left(work.connection, consumer))


async def replay_some(work: UnitOfWork, consumer: str) -> Progress:
    """Have the consumer's first 1,000 handled again."""
    rows = await ask_for_some(work.connection, consumer, TOGETHER, work.now)
    await _record(work, ParkedEventReplayed, rows)
    work.hints.add(PARKED)
    return Progress(len(rows), await count_left(work.connection, consumer))


async def discard(work: UnitOfWork, consumer: str, position: int) -> None:
    """Give one up: this consumer never handles it.

    Raises:
        ServiceError: not_found `parked-event-not-found`.
    """
    row = await _locked(work, consumer, position)
    await remove(work.connection, consumer, position)
    await _record(work, ParkedEventDiscarded, [row])
    work.hints.add(PARKED)


async def discard_some(work: UnitOfWork, consumer: str) -> Progress:
    """Give the consumer's first 1,000 up."""
    rows = await remove_some(work.connection, consumer, TOGETHER)
    await _record(work, ParkedEventDiscarded, rows)
    work.hints.add(PARKED)
    return Progress(len(rows), await count_left(work.connection, consumer))


async def _locked(work: UnitOfWork, consumer: str, position: int) -> Row:
    row = await lock_parked(work.connection, consumer, position)
    if row is None:
        raise not_found("parked-event")
    return row


async def _record(
    work: UnitOfWork, fact: type[ParkedEventReplayed] | type[ParkedEventDiscarded], rows: Iterable[Row]
) -> None:
    for row in sorted(rows, key=lambda row: int(row["position"])):
        event = fact(
            consumer=row["consumer"], position=row["position"], event_id=row["event_id"], attempts=row["attempts"]
        )
        # One stream for an event and who set it aside, so that all that was done about it stands together.
        await work.append(f"parked_event-{uuid5(row['event_id'], row['consumer'])}", "any", event)
