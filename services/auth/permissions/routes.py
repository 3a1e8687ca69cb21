"""What one may do, and why; and for who gives roles, what another may."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response

from services.auth.permissions.schemas import DecisionAnswer, PermissionListAnswer, decision_fields
from services.auth.roles.queries import account_exists, community_of
from services.auth.roles.rules import PERMISSION_PATTERN, permissions_named
from shared.clock import utc_now
from shared.errors import not_found
from shared.events.catalogue.event import SensitiveRead
from shared.identifiers import AccountId
from shared.identity.decisions import decide
from shared.identity.grants import grants_of
from shared.identity.permissions import Permission
from shared.identity.places import RESOURCE_PATTERN, Resource, Scope, parse_resource
from shared.web.auditing import leaves, record_read
from shared.web.caching import respond
from shared.web.dependencies import Call, CallDep, require
from shared.web.problems import problems

router = APIRouter(tags=["permissions"])

CommunityQuery = Annotated[UUID | None, Query(description="there; in the whole territory else")]
ResourceQuery = Annotated[
    str | None,
    Query(description="on it: `post:` or `gathering:`, and its id", pattern=RESOURCE_PATTERN, max_length=46),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is asked whether a permission is held; the community that a resource lies in is looked up."""

    community_id: UUID | None
    resource: Resource | None

    async def scope(self, call: Call) -> Scope:
        if self.resource is None:
            return Scope(call.territory.code, self.community_id)
        return Scope(call.territory.code, await community_of(call.pool, self.resource), self.resource)


async def place(community_id: CommunityQuery = None, resource: ResourceQuery = None) -> Place:
    """The dependency behind `PlaceDep`. A resource says where it lies by itself."""
    return Place(community_id, parse_resource(resource) if resource is not None else None)


PlaceDep = Annotated[Place, Depends(place)]


@router.get(
    "/auth/permissions",
    responses={200: {"model": PermissionListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def list_permissions(call: CallDep, place: PlaceDep) -> Response:
    """Every permission there is, and whether one has it now, in the territory, in a community or on one resource."""
    items = await _decisions(call, call.account_id, place, Permission)
    return respond(call.request, orjson.dumps({"items": items, "next_cursor": None}))


@router.get(
    "/auth/permissions/{permission}",
    responses={200: {"model": DecisionAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
@leaves(SensitiveRead)
async def explain_permission(
    call: CallDep,
    permission: Annotated[str, Path(pattern=PERMISSION_PATTERN, max_length=40)],
    place: PlaceDep,
    account_id: Annotated[UUID | None, Query(description="whose; one's own else")] = None,
) -> Response:
    """Whether a permission is held, and the grant that decides. Of another account it needs `roles:grant`."""
    (wanted,) = permissions_named([permission])
    whose = AccountId(account_id or call.account_id)
    if whose != call.account_id:
        await require(call, Permission.GRANT_ROLES)
        if not await account_exists(call.pool, whose):
            raise not_found("account")
        await record_read(call, "permission", account_id=whose, permission=permission)
    (item,) = await _decisions(call, whose, place, (wanted,))
    return respond(call.request, orjson.dumps(item))


async def _decisions(
    call: Call, account_id: AccountId, place: Place, permissions: type[Permission] | tuple[Permission, ...]
) -> list[dict[str, object]]:
    grants = await grants_of(call.pool, call.territory.code, account_id)
    scope, now = await place.scope(call), utc_now()
    return [decision_fields(permission, decide(grants, permission, scope, now)) for permission in permissions]
