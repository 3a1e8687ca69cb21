"""Serving an app on one or two addresses until SIGTERM."""

import socket
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from shared.service.http_protocol import GuardedProtocol
from shared.settings.service_settings import ServiceSettings

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30
LARGEST_SOCKET_MESSAGE_BYTES = 128 * 1024
SOCKET_MODE = 0o600


class Server(uvicorn.Server):
    """uvicorn, which on the first signal also tells the app that it drains."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.drain.is_draining = True
        super().handle_exit(sig, frame)


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return."""
    addresses = [settings.listen, *([settings.inner_listen] if settings.inner_listen else [])]
    sockets = [open_socket(address) for address in addresses]
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=GuardedProtocol,
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
        server.run(sockets)
    finally:
        for address in addresses:
            if address.startswith("unix:"):
                Path(address.removeprefix("unix:")).unlink(missing_ok=True)


def open_socket(address: str) -> socket.socket:
    """Bind `unix:/path` (mode 600, a stale file replaced) or `host:port`.

    Raises:
        OSError: the address cannot be bound.
    """
    if address.startswith("unix:"):
        path = Path(address.removeprefix("unix:"))
        path.unlink(missing_ok=True)
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        bound.bind(str(path))
        path.chmod(SOCKET_MODE)
    else:
        host, _, port = address.rpartition(":")
        bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host.strip("[]"), int(port)))
    bound.listen(BACKLOG)
    bound.setblocking(False)  # noqa: FBT003 (the method takes no keyword)
    return bound
