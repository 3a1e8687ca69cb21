"""The sockets that a service listens on, made before its app is."""

import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shared.service.addresses import INHERITED, UNIX, unnamed

BACKLOG = 2048
SOCKET_MODE = 0o600
# A client that takes nothing of what waits for it for so long is gone, or means to hold a connection for nothing.
STALL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class BoundSocket:
    """A listening socket, and the file that is its address if it has one."""

    socket: socket.socket
    path: Path | None = None
    inode: int | None = None
    is_inherited: bool = False

    def take_its_name(self) -> None:
        """Be found at the path from now on.

        A file that is there already, of a dead instance or of one that is to be replaced, gives way in one step: there
        is no moment in which nobody listens at the path.
        """
        if self.path is not None:
            unnamed(self.path).rename(self.path)

    def remove_file(self) -> None:
        """Remove the file unless a newer instance has put its own there."""
        if self.path is not None:
            for path in (self.path, unnamed(self.path)):
                with suppress(FileNotFoundError):
                    if path.stat().st_ino == self.inode:
                        path.unlink()


def bind(address: str) -> BoundSocket:
    """Bind and listen on `unix:/path` (mode 600; found there only once it has taken its name), `host:port` or `fd:N`.

    Raises:
        OSError: the address cannot be bound.
    """
    if address.startswith(UNIX):
        path = Path(address.removeprefix(UNIX))
        unnamed(path).unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(str(unnamed(path)))
        unnamed(path).chmod(SOCKET_MODE)
        bound = BoundSocket(made, path, unnamed(path).stat().st_ino)
    elif address.startswith(INHERITED):
        made = socket.socket(fileno=int(address.removeprefix(INHERITED)))
        bound = BoundSocket(made, is_inherited=True)
    else:
        host, _, port = address.rpartition(":")
        made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host.strip("[]"), int(port)))
        bound = BoundSocket(made)
    end_stalled_clients(made)
    # Nobody can connect before this, so the file's mode is right in time.
    made.listen(BACKLOG)
    made.setblocking(False)  # noqa: FBT003 (the method takes no keyword)
    return bound


def end_stalled_clients(listening: socket.socket) -> None:
    """Let the kernel end connections whose other end takes nothing, whoever waits for it here, or nobody any more.

    What is accepted has it from the socket that listens. A transport that is closed goes on to wait until it is empty:
    so a client that never reads would keep it for ever.
    """
    if listening.family != socket.AF_UNIX and sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALL_SECONDS * 1000)
