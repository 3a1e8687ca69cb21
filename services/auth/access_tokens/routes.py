"""Access tokens that people make for their own programs."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.access_tokens.answers import made_answer
from services.auth.access_tokens.commands import WantedToken, make_token, revoke_token
from services.auth.access_tokens.queries import list_tokens
from services.auth.access_tokens.token_body import AccessTokenBody, AccessTokenListAnswer, MadeTokenAnswer
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require_step_up
from shared.web.execution import execute, no_content
from shared.web.paging import page_response
from shared.web.problems import problems

router = APIRouter(tags=["access tokens"], route_class=StrictRoute)


@router.post(
    "/auth/access-tokens",
    operation_id="make_access_token",
    status_code=201,
    responses={201: {"model": MadeTokenAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_token(call: CallDep, body: AccessTokenBody) -> Response:
    """Make an access token for a program of one's own, stepped up. It is shown once."""
    await require_step_up(call)
    wanted = WantedToken(call.account_id, body.name, body.scopes, body.lifetime)
    render = partial(made_answer, location="/api/auth/access-tokens")
    return await execute(call, make_token, call.account_id, wanted, render=render)


@router.get(
    "/auth/access-tokens",
    responses={200: {"model": AccessTokenListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_access_tokens(call: CallDep) -> Response:
    """One's own access tokens that hold, newest first, with the minute of their last use."""
    return page_response(call.request, await list_tokens(call.pool, call.account_id), None)


@router.delete(
    "/auth/access-tokens/{token_id}",
    operation_id="revoke_access_token",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
async def delete_token(call: CallDep, token_id: Annotated[UUID, Path()]) -> Response:
    """Revoke an access token of one's own; it is refused everywhere within two seconds."""
    return await execute(call, revoke_token, call.account_id, token_id, render=no_content)
