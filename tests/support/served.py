"""An app of ours behind its real HTTP server, in this process: what a real client meets, with constants that yield."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from shared.service.bound_socket import bind
from shared.service.express_protocol import ExpressProtocol
from shared.service.server import Server
from tests.support.eventually import eventually
from tests.support.pod import free_port


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Its base url, while it runs."""
    port = free_port()
    bound = bind(f"127.0.0.1:{port}")
    config = uvicorn.Config(
        app,
        http=ExpressProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    server = Server(config, app)
    running = asyncio.create_task(server.serve([bound.socket]))
    try:
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.state.drain.is_draining = True
        server.should_exit = True
        await running
