"""Fixtures of the search service's tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.services.search.library import Library, Reader, library
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def shelves(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """A library that a file's tests share."""
    async with library(servers, await servers.new_territory(), tmp_path_factory.mktemp("index")) as found:
        yield found


@pytest_asyncio.fixture
async def anna(shelves: Library) -> Reader:
    """A citizen."""
    return await shelves.reader()


@pytest_asyncio.fixture
async def bo(shelves: Library) -> Reader:
    """Another."""
    return await shelves.reader()
