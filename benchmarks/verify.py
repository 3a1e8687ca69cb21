"""How fast a territory's whole record is checked.

    .venv/bin/python -m benchmarks.verify [EVENTS]

Besides: how fast they were sealed, in stretches of 100,000, which shows whether the cost of one grows with the tree.
"""

import secrets
import sys
import time

import uvloop

from benchmarks.sealing import a_store, fill, seal_all
from ops.verification.checking import Check
from services.event.proofs.queries import read_frontier
from services.event.proofs.repository import keep_head
from services.event.proofs.tree_head import TreeHeadSigner
from services.event.sealing.sealer import Sealer
from shared.clock import utc_now
from shared.read_models.event_store import epoch_of
from shared.settings.secrets import Secret

EVENTS = 1_000_000
FILLED_AT_ONCE = 100_000


async def main(count: int) -> None:
    async with a_store() as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, record.territory.code)
        await sealer.begin()
        signer = TreeHeadSigner(Secret(secrets.token_urlsafe(32)), record.territory)
        epoch = await epoch_of(record.pool)
        assert epoch is not None
        for start in range(0, count, FILLED_AT_ONCE):
            await fill(record.pool, min(FILLED_AT_ONCE, count - start))
            began = time.perf_counter()
            await seal_all(sealer)
            sealed = time.perf_counter() - began
            root = (await read_frontier(record.pool, sealer.size)).root
            await keep_head(connection, signer.sign(epoch, sealer.size, root, utc_now()))
            print(f"{start + FILLED_AT_ONCE:>10,} sealed, the last at {FILLED_AT_ONCE / sealed:,.0f} events/s")
        report = await Check(record.database_url, record.territory.code, [signer.public_key]).run()
        print(report.to_json())
        print(f"{'verified':<30}{report.events / report.seconds:>12,.0f} events/s")


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
