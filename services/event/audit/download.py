"""An export on its way to a client: page after page, none read before the one before it was taken."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from fastapi import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from shared.observability.logging import get_logger
from shared.web.dependencies import HEAD_SCOPE
from shared.web.event_stream import ClientStalled, send_in_time

log = get_logger()


class Download(Response):
    """A file whose length nobody knows yet. What fails in it ends the connection, so that the file is seen to lack."""

    def __init__(self, pages: AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._pages = pages

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What refuses is answered as any refusal: the head of this answer is not out yet.
        first = await anext(self._pages)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        leaving = asyncio.create_task(_departure(receive))
        try:
            if HEAD_SCOPE not in scope:
                await _send_part(scope, send, first)
                async for page in self._pages:
                    if leaving.done():
                        return
                    await _send_part(scope, send, page)
        except ClientStalled:
            log.info("download.client_stalled")
            return
        finally:
            leaving.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_part(scope: Scope, send: Send, part: bytes) -> None:
    await send_in_time(scope, send, {"type": "http.response.body", "body": part, "more_body": True})
