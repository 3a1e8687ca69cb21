"""Fixtures that any test may use."""

from collections.abc import AsyncIterator

import pytest_asyncio

from shared.territory.territory import Territory
from tests.support.pod import Pod
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


@pytest_asyncio.fixture(scope="session")
async def dk() -> AsyncIterator[Pod]:
    """Denmark: a whole pod of one territory as real processes, started once for the run."""
    pod = await Pod.start("dk")
    yield pod
    await pod.destroy()


@pytest_asyncio.fixture(scope="session")
async def eu() -> AsyncIterator[Pod]:
    """Europe: a whole pod of several territories."""
    pod = await Pod.start("eu")
    yield pod
    await pod.destroy()
