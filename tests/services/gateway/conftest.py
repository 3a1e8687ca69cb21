"""Fixtures of the gateway's tests."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from services.gateway.app import create_app
from services.gateway.policies.route_table import API
from services.gateway.settings import GatewaySettings
from shared.territory.territory import Territory
from tests.services.gateway.door import FILES, Door, open_door
from tests.support.servers import Servers


@contextmanager
def folder_of_sockets() -> Iterator[Path]:
    """pytest's own paths are too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="up-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def sockets() -> Iterator[Path]:
    """A folder of sockets."""
    with folder_of_sockets() as folder:
        yield folder


@pytest_asyncio.fixture
async def door(servers: Servers, territory: Territory, sockets: Path) -> AsyncIterator[Door]:
    """A gateway on a real port, with services below `sockets`."""
    async with _gateway(servers, territory, sockets) as opened:
        yield opened


@pytest.fixture(scope="module")
def lasting_sockets() -> Iterator[Path]:
    """A folder of sockets for all tests of a file."""
    with folder_of_sockets() as folder:
        yield folder


@pytest_asyncio.fixture(scope="module")
async def lasting_door(servers: Servers, lasting_sockets: Path) -> AsyncIterator[Door]:
    """A gateway for all tests of a file, with services below `lasting_sockets`; what one test did, the next finds."""
    async with _gateway(servers, await servers.new_territory(), lasting_sockets) as opened:
        yield opened


@asynccontextmanager
async def _gateway(servers: Servers, territory: Territory, sockets: Path) -> AsyncIterator[Door]:
    settings = servers.settings(
        GatewaySettings,
        territory,
        upstream_url=f"unix:{sockets}/{{service}}.sock",
        inner_listen=f"unix:{sockets}/inner.sock",
    )
    async with open_door(create_app(settings, (*API, FILES))) as opened:
        yield opened
