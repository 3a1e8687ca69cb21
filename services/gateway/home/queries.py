"""Asks for every part at once; none waits for another, and none takes another with it."""

import asyncio
from collections.abc import Mapping, Sequence

from services.gateway.home.parts import PARTS, Part
from services.gateway.home.rules import Piece, piece_of
from services.gateway.proxy.fetching import fetch
from services.gateway.proxy.headers import Headers
from services.gateway.proxy.upstream import Upstream
from shared.errors import ServiceError


async def fetch_pieces(upstreams: Mapping[str, Upstream], headers: Headers) -> Sequence[Piece]:
    """One piece for each part, in their order, within the longest of their deadlines."""
    async with asyncio.TaskGroup() as asking:
        tasks = [asking.create_task(_ask(part, upstreams[part.service], headers)) for part in PARTS]
    return [task.result() for task in tasks]


async def _ask(part: Part, upstream: Upstream, headers: Headers) -> Piece:
    deadline = (b"x-request-timeout", b"%d" % (part.seconds * 1000))
    try:
        answer = await fetch(upstream, part.target, [*headers, deadline], seconds=part.seconds)
    except ServiceError as error:
        return Piece(part.name, code=error.code)
    return piece_of(part.name, answer.status, answer.headers, answer.body)
