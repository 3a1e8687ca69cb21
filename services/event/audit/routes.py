"""The audit list, for those who may read it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.event.audit.parameters import PartDep, SelectionDep, cursor_of, part_of
from services.event.audit.queries import list_audit
from services.event.audit.schemas import AuditList
from shared.identity.permissions import Permission
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.paging import LARGEST_PAGE, page_response
from shared.web.problems import problems

router = APIRouter(tags=["audit"], route_class=StrictRoute)


@router.get("/audit", responses={200: {"model": AuditList}, **problems(400, 401, 403, 404, 422, 503)})
async def read_audit(
    request: Request,
    call: CallDep,
    wanted: SelectionDep,
    part: PartDep,
    *,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
    cursor: Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")] = None,
) -> Response:
    """Who did what, when, from where and why. Needs the permission `audit:read`."""
    await require(call, Permission.READ_AUDIT)
    part = part if cursor is None else part_of(cursor)
    rows, head = await list_audit(call.pool, part, limit + 1, wanted)
    page = rows[:limit]
    next_cursor = cursor_of(part.behind(page[-1]["position"], head)) if len(rows) > limit else None
    return page_response(request, [row["item"] for row in page], next_cursor, position=head)
