"""From an ASGI request to a service's answer, streaming both ways."""

from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from services.gateway.proxy.endurance import Unwanted, is_stream, may_last, while_wanted
from services.gateway.proxy.headers import Headers, to_client, to_service
from services.gateway.proxy.upstream import RETRY_AFTER_SECONDS, OutgoingRequest, Upstream
from services.gateway.proxy.upstream_connection import UpstreamConnection, UpstreamGarbage, UpstreamLost
from shared.errors import Kind, ServiceError
from shared.observability.logging import get_logger
from shared.web.event_stream import ClientStalled, send_in_time

log = get_logger()


async def forward(upstream: Upstream, scope: Scope, receive: Receive, send: Send, *, path: str, own: Headers) -> None:
    """Send the request on and its answer back.

    Raises:
        ServiceError: as `Upstream.send`, while nothing has been answered; unavailable `shutting-down`, for a request
            that waits.
    """
    request = _outgoing(scope, receive, path, own)
    lasts = request.body is None and may_last(scope)
    try:
        connection = await (_wait_for(upstream, request, scope, receive) if lasts else upstream.send(request))
    except Unwanted as unwanted:
        if unwanted.has_left:
            return
        raise _shutting_down() from None
    try:
        await send(
            {"type": "http.response.start", "status": connection.status, "headers": to_client(connection.headers)}
        )
        if lasts and is_stream(connection.headers):
            await _pass_on_stream(connection, scope, receive, send)
        else:
            async for chunk in connection.chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except (UpstreamLost, UpstreamGarbage):
        # The head is out: to end the connection is the only way to say that the rest is missing.
        log.warning("answer.cut_short", service_path=path)
        raise
    finally:
        upstream.release(connection)


async def _wait_for(upstream: Upstream, request: OutgoingRequest, scope: Scope, receive: Receive) -> UpstreamConnection:
    async with while_wanted(receive, scope["app"].state.drain):
        return await upstream.send(request)


async def _pass_on_stream(connection: UpstreamConnection, scope: Scope, receive: Receive, send: Send) -> None:
    """Every part at once, until the service ends it, the client leaves or does not read, or this instance ends."""
    with suppress(Unwanted, ClientStalled):
        async with while_wanted(receive, scope["app"].state.drain):
            async for chunk in connection.chunks():
                await send_in_time(scope, send, {"type": "http.response.body", "body": chunk, "more_body": True})


def _shutting_down() -> ServiceError:
    detail = "This instance is ending: ask again."
    return ServiceError(Kind.UNAVAILABLE, "shutting-down", detail, retry_after_seconds=RETRY_AFTER_SECONDS)


def _outgoing(scope: Scope, receive: Receive, path: str, own: Headers) -> OutgoingRequest:
    headers = dict(scope["headers"])
    length, is_chunked = headers.get(b"content-length"), b"transfer-encoding" in headers
    has_body = is_chunked or length not in (None, b"0")
    framing: Headers = []
    if is_chunked:
        framing = [(b"transfer-encoding", b"chunked")]
    elif length is not None:
        framing = [(b"content-length", length)]
    target = path.encode("latin-1") + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    lines = [scope["method"].encode() + b" " + target + b" HTTP/1.1\r\n"]
    lines += [name + b": " + value + b"\r\n" for name, value in to_service(scope["headers"], own + framing)]
    return OutgoingRequest(b"".join(lines) + b"\r\n", _body(receive) if has_body else None, is_chunked, scope["method"])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] != "http.request":
            # Not the service's failure: its breaker must not count what a client broke off.
            raise ServiceError(Kind.MALFORMED, "bad-request", "The request ended before its body was whole.")
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return
