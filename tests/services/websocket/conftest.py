"""Fixtures of the websocket service's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.services.community.village import Villager
from tests.services.websocket.square import Square, square
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def place(servers: Servers) -> AsyncIterator[Square]:
    """A square that a file's tests share."""
    async with square(servers, await servers.new_territory()) as found:
        yield found


@pytest_asyncio.fixture
async def anna(place: Square) -> Villager:
    """A citizen."""
    return await place.villager()


@pytest_asyncio.fixture
async def bo(place: Square) -> Villager:
    """Another."""
    return await place.villager()
