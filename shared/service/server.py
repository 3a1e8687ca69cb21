"""Serving an app on one or two addresses until SIGTERM."""

import asyncio
import gc
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from shared.service.bound_socket import BACKLOG, BoundSocket, bind, end_stalled_clients
from shared.service.express_protocol import REST_SECONDS, ExpressProtocol
from shared.service.kept_port import borrow
from shared.service.socket_protocol import SocketProtocol
from shared.settings.service_settings import ServiceSettings

KEEP_ALIVE_SECONDS = 30
LARGEST_SOCKET_MESSAGE_BYTES = 128 * 1024
STARTUP_FAILURE = 3
# For so long a draining instance still takes connections, so that who asks is told 503 and not refused.
FAREWELL_SECONDS = 0.3
# How often a kept port is asked for that nobody lends, or that is another instance's until this one is ready.
ASK_AGAIN_SECONDS = 0.1


class Server(uvicorn.Server):
    """uvicorn, which first tells everyone that it drains, and whose end by a signal is exit 0."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, bound: Sequence[BoundSocket] = ()) -> None:
        super().__init__(config)
        self._app = app
        self._bound = bound
        self._left_to_another: Sequence[socket.socket] = ()
        self._leaves_at = float("inf")
        self._keeping: asyncio.Task[None] | None = None

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What is there now stays for good: the collector need not look at it again (a sixth of a request)."""
        if self._app.state.settings.takes_over:
            self._left_to_another = [one.socket for one in self._bound if one.is_inherited]
        await super().startup([one for one in sockets or () if one not in self._left_to_another])
        if self.started:
            for one in self._bound:
                one.take_its_name()
            path = self._app.state.settings.kept_port
            self._keeping = asyncio.create_task(self._serve_kept_port(path)) if path else None
        gc.collect()
        gc.freeze()

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins to drain, a second one ends the farewell; the second Ctrl+C also the waiting."""
        if self._app.state.drain.is_draining:
            self.should_exit = True
            self.force_exit = sig == signal.SIGINT
        self._app.state.drain.is_draining = True
        self._leaves_at = min(self._leaves_at, monotonic() + FAREWELL_SECONDS)

    @override
    async def on_tick(self, counter: int) -> bool:
        # Not in the signal's handler, which may interrupt the loop anywhere.
        if self._app.state.drain.is_draining:
            self._app.state.drain.begun.set()
        if monotonic() >= self._leaves_at:
            self.should_exit = True
        if self._left_to_another and await self._is_ready():
            await self._accept_too()
        return await super().on_tick(counter)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever opens a WebSocket on a connection that was at rest when all were told is told a little later."""
        asyncio.get_running_loop().call_later(REST_SECONDS, self._tell_late_ones)
        if self._keeping is not None:
            self._keeping.cancel()
        await super().shutdown(sockets)

    def _tell_late_ones(self) -> None:
        for connection in list(self.server_state.connections):
            connection.shutdown()

    async def _is_ready(self) -> bool:
        state = self._app.state
        return any((await state.readiness.states(state.resources)).values())

    async def _accept_too(self) -> None:
        """Serve the sockets that were left to another instance."""
        for one in self._left_to_another:
            await self._accept_at(one)
        self._left_to_another = ()

    async def _accept_at(self, listening: socket.socket) -> asyncio.Server:
        def protocol() -> asyncio.Protocol:
            return ExpressProtocol(self.config, self.server_state, self.lifespan.state)

        end_stalled_clients(listening)
        server = await asyncio.get_running_loop().create_server(protocol, sock=listening, backlog=BACKLOG)
        self.servers.append(server)
        return server

    async def _serve_kept_port(self, path: Path) -> None:
        """At once when nobody else does, else as soon as this instance is ready; anew when the keeper has ended."""
        while not self._app.state.drain.is_draining:
            loan = await borrow(path)
            if loan is not None and (loan.is_free or await self._is_ready()):
                server = await self._accept_at(loan.listening)
                await loan.is_over()
                self.servers.remove(server)
                server.close()
                loan.connection.close()
                continue
            if loan is not None:
                loan.give_back()
            await asyncio.sleep(ASK_AGAIN_SECONDS)


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    Raises:
        SystemExit: 3 when the lifespan could not be opened; OSError: an address cannot be bound.
    """
    addresses = [settings.listen, *([settings.inner_listen] if settings.inner_listen else [])]
    bound = [bind(address) for address in addresses]
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=ExpressProtocol,
        ws=SocketProtocol,
        ws_max_size=LARGEST_SOCKET_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    server = Server(config, app, bound)
    try:
        server.run([one.socket for one in bound])
    finally:
        for one in bound:
            one.remove_file()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)
