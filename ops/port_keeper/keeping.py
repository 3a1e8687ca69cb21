"""Holds listening sockets and lends them out over unix sockets; standard library alone, since it does nothing else.

Whoever connects is sent the listening socket with one byte that says whether somebody else has it too. It serves for
as long as it keeps that connection, so that each side knows when the other one has ended.
"""

import selectors
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

BACKLOG = 2048
SOCKET_MODE = 0o600
FREE, TAKEN = b"F", b"T"


@dataclass(slots=True)
class KeptPort:
    """One port, the path at which it is lent, and who has it."""

    path: Path
    port: int
    listening: socket.socket = field(init=False)
    lending: socket.socket = field(init=False)
    borrowers: set[socket.socket] = field(default_factory=set)

    def open(self) -> None:
        """Bind both. Raises: OSError."""
        # Every address of the container: which of them are published is the engine's to decide.
        self.listening = socket.create_server(("0.0.0.0", self.port), backlog=BACKLOG)  # noqa: S104
        self.listening.setblocking(False)  # noqa: FBT003 (the method takes no keyword)
        self.path.unlink(missing_ok=True)
        self.lending = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.lending.bind(str(self.path))
        self.path.chmod(SOCKET_MODE)
        self.lending.listen()

    def lend(self) -> socket.socket:
        """Give the port to who asks; the connection on which that was done."""
        borrower, _ = self.lending.accept()
        said = TAKEN if self.borrowers else FREE
        socket.send_fds(borrower, [said], [self.listening.fileno()])
        self.borrowers.add(borrower)
        return borrower


def keep(ports: Iterable[KeptPort]) -> None:
    """Keep the ports for ever."""
    selector = selectors.DefaultSelector()
    for port in ports:
        port.open()
        selector.register(port.lending, selectors.EVENT_READ, port)
    while True:
        for key, _ in selector.select():
            kept: KeptPort = key.data
            if key.fileobj is kept.lending:
                _lend(kept, selector)
            elif isinstance(key.fileobj, socket.socket):
                # Borrowers say nothing: what can be read is their end.
                selector.unregister(key.fileobj)
                kept.borrowers.discard(key.fileobj)
                key.fileobj.close()


def _lend(kept: KeptPort, selector: selectors.BaseSelector) -> None:
    try:
        selector.register(kept.lend(), selectors.EVENT_READ, kept)
    except OSError:
        # Gone before it was answered; it asks again.
        return
