"""Logging in at another provider, and linking it to one's own account."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.auth.accounts.entry import EntryDep, WaitingAnswer, entered
from services.auth.credentials.queries import names_of
from services.auth.sessions.commands import note_failed_login
from services.auth.sessions.password_check import PasswordCheckDep
from services.auth.sessions.refusals import refused
from services.auth.sessions.rules import LoginFault, password_wrong
from services.auth.sessions.token_answer import TokenAnswer
from services.auth.single_sign_on.commands import Newcomer, link_identity, sign_on, unlink_provider
from services.auth.single_sign_on.desk import Returned, SignOnDeskDep
from services.auth.single_sign_on.queries import list_links
from services.auth.single_sign_on.rules import flow_invalid
from services.auth.single_sign_on.schemas import (
    BeginLinkBody,
    FinishBody,
    FinishLinkBody,
    FlowAnswer,
    LinkedProviderListAnswer,
    ProviderListAnswer,
)
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep, CallDep, require_step_up
from shared.web.execution import Rendered, execute, no_content, response_of
from shared.web.problems import problems

router = APIRouter(tags=["single sign-on"], route_class=StrictRoute)

ProviderPath = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,30}$")]
_NOT_KEPT = {"cache-control": "no-store"}


@router.get(
    "/auth/sso",
    operation_id="list_providers",
    responses={200: {"model": ProviderListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_providers(call: AnonymousCallDep, desk: SignOnDeskDep) -> Response:
    """The providers at which one may log in."""
    return respond(call.request, desk.shown(call.territory.code))


@router.post(
    "/auth/sso/{provider}/begin",
    operation_id="begin_sign_on",
    responses={200: {"model": FlowAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def post_begin(call: AnonymousCallDep, provider: ProviderPath, desk: SignOnDeskDep) -> Response:
    """Begin a login at a provider: send the browser to `authorization_url`, and keep `flow` until it is back."""
    return response_of(Rendered(200, await desk.begin(call, provider, None), _NOT_KEPT))


@router.post(
    "/auth/sso/{provider}/finish",
    operation_id="finish_sign_on",
    responses={
        200: {"model": TokenAnswer},
        202: {"model": WaitingAnswer},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
)
async def post_finish(
    call: AnonymousCallDep,
    provider: ProviderPath,
    body: FinishBody,
    desk: SignOnDeskDep,
    entry: EntryDep,
) -> Response:
    """Log in with what the provider sent back; the first time, on the territory's terms of sign-up.

    An address is no proof of who somebody is: one that has an account already is 409, unless the pod's operator trusts
    this provider's word and both sides have verified it.
    """
    returned = Returned(body.flow, body.state, body.code, body.iss)
    client, identity, wants_link = await desk.identify(call, provider, returned)
    if wants_link is not None:
        raise flow_invalid()
    newcomer = Newcomer(body.username, body.invitation, body.application)
    return await execute(
        call,
        sign_on,
        client.provider,
        identity,
        newcomer,
        (entry.terms, entry.arrival),
        render=lambda outcome: entered(entry.desk, outcome),
    )


@router.post(
    "/auth/sso/{provider}/link",
    operation_id="begin_link",
    responses={200: {"model": FlowAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def post_link(
    call: CallDep, provider: ProviderPath, body: BeginLinkBody, desk: SignOnDeskDep, check: PasswordCheckDep
) -> Response:
    """Begin to link a provider to one's own account; takes the password, since it is another way in."""
    await require_step_up(call)
    names = await names_of(call.pool, call.account_id)
    checked = await check.run(call, names.username, body.password)
    if checked.credentials is None or checked.fault is not None:
        failure = check.failure(checked, checked.fault or LoginFault.UNKNOWN)
        return await execute(call, note_failed_login, failure, render=lambda _: refused(call, password_wrong()))
    return response_of(Rendered(200, await desk.begin(call, provider, call.account_id), _NOT_KEPT))


@router.post(
    "/auth/sso/{provider}/link/finish",
    operation_id="finish_link",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
)
async def post_link_finish(
    call: CallDep, provider: ProviderPath, body: FinishLinkBody, desk: SignOnDeskDep
) -> Response:
    """Link what the provider sent back to one's own account."""
    returned = Returned(body.flow, body.state, body.code, body.iss)
    client, identity, wants_link = await desk.identify(call, provider, returned)
    if wants_link is None:
        raise flow_invalid()
    return await execute(call, link_identity, client.provider, identity, wants_link, render=no_content)


@router.get(
    "/auth/links",
    operation_id="list_links",
    responses={200: {"model": LinkedProviderListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_links(call: CallDep) -> Response:
    """The providers that are linked to one's own account."""
    items = await list_links(call.pool, call.account_id)
    return respond(call.request, b'{"items":[' + b",".join(items) + b"]}")


@router.delete(
    "/auth/links/{provider}",
    operation_id="unlink_provider",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
async def delete_link(call: CallDep, provider: ProviderPath) -> Response:
    """Log in there no longer; not when there would be no other way in."""
    await require_step_up(call)
    return await execute(call, unlink_provider, call.account_id, provider, render=no_content)
