"""Appending to a stream."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from services.event.appending.commands import Proposal, append_alone, entries_of, parse
from services.event.appending.schemas import AppendAnswer, AppendBody
from shared.events.group_append import GroupAppender
from shared.events.unit_of_work import Appended
from shared.identity.permissions import Permission
from shared.web.dependencies import CallDep, require
from shared.web.direct import DirectRoute
from shared.web.execution import EVENT_ID_HEADER, Rendered, execute, response_of
from shared.web.problems import problems

router = APIRouter(tags=["events"], route_class=DirectRoute)


@router.post(
    "/events/streams/{stream}",
    status_code=201,
    responses={201: {"model": AppendAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def append(call: CallDep, stream: str, body: AppendBody) -> Response:
    """Append events to a stream, all or none. Needs the permission `events:append`."""
    await require(call, Permission.APPEND_EVENTS)
    proposals = [
        Proposal(e.id, e.type, e.data, {k: str(v) for k, v in e.metadata if v is not None}) for e in body.events
    ]
    events = parse(stream, proposals)

    def render(appended: Sequence[Appended]) -> Rendered:
        answer = {
            "stream": stream,
            "first_version": appended[0].version,
            "last_version": appended[-1].version,
            "ids": [str(event.id) for event in appended],
        }
        # Also when nothing is written because it was before.
        headers = {"location": f"/api/events/streams/{stream}", EVENT_ID_HEADER: str(appended[-1].id)}
        return Rendered(201, answer, headers)

    if call.idempotency_key is not None or any(event.personal_fields() for event in events):
        # What a key or a person's key is stored with needs a transaction of its own.
        return await execute(call, append_alone, stream, body.expected_version, proposals, events, render=render)
    appenders: dict[str, GroupAppender] = call.request.app.state.appenders
    entries = entries_of(proposals, events, call.actor, call.context)
    return response_of(render(await appenders[call.territory.code].append(stream, body.expected_version, entries)))
