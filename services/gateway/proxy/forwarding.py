"""From an ASGI request to a service's answer, streaming both ways."""

from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.types import Message, Receive, Scope, Send

from services.gateway.policies.matching import Match
from services.gateway.proxy.endurance import STALL_SECONDS, Unwanted, is_stream, may_last, while_wanted
from services.gateway.proxy.exchange import Exchange
from services.gateway.proxy.headers import IDEMPOTENCY_KEY, Headers, to_client, to_service
from services.gateway.proxy.upstream import RETRY_AFTER_SECONDS, OutgoingRequest, Upstream
from services.gateway.proxy.upstream_connection import UpstreamFailure
from shared.errors import Kind, ServiceError
from shared.observability.logging import get_logger
from shared.web.dependencies import HEAD_SCOPE
from shared.web.event_stream import READ_SECONDS, ClientStalled, send_in_time

log = get_logger()

END: Message = {"type": "http.response.body", "body": b""}


async def forward(
    upstream: Upstream, scope: Scope, receive: Receive, send: Send, *, match: Match, own: Headers
) -> None:
    """Send the request on and its answer back.

    Raises:
        ServiceError: as `Upstream.send`, while nothing has been answered; unavailable `shutting-down`, for a request
            that waits.
    """
    request = await _outgoing(scope, receive, match, own)
    try:
        exchange = await _answered(upstream, request, scope, receive)
    except Unwanted as unwanted:
        if unwanted.has_left:
            return
        raise _shutting_down() from None
    try:
        await send({"type": "http.response.start", "status": exchange.status, "headers": to_client(exchange.headers)})
        if HEAD_SCOPE in scope:
            # The service was asked for all of it; nobody waits for a body, which may have no end.
            await send(END)
        else:
            await _pass_on(exchange, scope, receive, send)
    except UpstreamFailure:
        # The head is out: to end the connection is the only way to say that the rest is missing.
        log.warning("answer.cut_short", path=scope["raw_path"].decode("latin-1"))
        raise
    finally:
        upstream.release(exchange)


async def _answered(upstream: Upstream, request: OutgoingRequest, scope: Scope, receive: Receive) -> Exchange:
    """The head of the answer, as long as the client waits for it; one that is still sending is watched by that."""
    if isinstance(request.body, AsyncIterator):
        return await upstream.send(request)
    async with while_wanted(receive, scope["app"].state.drain if request.lasts else None):
        return await upstream.send(request)


async def _pass_on(exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
    """Every part, until the last, or until the client leaves or has not read for too long.

    Of an answer without an end: until this instance ends, too.
    """
    is_endless = exchange.lasts and is_stream(exchange.headers)
    seconds = READ_SECONDS if is_endless else STALL_SECONDS
    is_said = False
    with suppress(ClientStalled, Unwanted):
        async with while_wanted(receive, scope["app"].state.drain if is_endless else None):
            async for chunk in exchange.chunks():
                is_last = exchange.is_read
                message = {"type": "http.response.body", "body": chunk, "more_body": not is_last}
                await send_in_time(scope, send, message, seconds=seconds)
                is_said = is_last
    if not is_said:
        await send(END)


def _shutting_down() -> ServiceError:
    detail = "This instance is ending: ask again."
    return ServiceError(Kind.UNAVAILABLE, "shutting-down", detail, retry_after_seconds=RETRY_AFTER_SECONDS)


async def _outgoing(scope: Scope, receive: Receive, match: Match, own: Headers) -> OutgoingRequest:
    headers = dict(scope["headers"])
    declared, is_chunked = headers.get(b"content-length"), b"transfer-encoding" in headers
    length = b"%d" % int(declared) if declared is not None else None
    has_body = is_chunked or length not in (None, b"0")
    may_repeat = match.route.may_repeat(has_key=IDEMPOTENCY_KEY in headers)
    body: AsyncIterator[bytes] | bytes | None = None
    if has_body:
        body = await _whole_or_not(receive) if may_repeat else _body(receive)
    if isinstance(body, bytes):
        length, is_chunked = b"%d" % len(body), False
    framing: Headers = []
    if is_chunked:
        framing = [(b"transfer-encoding", b"chunked")]
    elif length is not None:
        framing = [(b"content-length", length)]
    target = match.path.encode("latin-1") + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    lines = [scope["method"].encode() + b" " + target + b" HTTP/1.1\r\n"]
    lines += [name + b": " + value + b"\r\n" for name, value in to_service(scope["headers"], own + framing)]
    return OutgoingRequest(
        b"".join(lines) + b"\r\n",
        body,
        is_chunked,
        scope["method"],
        match.route.timeout_seconds,
        lasts=not has_body and may_last(scope),
        may_repeat=may_repeat,
    )


async def whole_body(receive: Receive) -> bytes:
    """All of it, for who must see it before it goes on.

    Raises:
        ServiceError: malformed `bad-request`, the client broke off.
    """
    return b"".join([part async for part in _body(receive)])


async def _whole_or_not(receive: Receive) -> AsyncIterator[bytes] | bytes:
    """A body that has come whole can be sent a second time."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return bytes(message.get("body", b""))
    return _body(receive, message)


async def _body(receive: Receive, first: Message | None = None) -> AsyncIterator[bytes]:
    message = first or await receive()
    while True:
        if message["type"] != "http.request":
            # Not the service's failure: its breaker must not count what a client broke off.
            raise ServiceError(Kind.MALFORMED, "bad-request", "The request ended before its body was whole.")
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return
        message = await receive()
