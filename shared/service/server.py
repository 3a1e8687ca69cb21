"""Serving an app on one or two addresses until SIGTERM."""

import gc
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from shared.service.addresses import UNIX
from shared.service.express import ExpressProtocol
from shared.settings.service_settings import ServiceSettings

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30
LARGEST_SOCKET_MESSAGE_BYTES = 128 * 1024
SOCKET_MODE = 0o600
STARTUP_FAILURE = 3
# For so long a draining instance still takes connections, so that who asks is told 503 and not refused.
FAREWELL_SECONDS = 0.3


class Server(uvicorn.Server):
    """uvicorn, which first tells everyone that it drains, and whose end by a signal is exit 0."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app
        self._leaves_at = float("inf")

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What is there now stays for good: the collector need not look at it again (a sixth of a request)."""
        await super().startup(sockets)
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
        return await super().on_tick(counter)


@dataclass(frozen=True, slots=True)
class BoundSocket:
    """A listening socket, and the file that is its address if it has one."""

    socket: socket.socket
    path: Path | None
    inode: int | None

    def remove_file(self) -> None:
        """Remove the file unless a newer instance has put its own there."""
        if self.path is not None:
            with suppress(FileNotFoundError):
                if self.path.stat().st_ino == self.inode:
                    self.path.unlink()


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
        ws="websockets-sansio",
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
    server = Server(config, app)
    try:
        server.run([one.socket for one in bound])
    finally:
        for one in bound:
            one.remove_file()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


def bind(address: str) -> BoundSocket:
    """Bind and listen on `unix:/path` (mode 600, a stale file replaced) or `host:port`.

    Raises:
        OSError: the address cannot be bound.
    """
    if address.startswith(UNIX):
        path = Path(address.removeprefix(UNIX))
        path.unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(str(path))
        path.chmod(SOCKET_MODE)
        bound = BoundSocket(made, path, path.stat().st_ino)
    else:
        host, _, port = address.rpartition(":")
        made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host.strip("[]"), int(port)))
        bound = BoundSocket(made, None, None)
    # Nobody can connect before this, so the file's mode is right in time.
    made.listen(BACKLOG)
    made.setblocking(False)  # noqa: FBT003 (the method takes no keyword)
    return bound
