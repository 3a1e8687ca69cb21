"""Frames between a client's WebSocket and the websocket service's, both ways, until either closes."""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Origin, Subprotocol

from shared.errors import Kind, ServiceError

OPEN_SECONDS = 5.0
LARGEST_FRAME_BYTES = 128 * 1024
ABNORMAL = 1006
NO_STATUS = 1005
GOING_AWAY = 1001
TRY_AGAIN = 1013
UNIX = "unix:"
TCP = "tcp:"


async def pass_through(address: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Open the other side with the client's origin, host, query and subprotocols, then copy frames.

    Raises:
        ServiceError: unavailable `service-unavailable`, before the socket is accepted.
    """
    await receive()
    try:
        upstream = await _open(address, scope)
    except (OSError, TimeoutError, InvalidHandshake, InvalidMessage):
        detail = "Live updates are away for a moment."
        raise ServiceError(Kind.UNAVAILABLE, "service-unavailable", detail, retry_after_seconds=1) from None
    async with upstream:
        await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol})
        copying = [
            asyncio.create_task(_to_service(receive, upstream)),
            asyncio.create_task(_to_client(upstream, send)),
        ]
        try:
            await asyncio.wait(copying, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in copying:
                task.cancel()
            await asyncio.gather(*copying, return_exceptions=True)


async def _open(address: str, scope: Scope) -> ClientConnection:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"host", b"origin")}
    host = headers.get(b"host", "localhost")
    query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
    passed = [
        (name.decode(), value.decode("latin-1"))
        for name, value in scope["headers"]
        if name in (b"user-agent", b"x-request-id", b"traceparent")
    ]
    if scope.get("client"):
        passed.append(("X-Forwarded-For", scope["client"][0]))
    options: dict[str, Any] = {
        "uri": f"ws://{host}/ws{query}",
        "origin": Origin(headers[b"origin"]) if b"origin" in headers else None,
        "subprotocols": [Subprotocol(name) for name in scope.get("subprotocols", ())] or None,
        "additional_headers": passed,
        "user_agent_header": None,
        "compression": None,
        "max_size": LARGEST_FRAME_BYTES,
        "open_timeout": OPEN_SECONDS,
        "proxy": None,
    }
    if address.startswith(UNIX):
        return await unix_connect(address.removeprefix(UNIX), **options)
    upstream_host, _, port = address.removeprefix(TCP).rpartition(":")
    return await connect(host=upstream_host, port=int(port), **options)


async def _to_service(receive: Receive, upstream: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or NO_STATUS
                await upstream.close(GOING_AWAY if code in (ABNORMAL, NO_STATUS) else code)
                return
            text = message.get("text")
            await upstream.send(text if text is not None else message["bytes"])


async def _to_client(upstream: ClientConnection, send: Send) -> None:
    try:
        async for frame in upstream:
            kind = "text" if isinstance(frame, str) else "bytes"
            await send({"type": "websocket.send", kind: frame})
    except ConnectionClosed:
        pass
    code = upstream.close_code or ABNORMAL
    await send(
        {
            "type": "websocket.close",
            "code": TRY_AGAIN if code in (ABNORMAL, NO_STATUS) else code,
            "reason": upstream.close_reason or "",
        }
    )
