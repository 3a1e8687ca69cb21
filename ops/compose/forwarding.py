"""Let a person reach the servers of a pod's inner network: `python -m ops.compose.forwarding PORT=HOST:PORT …`.

The servers publish nothing themselves, since a profile can add a container and no port to one.
"""

import asyncio
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from ops.compose.until_told import until_told

CHUNK_BYTES = 64 * 1024
_FORM = re.compile(r"([0-9]{1,5})=([a-z0-9.-]+):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A port of this container and whose it is."""

    port: int
    host: str
    to: int


def parse_forwarded(words: Iterable[str]) -> list[Forwarded]:
    """What `PORT=HOST:PORT` says, word by word.

    Raises:
        ValueError: another form.
    """
    matches = {word: _FORM.fullmatch(word) for word in words}
    wrong = [word for word, match in matches.items() if match is None]
    if wrong or not matches:
        message = f"give PORT=HOST:PORT, not {' '.join(wrong) or 'nothing'}"
        raise ValueError(message)
    return [Forwarded(int(match[1]), match[2], int(match[3])) for match in matches.values() if match]


async def forward(words: Iterable[str], host: str = "0.0.0.0") -> None:  # noqa: S104 (inside its container)
    """Pass bytes both ways until this is cancelled; whom nobody answers is closed.

    Raises:
        ValueError: as `parse_forwarded`.
    """
    forwarded = parse_forwarded(words)
    async with asyncio.TaskGroup() as group:
        for one in forwarded:
            server = await asyncio.start_server(partial(_pass_on, one), host, one.port)
            group.create_task(server.serve_forever())


async def _pass_on(one: Forwarded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        there_reader, there_writer = await asyncio.open_connection(one.host, one.to)
    except OSError:
        writer.close()
        return
    try:
        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))
    finally:
        there_writer.close()
        writer.close()


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """All of one side, then its end."""
    with suppress(OSError):
        while chunk := await source.read(CHUNK_BYTES):
            sink.write(chunk)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
            return
    sink.close()


if __name__ == "__main__":
    sys.exit(until_told(forward(sys.argv[1:])))
