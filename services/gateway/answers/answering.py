"""The last hand on every answer of the gateway, around the edge so that refusals get it too: pure ASGI."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.answers.compression import (
    PIECE_BYTES,
    SMALLEST_BYTES,
    Encoder,
    chosen,
    compress,
    encoded_head,
    encoder_for,
    is_compressible,
    is_short,
)
from services.gateway.answers.cross_origin import CrossOrigin
from services.gateway.answers.entity_tags import asked_for
from services.gateway.answers.security import POLICY, RouteClass, security_headers
from shared.observability.request_context import current_request
from shared.service.denial import EXTENSION

Headers = list[tuple[bytes, bytes]]

PAGES = ("/docs", "/api/docs", "/api/v1/docs")
SELF_GUARDED = frozenset({"/oidc/authorize", "/oidc/sign-in"})
STARTS = frozenset({"http.response.start", f"{EXTENSION}.start"})
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request says of the form of its answer."""

    encoding: bytes | None
    origin: bytes | None
    host: str
    if_none_match: bytes | None


def wishes_of(headers: Mapping[bytes, bytes]) -> Wishes:
    """By the request's headers, their names in lower case."""
    accepted = headers.get(b"accept-encoding")
    return Wishes(
        chosen(accepted) if accepted is not None else None,
        headers.get(b"origin"),
        headers.get(b"host", b"").decode("latin-1"),
        headers.get(b"if-none-match"),
    )


class Answering:
    """Wraps the whole app, its edge included."""

    def __init__(self, app: ASGIApp, cross_origin: CrossOrigin) -> None:
        self.app = app
        self._cross_origin = cross_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = Answer(scope, send, self._cross_origin)
        try:
            await self.app(scope, receive, answer.send)
        finally:
            await answer.let_go()


class Answer:
    """One answer on its way: its head is held back while it may still get another length."""

    def __init__(self, scope: Scope, send: Send, cross_origin: CrossOrigin) -> None:
        self._route_class = _class_of(scope["path"])
        self._is_head = scope.get("method") == "HEAD"
        self._wishes = wishes_of(dict(scope["headers"]))
        self._send = send
        self._cross_origin = cross_origin
        self._held: Message | None = None
        self._collected = b""
        self._encoder: Encoder | None = None

    async def send(self, message: Message) -> None:
        """ASGI send."""
        if message["type"] in STARTS:
            await self._begin(message)
        elif self._held is not None:
            await self._collect(self._held, message)
        elif self._encoder is not None and message["type"] == "http.response.body":
            await self._encode(self._encoder, message)
        else:
            await self._send(message)

    async def let_go(self) -> None:
        """Send the head of an answer that broke off before its body, so that the client sees that it did."""
        if self._held is not None:
            await self._send(self._complete(self._held))

    async def _begin(self, message: Message) -> None:
        headers: Headers = list(message.get("headers", ()))
        wishes = self._wishes
        if wishes.encoding is not None and is_compressible(message["status"], headers):
            if not self._is_head:
                self._held = message
                return
            message = {**message, "headers": encoded_head(headers, wishes.encoding)}
        elif message["status"] == NOT_MODIFIED and wishes.if_none_match is not None:
            message = {**message, "headers": [_known(pair, wishes.if_none_match) for pair in headers]}
        await self._send(self._complete(message))

    async def _collect(self, start: Message, message: Message) -> None:
        """A short body is encoded as a whole and has a length; another is, part by part as it comes."""
        self._collected += message.get("body", b"")
        has_more: bool = message.get("more_body", False)
        if has_more and is_short(start.get("headers", ())):
            return
        self._held = None
        encoding = self._wishes.encoding or b""
        body = {"type": "http.response.body", "body": self._collected, "more_body": has_more}
        if not has_more and len(self._collected) < SMALLEST_BYTES:
            await self._send(self._complete(start))
            await self._send(body)
            return
        head = encoded_head(start.get("headers", ()), encoding)
        if has_more or len(self._collected) > PIECE_BYTES:
            self._encoder = encoder_for(encoding)
            await self._send(self._complete({**start, "headers": head}))
            await self._encode(self._encoder, body)
            return
        encoded = compress(self._collected, encoding)
        head.append((b"content-length", str(len(encoded)).encode()))
        await self._send(self._complete({**start, "headers": head}))
        await self._send({**body, "body": encoded})

    async def _encode(self, encoder: Encoder, message: Message) -> None:
        has_more: bool = message.get("more_body", False)
        for piece in _pieces(message.get("body", b"")):
            await self._send({"type": "http.response.body", "body": encoder.feed(piece), "more_body": True})
            await asyncio.sleep(0)
        if not has_more:
            await self._send({"type": "http.response.body", "body": encoder.finish()})

    def _complete(self, message: Message) -> Message:
        context = current_request.get()
        is_secure = context is not None and context.is_secure
        headers: Headers = list(message.get("headers", ()))
        headers += security_headers(self._class_for(headers), is_secure=is_secure)
        origin = self._wishes.origin
        if origin is not None:
            host = context.host if context is not None and context.host is not None else self._wishes.host
            headers += self._cross_origin.headers(origin, host)
        return {**message, "headers": headers}

    def _class_for(self, headers: Headers) -> RouteClass:
        """Whoever guards itself may leave it to us, as problems do."""
        is_unguarded = self._route_class is RouteClass.SELF_GUARDED and all(name != POLICY for name, _ in headers)
        return RouteClass.API if is_unguarded else self._route_class


def _class_of(path: str) -> RouteClass:
    if path in SELF_GUARDED:
        return RouteClass.SELF_GUARDED
    return RouteClass.PAGE if path.startswith(PAGES) else RouteClass.API


def _known(pair: tuple[bytes, bytes], if_none_match: bytes) -> tuple[bytes, bytes]:
    name, value = pair
    return (name, asked_for(value, if_none_match)) if name == b"etag" else pair


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + PIECE_BYTES] for start in range(0, len(body), PIECE_BYTES))
