"""Which territories can be served: its database answers, and what a service needs beside it has been read."""

import asyncio
from collections.abc import Callable
from time import monotonic

from sqlalchemy import literal, select

from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.territory.territory import Territory
from shared.web.resources import Resources

ASK_SECONDS = 0.5
FRESH_SECONDS = 1.0

Condition = Callable[[Territory], bool]
"""Whether a territory can be served as far as one part of a service knows; asks nobody, takes no time."""

_PING = compiled(select(literal(1)))


class Readiness:
    """Asks each database at most once a second, however often it is asked itself."""

    def __init__(self) -> None:
        self.conditions: list[Condition] = []
        self._states: dict[str, bool] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def states(self, resources: Resources) -> dict[str, bool]:
        """Whether each territory is up, by its code. Takes half a second at most."""
        async with self._asking:
            if monotonic() - self._asked_at >= FRESH_SECONDS:
                territories = list(resources.registry)
                answers = await asyncio.gather(*(self._is_up(resources, territory) for territory in territories))
                self._states = {t.code: is_up for t, is_up in zip(territories, answers, strict=True)}
                self._asked_at = monotonic()
        return self._states

    async def _is_up(self, resources: Resources, territory: Territory) -> bool:
        if not resources.verifier.of(territory).is_loaded or not all(holds(territory) for holds in self.conditions):
            return False
        pool = resources.router.pool(territory.code)
        if pool.is_exhausted:
            # Busy is not down: turning work away would only move the load. A lost database empties the pool.
            return self._states.get(territory.code, True)
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return bool(await pool.fetch_value(_PING) == 1)
        except (ServiceError, TimeoutError):
            return False
