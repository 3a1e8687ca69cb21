"""Watching neighbours for as long as this process leads its territory: a round each interval and neighbour."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from services.event.witnesses.answers import GarbageError
from services.event.witnesses.collection import Collector
from services.event.witnesses.home import Home
from services.event.witnesses.neighbour import Neighbour
from services.event.witnesses.peers import Peer
from services.event.witnesses.witness import Witness
from shared.observability.logging import get_logger
from shared.observability.metrics import WITNESS_FORK, WITNESS_ROUNDS
from shared.outbound.http_client import NoAnswerError, StrangersClient, open_client

log = get_logger()

# A neighbour that is away is asked less and less often, down to one sixteenth of the interval's pace.
MOST_DOUBLINGS = 4
SHORTEST_PART = 0.8

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Watch:
    """How neighbours are watched."""

    peers: tuple[Peer, ...]
    interval_seconds: float
    allows_loopback: bool
    """Also plain HTTP to this machine, as pods on a laptop have it."""

    def workers(self, home: Home) -> tuple[Work, ...]:
        """One for each neighbour; a territory is no neighbour of itself."""
        return tuple(self._worker(home, peer) for peer in self.peers if peer.code != home.code)

    def _worker(self, home: Home, peer: Peer) -> Work:
        async def witness() -> None:
            async with open_client() as client:
                await self._watch(home, Neighbour(peer, StrangersClient(client, self.allows_loopback)))

        return witness

    async def _watch(self, home: Home, neighbour: Neighbour) -> None:
        witness, collector = Witness(home, neighbour), Collector(home, neighbour)
        failures = 0
        while True:
            outcome = await _outcome(witness.look, home.code, neighbour.peer.code)
            _count(outcome, home.code, neighbour.peer.code)
            if outcome == "away":
                failures = min(failures + 1, MOST_DOUBLINGS)
            else:
                failures = 0
                await _outcome(partial(_collected, collector), home.code, neighbour.peer.code)
            # Jitter, so that pods that were started together do not ask together.
            await asyncio.sleep(self.interval_seconds * 2**failures * random.uniform(SHORTEST_PART, 1.0))


async def _outcome(work: Callable[[], Awaitable[str]], territory: str, neighbour: str) -> str:
    try:
        return await work()
    except NoAnswerError as error:
        log.warning("witness.neighbour_away", territory=territory, neighbour=neighbour, reason=str(error))
        return "away"
    except GarbageError:
        log.warning("witness.neighbour_garbage", territory=territory, neighbour=neighbour)
        return "garbage"


async def _collected(collector: Collector) -> str:
    await collector.collect()
    return "collected"


def _count(outcome: str, territory: str, neighbour: str) -> None:
    WITNESS_ROUNDS.labels(territory, neighbour, outcome).inc()
    if outcome in {"fork", "refused"}:
        WITNESS_FORK.labels(territory, neighbour).set(1)
    elif outcome in {"cosigned", "unchanged"}:
        WITNESS_FORK.labels(territory, neighbour).set(0)
