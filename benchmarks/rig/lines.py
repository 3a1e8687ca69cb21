"""Requests over kept connections at next to no cost for the client, which shares the cores with what is measured."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, method: str, path: str, body: Mapping[str, object] | None = None, more: str = "") -> "Answer":
        """One request and its answer; `more` are fields of its head, each with its end."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(content)}\r\n{more}"
        if content:
            head += "content-type: application/json\r\n"
        self.writer.write(head.encode() + b"\r\n" + content)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.partition(_LENGTH)[2].partition(b"\r\n")[0])
        return Answer(int(answer[9:12]), await self.reader.readexactly(length))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        return json.loads(self.body)


class Lines:
    """Connections to one unix socket, as many as there are requests under way."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._kept: list[Line] = []

    async def ask(self, method: str, path: str, body: Mapping[str, object] | None = None, more: str = "") -> Answer:
        """As `Line.ask`, on one that is free."""
        line = self._kept.pop() if self._kept else Line(*await asyncio.open_unix_connection(self._socket))
        answer = await line.ask(method, path, body, more)
        self._kept.append(line)
        return answer

    def close(self) -> None:
        for line in self._kept:
            line.writer.close()
