"""The audit list, for those who may read it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator

from services.event.audit.queries import AuditFilter, list_audit
from services.event.audit.schemas import AuditList
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import Kind, ServiceError
from shared.identity.permissions import Permission
from shared.web.dependencies import CallDep, require
from shared.web.paging import LARGEST_PAGE, page_response
from shared.web.problems import problems

LARGEST_POSITION = 2**53 - 1

router = APIRouter(tags=["audit"])


def _require_written_time(value: object) -> object:
    """Pydantic takes a bare number for seconds since 1970; a time here is RFC 3339."""
    if isinstance(value, str) and "T" not in value.upper():
        message = "give an RFC 3339 time"
        raise ValueError(message)
    return value


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_require_written_time)]


@router.get("/audit", responses={200: {"model": AuditList}, **problems(400, 401, 403, 404, 422, 503)})
async def read_audit(  # noqa: PLR0913 (query parameters)
    request: Request,
    call: CallDep,
    *,
    after: Annotated[int, Query(ge=0, le=LARGEST_POSITION, description="a position")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    event_type: Annotated[str | None, Query(alias="type", max_length=100)] = None,
    since: Annotated[WrittenTime | None, Query(alias="from")] = None,
    until: Annotated[WrittenTime | None, Query(alias="to")] = None,
    cursor: Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")] = None,
) -> Response:
    """Who did what. Needs the permission `audit:read`."""
    await require(call, Permission.READ_AUDIT)
    if cursor is not None:
        (after,) = (int(value) for value in decode_cursor(cursor, int))
    if not 0 <= after <= LARGEST_POSITION:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
    rows, head = await list_audit(call.pool, after, limit + 1, AuditFilter(actor, event_type, since, until))
    page = rows[:limit]
    next_cursor = encode_cursor(page[-1]["position"]) if len(rows) > limit else None
    return page_response(request, [row["item"] for row in page], next_cursor, position=head)
