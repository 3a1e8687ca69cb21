"""What a route asks for by type: the territory and, where someone must be logged in, who calls."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.database.pool import Pool
from shared.errors import Kind, ServiceError
from shared.events.person_keys import PersonKeys
from shared.identifiers import SYSTEM, AccountId, ActorId
from shared.identity.decisions import has_permission
from shared.identity.permissions import CATALOGUE, Permission
from shared.identity.places import Resource, Scope
from shared.identity.principal import Principal
from shared.identity.step_up import require_second_factor
from shared.identity.token_scopes import out_of_scope, require_method, require_person
from shared.identity.tokens import refused, unverified_territory
from shared.messaging.bus import MessageBus
from shared.observability.request_context import RequestContext, current_request, new_context
from shared.territory.territory import Territory
from shared.web.reason import reason_of
from shared.web.resources import Resources

TERRITORY_HEADER = "x-territory-id"
TERRITORY_SCOPE = "unityplan.territory"
ROUTE_SCOPE = "unityplan.route"
"""Where a request's scope says its territory, and what route it took when that is none of the app's own, for logs and
metrics; few different values."""
PERMISSION_SCOPE = "unityplan.permission"
"""Where a request's scope says which permission it needs."""
BODY_LIMIT_SCOPE = "unityplan.body_limit"
"""Where a request's scope says how many bytes its body may have, if not what all bodies may."""
ANSWER_HEADERS_SCOPE = "unityplan.answer_headers"
"""Where a request's scope keeps header fields that its answer has whatever it is, refusals among them."""
HEAD_SCOPE = "unityplan.head"
"""Where a request's scope says that only the head of the answer is wanted, and nobody reads a body."""

AUTH = "auth"
"""The service in which programs, and whoever acts in another's name, change nothing."""

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="An access token of this territory")


@dataclass(frozen=True, slots=True)
class AnonymousCall:
    """A request in its territory; `principal` is None when nobody is logged in."""

    request: Request
    resources: Resources
    territory: Territory
    principal: Principal | None
    context: RequestContext
    idempotency_key: str | None

    @property
    def pool(self) -> Pool:
        """Connections to the territory's database."""
        return self.resources.router.pool(self.territory.code)

    @property
    def bus(self) -> MessageBus:
        """The territory's message bus."""
        return self.resources.buses[self.territory.code]

    @property
    def person_keys(self) -> PersonKeys | None:
        """The keys of persons, in services that were given their secret."""
        return self.resources.person_keys.get(self.territory.code)

    @property
    def actor(self) -> ActorId:
        """As an event names who calls."""
        return self.principal.actor if self.principal else SYSTEM

    @property
    def viewer(self) -> AccountId | None:
        """The account that looks, None for nobody."""
        return self.principal.account_id if self.principal else None


@dataclass(frozen=True, slots=True)
class Call(AnonymousCall):
    """A request of someone who is logged in."""

    principal: Principal

    @property
    def account_id(self) -> AccountId:
        """Whose request it is."""
        return self.principal.account_id


async def resources_of(request: Request) -> Resources:
    """What the lifespan made. A coroutine, since FastAPI gives every other dependency a thread."""
    resources: Resources = request.app.state.resources
    return resources


async def anonymous_call(
    request: Request,
    resources: Annotated[Resources, Depends(resources_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    idempotency_key: Annotated[str | None, Header(description="1 to 255 visible ASCII characters")] = None,
    x_reason: Annotated[
        str | None, Header(description="why; up to 300 characters, kept in events for ever: name nobody in it")
    ] = None,
) -> AnonymousCall:
    """The dependency behind `AnonymousCallDep`."""
    territory = territory_of(request, resources, credentials)
    request.scope[TERRITORY_SCOPE] = territory.code
    principal = await resources.verifier.verify(credentials.credentials, territory) if credentials else None
    if principal is None and request.headers.get("authorization"):
        raise refused("token-malformed", "The Authorization header must be a bearer token.")
    context = current_request.get() or new_context()
    if principal is not None:
        require_method(principal, request.method)
        if resources.settings.service == AUTH:
            require_person(principal, request.method)
        if principal.impersonator is not None:
            context = replace(context, impersonator=str(principal.impersonator))
    if x_reason is not None:
        context = replace(context, reason=reason_of(request))
    return AnonymousCall(request, resources, territory, principal, context, idempotency_key)


async def authenticated_call(call: Annotated[AnonymousCall, Depends(anonymous_call)]) -> Call:
    """The dependency behind `CallDep`."""
    if call.principal is None:
        raise refused("token-missing", "Log in first.")
    return Call(call.request, call.resources, call.territory, call.principal, call.context, call.idempotency_key)


async def tool_call(request: Request, resources: Annotated[Resources, Depends(resources_of)]) -> AnonymousCall:
    """The dependency behind `ToolCallDep`: who calls is no citizen, whatever credentials it sends."""
    territory = territory_of(request, resources, None)
    request.scope[TERRITORY_SCOPE] = territory.code
    return AnonymousCall(request, resources, territory, None, current_request.get() or new_context(), None)


AnonymousCallDep = Annotated[AnonymousCall, Depends(anonymous_call)]
ToolCallDep = Annotated[AnonymousCall, Depends(tool_call)]
CallDep = Annotated[Call, Depends(authenticated_call)]


async def may(
    call: AnonymousCall, permission: Permission, community_id: UUID | None = None, resource: Resource | None = None
) -> bool:
    """Whether who calls has the permission now: in the territory, a community of it, or on a resource of that."""
    if call.principal is None or not _is_in_scope(call.principal, permission):
        return False
    grants = await call.resources.grants[call.territory.code].get(call.principal.account_id)
    return has_permission(grants, permission, Scope(call.territory.code, community_id, resource))


async def require(
    call: Call, permission: Permission, community_id: UUID | None = None, resource: Resource | None = None
) -> None:
    """Go on only with the permission, in the territory, in one of its communities or on a resource of that.

    Raises:
        ServiceError: forbidden `permission-required`, `token-scope`; what `require_step_up` raises, where it is
            dangerous.
    """
    call.request.scope[PERMISSION_SCOPE] = permission
    if not _is_in_scope(call.principal, permission):
        raise out_of_scope(permission)
    if not await may(call, permission, community_id, resource):
        raise ServiceError(Kind.FORBIDDEN, "permission-required", f"This needs the permission {permission}.")
    if CATALOGUE[permission].is_dangerous:
        await require_step_up(call)


async def require_step_up(call: Call) -> None:
    """Go on when a second factor was shown lately, or when the account has none.

    Raises:
        ServiceError: unauthenticated `step-up-required`; unavailable `revocations-unknown`.
    """
    await require_second_factor(call.pool, call.resources.verifier.of(call.territory), call.principal)


def _is_in_scope(principal: Principal, permission: Permission) -> bool:
    """A program has a permission only if its token was made for it; who acts in another's name has none."""
    return principal.impersonator is None and (principal.scopes is None or permission in principal.scopes)


def territory_of(request: Request, resources: Resources, credentials: HTTPAuthorizationCredentials | None) -> Territory:
    """The token's claim, which verification then confirms; for anonymous calls what the gateway resolved."""
    code = unverified_territory(credentials.credentials) if credentials else request.headers.get(TERRITORY_HEADER)
    if code is not None:
        return resources.registry.get(code)
    if credentials is not None:
        raise refused("token-malformed", "The access token cannot be read.")
    only = resources.registry.only()
    if only is None:
        raise ServiceError(Kind.MALFORMED, "missing-territory", "The request names no territory.")
    return only
