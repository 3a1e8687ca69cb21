"""How fast what is sealed reaches JetStream, beside awaiting the acknowledgement of each message.

    .venv/bin/python -m benchmarks.publishing [EVENTS]

Reading from PostgreSQL is part of it. Peer: nats-py's `publish`, one message after the other, bodies made before.
"""

import asyncio
import sys
import time
from contextlib import suppress

import uvloop

from benchmarks.sealing import a_store, fill, seal_all
from services.event.publishing.publisher import Publisher
from services.event.sealing.sealer import Sealer
from shared.events import store
from shared.identifiers import Position
from shared.messaging.subjects import event_subject
from tests.support.event_store import EventStore, outgoing
from tests.support.eventually import eventually

EVENTS = 50_000
SINGLE = 5_000


async def windowed(record: EventStore, count: int) -> float:
    await record.bus.ensure_stream()
    first = await store.read_after(record.pool, Position(0), 1)
    await record.bus.publish_window([outgoing(event) for event in first], 0)
    publisher = Publisher(record.territory, record.pool, record.bus)
    began = time.perf_counter()
    running = asyncio.create_task(publisher.run())

    async def is_drained() -> bool:
        last = await record.bus.last_message()
        return last is not None and last[1] == count

    await eventually(is_drained, within=120)
    seconds = time.perf_counter() - began
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return count / seconds


async def one_by_one(record: EventStore) -> float:
    events = await store.read_after(record.pool, Position(0), SINGLE)
    bodies = [(event_subject(record.territory, event.type), outgoing(event).body) for event in events]
    jetstream = record.bus.jetstream()
    began = time.perf_counter()
    for subject, body in bodies:
        await jetstream.publish(subject, body)
    return len(bodies) / (time.perf_counter() - began)


async def main(count: int) -> None:
    async with a_store() as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, record.territory.code)
        await sealer.begin()
        await fill(record.pool, count)
        began = time.perf_counter()
        await seal_all(sealer)
        print(f"{'sealed':<40}{count / (time.perf_counter() - began):>10,.0f} events/s")
        many = await windowed(record, count)
        print(f"{'sealed to JetStream, the publisher':<40}{many:>10,.0f} events/s")
        single = await one_by_one(record)
        print(f"{'acknowledged one by one':<40}{single:>10,.0f} events/s   {many / single:.1f} times slower")


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
