"""Making invitations, seeing who came by them, and taking them back."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from services.auth.invitations.commands import Invitation, create_invitation, revoke_invitation
from services.auth.invitations.queries import list_invitations, list_uses
from services.auth.invitations.schemas import (
    InvitationListAnswer,
    InvitationUseListAnswer,
    InviteBody,
    NewInvitationAnswer,
)
from shared.clock import utc_now
from shared.errors import not_found
from shared.events.catalogue.auth import InvitationCreated, InvitationRevoked
from shared.events.catalogue.event import SensitiveRead
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["invitations"], route_class=StrictRoute)


@router.post(
    "/auth/invitations",
    operation_id="create_invitation",
    status_code=201,
    responses={201: {"model": NewInvitationAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
@leaves(InvitationCreated)
async def post_invitation(call: CallDep, body: InviteBody) -> Response:
    """Invite one or many. The text of the invitation is shown this once."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    expires_at = utc_now() + timedelta(days=body.expires_in_days)
    return await execute(
        call, create_invitation, call.account_id, body.max_uses, expires_at, body.note, render=_created
    )


@router.get(
    "/auth/invitations",
    operation_id="list_invitations",
    responses={200: {"model": InvitationListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def read_invitations(call: CallDep, page: PageDep) -> Response:
    """All invitations, the newest first, with how often each was used."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    await record_read(call, "invitations")
    found = await list_invitations(call.pool, page.cursor, page.limit)
    return page_response(call.request, found.items, found.next_cursor)


@router.get(
    "/auth/invitations/{invitation_id}/uses",
    operation_id="list_invitation_uses",
    responses={200: {"model": InvitationUseListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def read_uses(call: CallDep, invitation_id: UUID, page: PageDep) -> Response:
    """Who came by an invitation, the last first."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    await record_read(call, "invitation-uses", invitation=invitation_id)
    found = await list_uses(call.pool, invitation_id, page.cursor, page.limit)
    if found is None:
        raise not_found("invitation")
    return page_response(call.request, found.items, found.next_cursor)


@router.delete(
    "/auth/invitations/{invitation_id}",
    operation_id="revoke_invitation",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(InvitationRevoked)
async def delete_invitation(call: CallDep, invitation_id: UUID) -> Response:
    """Take an invitation back; whoever came by it stays."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(call, revoke_invitation, invitation_id, render=no_content)


def _created(made: Invitation) -> Rendered:
    body = {
        "id": str(made.id),
        "invitation": made.token,
        "max_uses": made.max_uses,
        "expires_at": made.expires_at,
        "note": made.note,
    }
    return Rendered(201, body, {"location": f"/api/auth/invitations/{made.id}/uses"})
