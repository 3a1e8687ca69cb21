"""Fixtures of the gateway's tests."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings
from shared.territory.territory import Territory
from tests.services.gateway.door import Door, open_door
from tests.support.servers import Servers


@pytest.fixture
def sockets() -> Iterator[Path]:
    """A folder of sockets; pytest's own paths are too long for one."""
    with tempfile.TemporaryDirectory(prefix="up-", dir="/tmp") as folder:
        yield Path(folder)


@pytest_asyncio.fixture
async def door(servers: Servers, territory: Territory, sockets: Path) -> AsyncIterator[Door]:
    """A gateway on a real port, with services below `sockets`."""
    settings = servers.settings(
        GatewaySettings,
        territory,
        upstream_url=f"unix:{sockets}/{{service}}.sock",
        inner_listen=f"unix:{sockets}/inner.sock",
    )
    async with open_door(create_app(settings)) as opened:
        yield opened
