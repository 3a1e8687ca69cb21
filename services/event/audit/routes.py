"""The audit list and its export, for those who may read it; each reading is on record itself."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.event.audit.download import Download
from services.event.audit.export import MEDIA_TYPES, WRITERS, Format, beginning
from services.event.audit.parameters import PartDep, SelectionDep, cursor_of, part_of
from services.event.audit.queries import export_audit, list_audit
from services.event.audit.schemas import AuditList
from services.event.audit.selection import Part, Selection, shown_filters
from shared.clock import utc_now
from shared.events.catalogue.event import SensitiveRead
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.dependencies import Call, CallDep, require, require_step_up
from shared.web.paging import LARGEST_PAGE, page_response
from shared.web.problems import problems

router = APIRouter(tags=["audit"], route_class=StrictRoute)

_FILE = {"schema": {"type": "string"}}
_FILES = {"content": {media_type.partition(";")[0]: _FILE for media_type in MEDIA_TYPES.values()}}


@router.get("/audit", responses={200: {"model": AuditList}, **problems(400, 401, 403, 404, 422, 503)})
@leaves(SensitiveRead)
async def read_audit(
    request: Request,
    call: CallDep,
    wanted: SelectionDep,
    part: PartDep,
    *,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
    cursor: Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")] = None,
) -> Response:
    """Who did what, when, from where and why. Needs the permission `audit:read`; that it was read is an entry too."""
    await require(call, Permission.READ_AUDIT)
    part = part if cursor is None else part_of(cursor)
    await record_read(call, "audit", limit=limit, **shown_filters(wanted, part))
    rows, head = await list_audit(call.pool, part, limit + 1, wanted)
    page = rows[:limit]
    next_cursor = cursor_of(part.behind(page[-1]["position"], head)) if len(rows) > limit else None
    return page_response(request, [row["item"] for row in page], next_cursor, position=head)


@router.get(
    "/audit/export",
    operation_id="export_audit",
    response_class=Response,
    responses={200: _FILES, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(SensitiveRead)
async def export(
    call: CallDep,
    wanted: SelectionDep,
    part: PartDep,
    *,
    file_format: Annotated[Format, Query(alias="format", description="CSV (RFC 4180) or JSON lines")] = "csv",
) -> Response:
    """All that the list has, as one file. Needs the permission `audit:read`; that it was read is an entry too.

    Whoever has a second factor shows it first.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    await require(call, Permission.READ_AUDIT)
    await require_step_up(call)
    await record_read(call, "audit-export", format=file_format, **shown_filters(wanted, part))
    name = f"audit-{call.territory.code}-{utc_now():%Y%m%dT%H%M%SZ}.{file_format}"
    headers = {
        "content-type": MEDIA_TYPES[file_format],
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Download(_pages(call, part, wanted, file_format), headers)


async def _pages(call: Call, part: Part, wanted: Selection, file_format: Format) -> AsyncIterator[bytes]:
    yield beginning(file_format)
    async for rows in export_audit(call.pool, part, wanted):
        # It may be taken away meanwhile.
        await require(call, Permission.READ_AUDIT)
        yield WRITERS[file_format]([row["item"] for row in rows])
