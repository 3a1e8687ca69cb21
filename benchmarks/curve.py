"""What one more event costs as the record grows: appending, sealing, proofs, and the whole check.

    .venv/bin/python -m benchmarks.curve [EVENTS]

At each fifth of so many events (5,000,000 by default, some 6 GB of disk and a quarter of an hour): the rate of the last
stretch written and sealed, the size of the largest inclusion and consistency path, and how long one is made.
"""

import random
import statistics
import sys
import time
from collections.abc import Awaitable

import uvloop

from benchmarks.sealing import a_store, fill, seal_all
from services.event.proofs.queries import consistency_path, inclusion_path
from services.event.sealing.sealer import Sealer

EVENTS = 5_000_000
STRETCHES = 5
AT_ONCE = 50_000
PROOFS = 200
HEADINGS = "      events   written/s    sealed/s    inclusion p50/p99 ms  hashes  consistency"


async def timed(proof: Awaitable[list[bytes]]) -> tuple[float, int]:
    began = time.perf_counter()
    path = await proof
    return (time.perf_counter() - began) * 1000, len(path)


async def main(count: int) -> None:
    print(HEADINGS)
    async with a_store() as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, record.territory.code)
        await sealer.begin()
        for _ in range(STRETCHES):
            writing = sealing = 0.0
            for _ in range(count // STRETCHES // AT_ONCE):
                writing += await fill(record.pool, AT_ONCE)
                began = time.perf_counter()
                await seal_all(sealer)
                sealing += time.perf_counter() - began
            size, stretch = sealer.size, count / STRETCHES
            inclusion = [await timed(inclusion_path(record.pool, random.randrange(size), size)) for _ in range(PROOFS)]
            consistency = [
                await timed(consistency_path(record.pool, random.randrange(1, size), size)) for _ in range(PROOFS)
            ]
            *_, slowest = statistics.quantiles([ms for ms, _ in inclusion], n=100)
            delay = f"{statistics.median(ms for ms, _ in inclusion):.2f} / {slowest:.2f}"
            print(
                f"{size:>12,}{stretch / writing:>12,.0f}{stretch / sealing:>12,.0f}{delay:>24}"
                f"{max(length for _, length in inclusion):>8}{max(length for _, length in consistency):>13}",
                flush=True,
            )


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
