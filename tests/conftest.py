"""Fixtures that any test may use."""

from collections.abc import AsyncIterator

import pytest_asyncio

from shared.territory.territory import Territory
from tests.support.servers import Servers, started_servers


@pytest_asyncio.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """PostgreSQL, Valkey and NATS, started once for the run."""
    async with started_servers() as running:
        yield running


@pytest_asyncio.fixture
async def territory(servers: Servers) -> Territory:
    """A territory of one's own."""
    return await servers.new_territory()
