"""A reader of server-sent events, as a browser's EventSource parses them (WHATWG HTML §9.2.6)."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Message:
    """One event; a comment has none of them."""

    id: int | None
    event: str | None
    data: Any


@dataclass(slots=True)
class EventSource:
    """An open stream."""

    answer: httpx.Response
    blocks: AsyncIterator[str]

    async def next(self, within: float = 5) -> Message:
        """The next event; comments are passed over."""
        while True:
            message = await self.block(within)
            if message.data is not None:
                return message

    async def take(self, count: int, within: float = 5) -> list[Message]:
        return [await self.next(within) for _ in range(count)]

    async def block(self, within: float = 5) -> Message:
        """The next event or comment.

        Raises:
            StopAsyncIteration: the stream has ended.
        """
        async with asyncio.timeout(within):
            block = await anext(self.blocks)
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        data = json.loads(fields["data"]) if "data" in fields else None
        return Message(int(fields["id"]) if "id" in fields else None, fields.get("event"), data)

    async def rest(self, within: float = 5) -> list[Message]:
        """Everything up to the end of the stream."""
        found = []
        while True:
            try:
                found.append(await self.block(within))
            except StopAsyncIteration:
                return [message for message in found if message.data is not None]


@asynccontextmanager
async def event_source(
    client: httpx.AsyncClient, path: str, token: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[EventSource]:
    """Open it and close it."""
    sent = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream", **(headers or {})}
    async with client.stream("GET", path, headers=sent) as answer:
        assert answer.status_code == 200, (await answer.aread(), answer.status_code)
        yield EventSource(answer, _blocks(answer))


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    rest = ""
    async for text in answer.aiter_text():
        *blocks, rest = (rest + text).split("\n\n")
        for block in blocks:
            yield block
