"""A public port that outlives the instances which serve it: its keeper lends the listening socket, and takes it back.

The keeper says with one byte whether another instance serves the port too (`ops/port_keeper`).
"""

import asyncio
import socket
from dataclasses import dataclass
from pathlib import Path

ASK_SECONDS = 2.0
FREE = b"F"


@dataclass(frozen=True, slots=True)
class Loan:
    """The listening socket, lent for as long as the connection to the keeper stands."""

    listening: socket.socket
    is_free: bool
    """Whether nobody else served the port when it was lent."""
    connection: socket.socket

    async def is_over(self) -> None:
        """Wait until the keeper has ended: its port is another one from then on."""
        await asyncio.get_running_loop().sock_recv(self.connection, 1)

    def give_back(self) -> None:
        """Close both; what listens on the socket must have been closed before."""
        self.connection.close()
        self.listening.close()


async def borrow(path: Path) -> Loan | None:
    """The port that is lent at the path, None when nobody lends it now."""
    return await asyncio.to_thread(_borrowed, path)


def _borrowed(path: Path) -> Loan | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(ASK_SECONDS)
    try:
        connection.connect(str(path))
        said, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
    except OSError:
        connection.close()
        return None
    if not descriptors:
        connection.close()
        return None
    listening = socket.socket(fileno=descriptors[0])
    for each in (connection, listening):
        each.setblocking(False)  # noqa: FBT003 (the method takes no keyword)
    return Loan(listening, said == FREE, connection)
