"""A territory whose database does not answer, and its neighbour behind the same gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings
from shared.territory.territory import Territory
from tests.services.gateway.door import open_door
from tests.services.gateway.test_proxy import answer_at_once
from tests.services.gateway.upstream_server import upstream_at
from tests.services.gateway.wire import ORDINARY, WireAnswer, get, wire
from tests.support.servers import Servers

WAYS = pytest.mark.parametrize("way", [pytest.param({}, id="express"), pytest.param(ORDINARY, id="ordinary")])
ASKED = 50


@asynccontextmanager
async def database_stopped(servers: Servers, territory: Territory) -> AsyncIterator[None]:
    """Nobody is let in, and whoever was in is thrown out."""
    connection = await servers.postgres.connect_to("postgres")
    await connection.execute(f"ALTER DATABASE {territory.database} ALLOW_CONNECTIONS false")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", territory.database
    )
    try:
        yield
    finally:
        await connection.execute(f"ALTER DATABASE {territory.database} ALLOW_CONNECTIONS true")
        await connection.close()


@WAYS
async def test_the_neighbour_is_answered_as_if_nothing_had_happened(
    servers: Servers, territory: Territory, sockets: Path, way: dict[str, str]
) -> None:
    neighbour = await servers.new_territory()
    settings = servers.settings(
        GatewaySettings, territory, neighbour, upstream_url=f"unix:{sockets}/{{service}}.sock", rate_limits="on"
    )

    async with open_door(create_app(settings)) as door, upstream_at(sockets / "user.sock", answer_at_once):

        async def ask(of: Territory, target: str) -> WireAnswer:
            async with wire(door) as client:
                return await client.ask(get(target, {"Host": f"{of.code.lower()}.localhost", **way}))

        for target in ("/api/users/anna", "/api/communities"):
            assert (await ask(neighbour, target)).status == 200
        async with database_stopped(servers, territory):
            asking = [asyncio.create_task(ask(territory, "/api/communities?limit=7")) for _ in range(ASKED)]
            began = monotonic()
            for number in range(ASKED):
                target = ("/api/users/anna", f"/api/communities?limit={number + 1}")[number % 2]
                assert (await ask(neighbour, target)).status == 200
            assert monotonic() - began < 3
            assert {each.status for each in await asyncio.gather(*asking)} <= {200, 503}
