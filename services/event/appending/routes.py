"""Appending to a stream."""

from functools import partial

from fastapi import APIRouter, Response

from services.event.appending.answering import answer_of, proposals_of
from services.event.appending.commands import EXTERNAL, append_alone, entries_of, parse
from services.event.appending.origin import passed_on
from services.event.appending.schemas import AppendAnswer, AppendBody
from shared.events.group_append import GroupAppender
from shared.identity.permissions import Permission
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import execute, response_of
from shared.web.problems import problems

router = APIRouter(tags=["events"], route_class=StrictRoute)


@router.post(
    "/events/streams/{stream}",
    status_code=201,
    responses={201: {"model": AppendAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
@leaves(*EXTERNAL)
async def append_events(call: CallDep, stream: str, body: AppendBody) -> Response:
    """Append events to a stream, all or none. Needs the permission `events:append`."""
    await require(call, Permission.APPEND_EVENTS)
    proposals = proposals_of(body)
    events = parse(stream, proposals)

    if call.idempotency_key is not None or any(event.personal_fields() for event in events):
        # What a key or a person's key is stored with needs a transaction of its own.
        render = partial(answer_of, stream)
        return await execute(call, append_alone, stream, body.expected_version, proposals, events, render=render)
    appenders: dict[str, GroupAppender] = call.request.app.state.appenders
    entries = entries_of(proposals, events, call.actor, call.context)
    headers = call.request.headers
    origin = passed_on(
        call.context, entries[0].occurred_at, call.actor, headers.get("x-forwarded-for"), headers.get("user-agent")
    )
    appender = appenders[call.territory.code]
    appended = await appender.append(stream, body.expected_version, entries, origin=origin)
    return response_of(answer_of(stream, appended))
