"""Fixtures of the auth service's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.services.auth.visitor import Visitor, visiting
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def visitor(servers: Servers) -> AsyncIterator[Visitor]:
    """Someone at the door of an auth service that a file's tests share: each makes citizens of its own."""
    async with visiting(servers, await servers.new_territory()) as someone:
        await someone.keys_are_made()
        yield someone
