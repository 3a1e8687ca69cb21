"""Being told, and saying that one knows."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.user.notifications.commands import read_some, read_up_to
from services.user.notifications.queries import list_notifications
from services.user.notifications.schemas import NotificationList, ReadBody, Unread
from shared.database.keyset import decode_position, encode_cursor
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["notifications"], route_class=StrictRoute)


@router.get(
    "/notifications",
    responses={200: {"model": NotificationList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_notifications(
    call: CallDep,
    page: PageDep,
    unread: Annotated[bool, Query(description="only those that were not read yet")] = False,  # noqa: FBT002 (a flag of the query)
) -> Response:
    """What others did that concerns one, the newest first; `X-Position` is what the list has taken in."""
    found = await list_notifications(
        call.pool, call.account_id, decode_position(page.cursor), page.limit + 1, is_unread_only=unread
    )
    shown = found.rows[: page.limit]
    next_cursor = encode_cursor(shown[-1]["position"]) if len(found.rows) > page.limit else None
    items = [row["item"] for row in shown]
    counts = {"unread_count": found.unread_count}
    return page_response(call.request, items, next_cursor, position=found.position, counts=counts)


@router.post(
    "/notifications/read",
    responses={200: {"model": Unread}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def mark_notifications(call: CallDep, body: ReadBody) -> Response:
    """Say which notifications one knows; saying it twice changes nothing. Ids that are gone are passed over."""
    if body.up_to is not None:
        return await execute(call, read_up_to, call.account_id, body.up_to, render=_left)
    return await execute(call, read_some, call.account_id, body.ids or (), render=_left)


def _left(unread_count: int) -> Rendered:
    return Rendered(200, {"unread_count": unread_count})
