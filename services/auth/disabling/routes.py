"""Shutting an account and opening it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.disabling.commands import disable_account, enable_account
from shared.events.catalogue.auth import AccountDisabled, AccountEnabled, SessionEnded
from shared.identity.permissions import Permission
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["accounts"], route_class=StrictRoute)

AccountPath = Annotated[UUID, Path()]


@router.post(
    "/auth/accounts/{account_id}/disable",
    operation_id="disable_account",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
@leaves(AccountDisabled, SessionEnded)
async def post_disabling(call: CallDep, account_id: AccountPath) -> Response:
    """Shut a person's account; its sessions, tokens and sockets end within two seconds. Wants `X-Reason`.

    Needs `accounts:manage`, and every permission that the account has. One's own and the last admin's stay open.
    """
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(call, disable_account, call.account_id, account_id, render=no_content)


@router.post(
    "/auth/accounts/{account_id}/enable",
    operation_id="enable_account",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(AccountEnabled)
async def post_enabling(call: CallDep, account_id: AccountPath) -> Response:
    """Open an account that was shut: its owner logs in anew. Wants `X-Reason`. Needs `accounts:manage`."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(call, enable_account, account_id, render=no_content)
