"""One connection pool per territory database: the only way from a territory to its data."""

import asyncio
from collections.abc import Callable
from typing import Self

from shared.database.pool import Pool
from shared.territory.registry import TerritoryRegistry
from shared.territory.territory import Territory


class TerritoryRouter:
    """Pools by territory code. Opening connects to nothing: a database that is down must not stop a start."""

    def __init__(self, registry: TerritoryRegistry, open_pool: Callable[[Territory], Pool]) -> None:
        self.registry = registry
        self._pools = {territory.code: open_pool(territory) for territory in registry}

    def pool(self, code: str) -> Pool:
        """The pool of a territory's database.

        Raises:
            UnknownTerritory: 404 `unknown-territory`.
        """
        return self._pools[self.registry.get(code).code]

    async def close(self) -> None:
        """Close every pool at once, letting statements under way finish."""
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
