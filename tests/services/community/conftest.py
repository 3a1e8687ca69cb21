"""Fixtures of the community service's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.services.community.village import Village, Villager, village
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def place(servers: Servers) -> AsyncIterator[Village]:
    """A village that a file's tests share."""
    async with village(servers, await servers.new_territory()) as found:
        yield found


@pytest_asyncio.fixture
async def anna(place: Village) -> Villager:
    """A citizen."""
    return await place.villager()


@pytest_asyncio.fixture
async def bo(place: Village) -> Villager:
    """Another."""
    return await place.villager()


@pytest_asyncio.fixture
async def stranger(place: Village) -> Villager:
    """Nobody in particular."""
    return await place.stranger()
