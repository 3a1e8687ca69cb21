"""Fixtures of the user service's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.services.user.resident import Resident, Town, town
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def home(servers: Servers) -> AsyncIterator[Town]:
    """A town that a file's tests share: each makes residents of its own."""
    async with town(servers, await servers.new_territory()) as place:
        yield place


@pytest_asyncio.fixture
async def anna(home: Town) -> Resident:
    """A new citizen."""
    return await home.register(display_name="Anna L.")
