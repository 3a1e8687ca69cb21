"""The endpoints of OpenID Connect, and the one by which a page lets a citizen agree."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.auth.identity_provider.commands import Exchange, Exchanged, authorize, exchange
from services.auth.identity_provider.discovery import metadata_of
from services.auth.identity_provider.queries import citizen_claims
from services.auth.identity_provider.rules import OPENID, sent_back, wish_fault
from services.auth.identity_provider.schemas import AuthorizationAnswer, AuthorizationBody
from services.auth.identity_provider.tool_credentials import INVALID_CLIENT, INVALID_REQUEST, tool_credentials
from services.auth.sessions.dependencies import TokenDesksDep
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sessions.token_desk import IdFacts
from shared.errors import Kind, ServiceError
from shared.identity.tokens import issuer_of, refused
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCall, AnonymousCallDep, CallDep, ToolCallDep, resources_of, territory_of
from shared.web.execution import Rendered, execute, response_of
from shared.web.forms import form_fields
from shared.web.problems import problem_bytes, problem_headers, problems
from shared.web.resources import Resources

router = APIRouter(tags=["identity provider"], route_class=StrictRoute)

CACHE_CONTROL = "public, max-age=300"
_bearer = HTTPBearer(auto_error=False)


@router.get("/.well-known/openid-configuration", include_in_schema=False)
async def read_metadata(call: AnonymousCallDep) -> Response:
    """What tools find out by themselves."""
    body = orjson.dumps(metadata_of(call.territory))
    return respond(call.request, body, cache_control=CACHE_CONTROL, headers={"vary": "Host, X-Territory-ID"})


@router.post(
    "/auth/oidc/authorizations",
    operation_id="authorize_client",
    status_code=201,
    responses={201: {"model": AuthorizationAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def post_authorization(call: CallDep, body: AuthorizationBody) -> Response:
    """Let one of the pod's tools log one in: for the page to which the authorization endpoint sends the browser."""
    wish = body.to_wish()
    if wish_fault(wish) is not None:
        raise ServiceError(Kind.INVALID, "unknown-scope", "The tool must ask for openid.")
    issuer = issuer_of(call.territory)

    def authorized(code: str) -> Rendered:
        return Rendered(201, {"redirect_to": sent_back(wish, issuer, code=code)}, HOLDS_TOKENS)

    return await execute(call, authorize, call.principal, wish, render=authorized)


@router.post("/oidc/token", include_in_schema=False)
async def exchange_code(call: ToolCallDep, desks: TokenDesksDep) -> Response:
    """Exchange a code for an ID token, and for an access token that is good at the userinfo endpoint alone."""
    form = await form_fields(call.request)
    wanted = _exchange_of(form, call.request.headers.getlist("authorization"))
    if isinstance(wanted, str):
        return response_of(_oauth_problem(call, wanted))
    desk = await desks.open(call.territory)

    def exchanged(outcome: Exchanged | str) -> Rendered:
        if isinstance(outcome, str):
            return _oauth_problem(call, outcome)
        facts = IdFacts(
            claims=outcome.claims,
            client_id=outcome.client_id,
            session_id=outcome.session_id,
            aal=outcome.aal,
            nonce=outcome.nonce,
            authorized_at=outcome.authorized_at,
        )
        body = {
            "access_token": outcome.access_token,
            "token_type": "Bearer",
            "expires_in": 900,
            "scope": " ".join(outcome.scopes),
            "id_token": desk.id_token(facts),
        }
        return Rendered(200, body, HOLDS_TOKENS)

    return await execute(call, exchange, wanted, render=exchanged)


@router.get("/oidc/userinfo", include_in_schema=False)
@router.post("/oidc/userinfo", include_in_schema=False)
async def read_citizen(
    request: Request,
    resources: Annotated[Resources, Depends(resources_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Response:
    """What the tool's access token tells of the citizen."""
    if credentials is None:
        raise refused("token-missing", "Send the access token of the token endpoint.")
    territory = territory_of(request, resources, credentials)
    principal = await resources.verifier.verify(credentials.credentials, territory)
    if principal.scopes is None or OPENID not in principal.scopes:
        raise ServiceError(Kind.FORBIDDEN, "token-scope", "This takes an access token of the token endpoint.")
    pool = resources.router.pool(territory.code)
    return respond(request, orjson.dumps(await citizen_claims(pool, principal.account_id, principal.scopes)))


def _exchange_of(form: Mapping[str, str], authorization: Sequence[str]) -> Exchange | str:
    """What the tool sends, or the OAuth error."""
    credentials = tool_credentials(form, authorization)
    if isinstance(credentials, str):
        return credentials
    if form.get("grant_type") != "authorization_code":
        return "unsupported_grant_type"
    try:
        return Exchange(credentials, form["code"], form["redirect_uri"], form["code_verifier"])
    except KeyError:
        return INVALID_REQUEST


_DETAILS = {
    "invalid_client": "The client is unknown, or its secret is wrong.",
    "invalid_grant": "The code is unknown, used, over, or another's.",
    "invalid_request": "A field is missing, or the client says twice who it is.",
    "unsupported_grant_type": "Only codes are exchanged.",
}


def _oauth_problem(call: AnonymousCall, error: str) -> Rendered:
    """A problem document that is an OAuth error, too (RFC 6749 §5.2)."""
    is_unknown = error == INVALID_CLIENT
    kind = Kind.UNAUTHENTICATED if is_unknown else Kind.MALFORMED
    headers = {"www-authenticate": 'Basic realm="unityplan"'} if is_unknown else {}
    problem = ServiceError(kind, error.replace("_", "-"), _DETAILS[error], headers=headers)
    document = orjson.loads(problem_bytes(problem, call.request.scope["path"], call.context.request_id))
    body = orjson.dumps({**document, "error": error, "error_description": problem.detail})
    return Rendered(kind.status, body, problem_headers(problem))
