"""A port that belongs to the supervisor, so that it outlives the process which accepts from it."""

import socket

LOOPBACK = "127.0.0.1"


class Listening:
    """A bound socket of which every instance inherits a copy: what waits in it waits for whichever of them accepts.

    The first instance begins to listen on it; until then connections are refused.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    @property
    def descriptor(self) -> int:
        """Its file descriptor, here and in those who inherit it. Raises: OSError, the port cannot be had."""
        if self._socket is None:
            self._socket = _bound(self._port)
        return self._socket.fileno()

    def close(self) -> None:
        """Let go of the port: as soon as no instance has it either, connections are refused."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((LOOPBACK, port))
    except OSError:
        made.close()
        raise
    return made
