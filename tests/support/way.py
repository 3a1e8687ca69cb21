"""A way to a unix socket that can be cut while it is used."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 65_536


@dataclass(slots=True)
class Way:
    """Whoever connects at `path` reaches `there`, until it is cut."""

    path: Path
    there: Path
    _server: asyncio.Server | None = None
    _connections: list[asyncio.StreamWriter] = field(default_factory=list)

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._pass_on, self.path)

    def cut(self) -> None:
        """Nothing goes through any more, and nobody is let in."""
        if self._server is not None:
            self._server.close()
        self.path.unlink(missing_ok=True)
        for writer in self._connections:
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self.there)
        self._connections += [writer, far_writer]
        with suppress(OSError):
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        for one in (writer, far_writer):
            one.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything, and the end: each direction has its own."""
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


@asynccontextmanager
async def way_to(there: Path) -> AsyncIterator[Way]:
    """An open one while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        way = Way(Path(folder) / "way.sock", there)
        await way.open()
        try:
            yield way
        finally:
            way.cut()
