"""An answer's head and the body that comes right after it leave in one packet instead of two.

uvicorn writes them one after the other, and uvloop sends at once what is written: two calls of the system here, and two
reads at the other end. Measured on 4 KB through the gateway: a fifth of its CPU for an answer.
"""

import asyncio


class JoinedWrites:
    """Stands between a response and its connection's transport."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """A head waits for what is written next, or for the end of the loop's turn."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close when everything is out."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """As the transport says."""
        return self._transport.is_closing()

    def _flush(self) -> None:
        head, self._head = self._head, None
        if head is not None and not self._transport.is_closing():
            self._transport.write(head)
