"""The one opener of commands for HTTP: begin, claim the idempotency key, run, render, commit, wake the sealer."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, TypeVarTuple

import orjson
from fastapi import Response

from shared.clock import format_time
from shared.database.errors import RetryableConflict, database_busy
from shared.database.idempotency import IdempotencyKey, StoredAnswer
from shared.errors import Kind, ServiceError
from shared.events.catalogue.event import PermissionUsed
from shared.events.origins import record_origins
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.identifiers import new_id
from shared.web.dependencies import PERMISSION_SCOPE, AnonymousCall
from shared.web.origin import origin_of, route_of

Arguments = TypeVarTuple("Arguments")
R = TypeVar("R")

TRIES = 12
FIRST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.16
EVENT_ID_HEADER = "x-event-id"
LONGEST_KEY = 255
_JSON = {"content-type": "application/json", "cache-control": "no-store"}


@dataclass(slots=True)  # not frozen: one is made for every answer, and that would take twice as long
class Rendered:
    """An answer; a body that is not bytes is written as JSON."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_answer(self) -> StoredAnswer:
        """As it is sent and kept."""
        if self.body is None:
            return StoredAnswer(self.status, dict(self.headers), b"")
        return StoredAnswer(self.status, {**_JSON, **self.headers}, _to_bytes(self.body))


def _to_bytes(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return orjson.dumps(body, default=_to_text, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _to_text(value: object) -> str:
    """Times are written in one way everywhere."""
    if isinstance(value, datetime):
        return format_time(value)
    raise TypeError


async def execute(
    call: AnonymousCall,
    command: Callable[[UnitOfWork, *Arguments], Awaitable[R]],
    *args: *Arguments,
    render: Callable[[R], Rendered],
) -> Response:
    """Run `command(work, *args)` in one transaction and answer with `render(result)`, a pure function.

    The whole is run again after a serialization failure, a deadlock, a stale statement or a lost race for a stream's
    version. `X-Event-ID` names the last event that the command appended: its main one.

    Raises:
        ServiceError: what the command raises; then nothing is written. `database-busy` after twelve lost races.
    """
    key = await _idempotency_key(call)
    for attempt in range(TRIES):
        try:
            answer, hints = await _run_once(call, key, lambda work: command(work, *args), render)
        except RetryableConflict:
            await asyncio.sleep(random.uniform(0, min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)))
            continue
        for hint in hints:
            await call.bus.publish_hint(hint)
        return Response(answer.body, answer.status, answer.headers)
    raise database_busy()


def no_content(_: object) -> Rendered:
    """What is done, and has nothing to show."""
    return Rendered(204)


def response_of(rendered: Rendered) -> Response:
    """The answer of what was done without a unit of work."""
    answer = rendered.to_answer()
    return Response(answer.body, answer.status, answer.headers)


async def _run_once(
    call: AnonymousCall,
    key: IdempotencyKey | None,
    run: Callable[[UnitOfWork], Awaitable[R]],
    render: Callable[[R], Rendered],
) -> tuple[StoredAnswer, set[str]]:
    opened = unit_of_work(call.pool, call.territory, call.actor, person_keys=call.person_keys, context=call.context)
    async with opened as work:
        if key is not None and (earlier := await key.claim(work.connection, work.now)) is not None:
            return StoredAnswer(
                earlier.status, {**earlier.headers, "idempotency-replayed": "true"}, earlier.body
            ), set()
        answer = render(await run(work)).to_answer()
        if work.appended:
            answer.headers[EVENT_ID_HEADER] = str(work.appended[-1].id)
        await _complete_trail(work, call)
        if key is not None:
            await key.store(work.connection, answer)
        return answer, work.hints


async def _complete_trail(work: UnitOfWork, call: AnonymousCall) -> None:
    """Who asks for what needs a permission is on record, also when it was so already; and where they asked from."""
    permission = call.request.scope.get(PERMISSION_SCOPE)
    if permission is not None and not work.appended:
        event = PermissionUsed(permission=permission, method=call.request.method, route=route_of(call.request))
        await work.append(f"{event.category}-{new_id()}", "none", event)
    if work.appended and (origin := origin_of(call, work)) is not None:
        await record_origins(work.connection, [origin])


async def _idempotency_key(call: AnonymousCall) -> IdempotencyKey | None:
    """Scoped to account and path; auth's answers hold tokens and are never kept, reads need none."""
    path = call.request.scope["path"]
    if call.idempotency_key is None or call.request.method != "POST" or path.startswith("/auth/"):
        return None
    key, *others = call.request.headers.getlist("idempotency-key")
    if others or not 0 < len(key) <= LONGEST_KEY or not all("!" <= c <= "~" for c in key):
        raise ServiceError(
            Kind.MALFORMED, "bad-idempotency-key", "Idempotency-Key is 1 to 255 visible ASCII characters."
        )
    if call.principal is None:
        return None
    digest = hashlib.sha256(call.request.scope["query_string"] + b"\n" + await call.request.body()).digest()
    return IdempotencyKey(call.principal.account_id, path, call.idempotency_key, digest)
