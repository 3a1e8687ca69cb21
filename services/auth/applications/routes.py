"""Who waits to be let in, and the decision."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.auth.applications.commands import approve, refuse
from services.auth.applications.queries import list_applications
from services.auth.applications.schemas import ApplicationListAnswer
from shared.events.catalogue.auth import AccountRegistered, SignUpApproved, SignUpRefused
from shared.events.catalogue.event import SensitiveRead
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["applications"], route_class=StrictRoute)


@router.get(
    "/auth/applications",
    operation_id="list_applications",
    responses={200: {"model": ApplicationListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def read_applications(call: CallDep, page: PageDep) -> Response:
    """Who waits to be let in, the longest first."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    await record_read(call, "applications")
    found = await list_applications(call.pool, page.cursor, page.limit)
    return page_response(call.request, found.items, found.next_cursor)


@router.post(
    "/auth/applications/{account_id}/approve",
    operation_id="approve_application",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
@leaves(AccountRegistered, SignUpApproved)
async def post_approval(call: CallDep, account_id: UUID) -> Response:
    """Let somebody in; they get a letter."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(call, approve, account_id, render=no_content)


@router.post(
    "/auth/applications/{account_id}/refuse",
    operation_id="refuse_application",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(SignUpRefused)
async def post_refusal(call: CallDep, account_id: UUID) -> Response:
    """Do not let somebody in; they get a letter, and their name is free again two days later."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(call, refuse, account_id, render=no_content)
