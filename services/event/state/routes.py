"""Read a stream's state."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from services.event.state.folding import State, sealed_parts, shown_fields
from services.event.state.queries import Moment, find_last, state_at
from services.event.state.schemas import StateAnswer
from shared.clock import format_time
from shared.errors import FieldError, Kind, ServiceError, not_found
from shared.events.catalogue.event import SensitiveRead
from shared.events.envelope import StoredEvent
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_opening
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import Call, CallDep, may
from shared.web.problems import problems
from shared.web.times import WrittenTime

LARGEST_VERSION = 2**31 - 1

router = APIRouter(tags=["events"], route_class=StrictRoute)


@router.get(
    "/events/streams/{stream}/state",
    responses={200: {"model": StateAnswer}, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(SensitiveRead)
async def read_stream_state(
    call: CallDep,
    stream: str,
    *,
    version: Annotated[int | None, Query(ge=1, le=LARGEST_VERSION, description="after this event")] = None,
    at: Annotated[WrittenTime | None, Query(description="after the last event up to this time")] = None,
    reveal: Annotated[bool, Query(description="decrypt personal fields")] = False,
) -> Response:
    """Every field's last value, in the newest form of the events' types; the newest state unless a moment is given.

    Operators and auditors see every stream's, a person that of a stream whose events that person caused, all of them.
    """
    if version is not None and at is not None:
        fault = FieldError("?at", "one-moment", "Give a version or a time, not both.")
        raise ServiceError(Kind.INVALID, "one-moment", fault.detail, errors=[fault])
    viewer = None if await may(call, Permission.READ_ALL_EVENTS) else str(call.actor)
    found = await find_last(call.pool, stream, Moment(version, at), viewer)
    if found is None:
        raise not_found("stream" if version is None else "stream-version")
    last, head = found
    state = await state_at(call.pool, stream, last.version)
    answer = {
        "stream": stream,
        "version": last.version,
        "position": last.position or None,
        "occurred_at": format_time(last.occurred_at),
        "types": sorted(state.types),
        **(await _revealed(call, state, last) if reveal else {"state": shown_fields(state)}),
    }
    return respond(call.request, orjson.dumps(answer), position=head)


async def _revealed(call: Call, state: State, last: StoredEvent) -> dict[str, Any]:
    parts = sealed_parts(state, last)
    texts: dict[str, str | None] = dict.fromkeys(parts)
    if parts and call.person_keys is not None:
        await record_opening(call, parts.values())
        opened = await call.person_keys.reveal(call.pool, list(parts.values()))
        texts = {name: next(iter(data.values())) for name, data in zip(parts, opened, strict=True)}
    erased = sorted(name for name, text in texts.items() if text is None)
    return {"state": {**shown_fields(state), **texts}, "erased": erased}
