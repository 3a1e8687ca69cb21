"""A whole answer of a service, for what the gateway puts together itself."""

import asyncio
from dataclasses import dataclass

from services.gateway.proxy.exchange import Exchange
from services.gateway.proxy.headers import Headers
from services.gateway.proxy.upstream import OutgoingRequest, Upstream, problem_of
from services.gateway.proxy.upstream_connection import UpstreamFailure, UpstreamGarbage, UpstreamSilent

# More than the longest page of a list.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of which nothing is missing; names of headers are lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


async def fetch(upstream: Upstream, target: str, headers: Headers, *, seconds: float) -> Fetched:
    """GET a path, with its query, of a service; the whole answer is there within so many seconds.

    Being too slow for this does not count against the service: others may have the time.

    Raises:
        ServiceError: as `Upstream.send`.
    """
    lines = [b"GET " + target.encode("latin-1") + b" HTTP/1.1\r\n", *(b"%b: %b\r\n" % header for header in headers)]
    request = OutgoingRequest(b"".join(lines) + b"\r\n", None, is_chunked=False, method="GET", seconds=seconds)
    try:
        async with asyncio.timeout(seconds):
            exchange = await upstream.send(request)
            try:
                body = await _body(exchange)
            finally:
                upstream.release(exchange)
    except TimeoutError:
        raise problem_of(UpstreamSilent("not in time")) from None
    except UpstreamFailure as failure:
        raise problem_of(failure) from failure
    return Fetched(exchange.status, dict(exchange.headers), body)


async def _body(exchange: Exchange) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in exchange.chunks():
        parts.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise UpstreamGarbage("too long")
    return b"".join(parts)
