"""Service accounts and their access tokens, for who runs the territory."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.access_tokens.answers import made_answer
from services.auth.access_tokens.commands import WantedToken
from services.auth.access_tokens.queries import list_tokens
from services.auth.access_tokens.token_body import AccessTokenBody, AccessTokenListAnswer, MadeTokenAnswer
from services.auth.service_accounts.commands import (
    close_account,
    make_service_token,
    open_account,
    revoke_service_token,
)
from services.auth.service_accounts.queries import is_service_account, list_service_accounts
from services.auth.service_accounts.schemas import OpenedAnswer, ServiceAccountBody, ServiceAccountListAnswer
from shared.database.keyset import decode_id, encode_cursor
from shared.errors import not_found
from shared.events.catalogue.access import (
    AccessTokenMade,
    AccessTokenRevoked,
    ServiceAccountClosed,
    ServiceAccountOpened,
)
from shared.events.catalogue.event import SensitiveRead
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["service accounts"], route_class=StrictRoute)

AccountPath = Annotated[UUID, Path()]
FIRST = UUID(int=0)


@router.post(
    "/auth/service-accounts",
    operation_id="open_service_account",
    status_code=201,
    responses={201: {"model": OpenedAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
@leaves(ServiceAccountOpened)
async def post_account(call: CallDep, body: ServiceAccountBody) -> Response:
    """Open an account for a program: without a password, with what roles one gives it. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)

    def opened(account_id: UUID) -> Rendered:
        headers = {"location": f"/api/auth/service-accounts/{account_id}"}
        return Rendered(201, {"id": str(account_id), "username": body.username.lower()}, headers)

    return await execute(call, open_account, body.username, body.display_name, render=opened)


@router.get(
    "/auth/service-accounts",
    responses={200: {"model": ServiceAccountListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def read_service_accounts(call: CallDep, page: PageDep) -> Response:
    """The service accounts that are open, oldest first. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)
    after = decode_id(page.cursor) if page.cursor is not None else FIRST
    await record_read(call, "service-accounts")
    found = await list_service_accounts(call.pool, after, page.limit + 1)
    shown = found[: page.limit]
    next_cursor = encode_cursor(str(shown[-1][0])) if len(found) > page.limit else None
    return page_response(call.request, [item for _, item in shown], next_cursor)


@router.delete(
    "/auth/service-accounts/{account_id}",
    operation_id="close_service_account",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(ServiceAccountClosed)
async def delete_account(call: CallDep, account_id: AccountPath) -> Response:
    """Close a service account; its tokens are refused everywhere within two seconds. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)
    return await execute(call, close_account, account_id, render=no_content)


@router.post(
    "/auth/service-accounts/{account_id}/tokens",
    operation_id="make_service_token",
    status_code=201,
    responses={201: {"model": MadeTokenAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
@leaves(AccessTokenMade)
async def post_service_token(call: CallDep, account_id: AccountPath, body: AccessTokenBody) -> Response:
    """Make an access token of a service account, for no more than one may oneself. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)
    wanted = WantedToken(account_id, body.name, body.scopes, body.lifetime)
    render = partial(made_answer, location=f"/api/auth/service-accounts/{account_id}/tokens")
    return await execute(call, make_service_token, call.account_id, wanted, render=render)


@router.get(
    "/auth/service-accounts/{account_id}/tokens",
    responses={200: {"model": AccessTokenListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def read_service_tokens(call: CallDep, account_id: AccountPath) -> Response:
    """The access tokens of a service account that hold. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)
    if not await is_service_account(call.pool, account_id):
        raise not_found("service-account")
    await record_read(call, "service-tokens", account_id=account_id)
    return page_response(call.request, await list_tokens(call.pool, account_id), None)


@router.delete(
    "/auth/service-accounts/{account_id}/tokens/{token_id}",
    operation_id="revoke_service_token",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(AccessTokenRevoked)
async def delete_service_token(call: CallDep, account_id: AccountPath, token_id: Annotated[UUID, Path()]) -> Response:
    """Revoke an access token of a service account. Needs `services:manage`."""
    await require(call, Permission.MANAGE_SERVICES)
    return await execute(call, revoke_service_token, account_id, token_id, render=no_content)
