"""Fixtures of the event service's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.services.event.record import Caller, Record, record
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def home(servers: Servers) -> AsyncIterator[Record]:
    """A record that a file's tests share: each writes streams of its own."""
    async with record(servers, await servers.new_territory()) as place:
        yield place


@pytest_asyncio.fixture(scope="module")
async def admin(home: Record) -> Caller:
    """Someone who may append, and read all."""
    return await home.caller("admin")


@pytest_asyncio.fixture(scope="module")
async def citizen(home: Record) -> Caller:
    """Someone with no role."""
    return await home.caller()
