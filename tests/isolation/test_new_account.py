"""A territory that joins a pod gets its NATS account without a restart of the server."""

import signal
from pathlib import Path

import nats
from nats.aio.client import Client

from tests.support.eventually import eventually
from tests.support.lone_nats import lone_nats
from tests.support.servers import Servers


async def test_an_account_that_was_added_is_taken_over_on_a_signal(servers: Servers, tmp_path: Path) -> None:
    old, new = await servers.new_territory(), await servers.new_territory()
    async with lone_nats(servers, old, tmp_path) as server:
        stays = await nats.connect(server.url, allow_reconnect=False)
        server.nats.write_configuration([old, new], servers.secrets)
        assert server.process is not None
        server.process.send_signal(signal.SIGHUP)

        async def can_connect() -> bool:
            # A client that is refused keeps its socket until it is closed.
            client = Client()
            try:
                await client.connect(
                    f"nats://127.0.0.1:{server.nats.port}",
                    user=new.slug,
                    password=servers.secrets.of("nats", new),
                    allow_reconnect=False,
                    max_reconnect_attempts=0,
                    connect_timeout=1,
                )
            finally:
                await client.close()
            return True

        assert await eventually(can_connect)
        assert stays.is_connected
        await stays.close()
