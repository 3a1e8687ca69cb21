"""Roles of the territory: what there are, who holds them, and making, giving and taking them."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Response

from services.auth.roles.commands import Given, define_role, give_role, remove_role, take_role
from services.auth.roles.queries import list_grants, list_own_roles
from services.auth.roles.rules import ROLE_PATTERN, WantedGrant, permissions_named
from services.auth.roles.schemas import (
    GivenAnswer,
    GrantBody,
    GrantListAnswer,
    RoleAnswer,
    RoleBody,
    RoleListAnswer,
)
from shared.database.keyset import decode_id, encode_cursor
from shared.events.catalogue.access import RoleDefined, RoleGranted, RoleRemoved, RoleRevoked
from shared.events.catalogue.event import SensitiveRead
from shared.identity.permissions import BUILT_IN_ROLES, Permission
from shared.identity.places import parse_resource
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["roles"], route_class=StrictRoute)

BuiltIn = {
    "moderator": "Looks after what is written.",
    "auditor": "Reads everything on record.",
    "service": "A program that records what happens elsewhere.",
    "admin": "May do everything.",
}
NamePath = Annotated[str, Path(pattern=ROLE_PATTERN)]
FIRST = UUID(int=0)


@router.get("/auth/roles", responses={200: {"model": RoleListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def list_roles(call: CallDep) -> Response:
    """The roles that can be granted and what each allows: those of every territory, and this one's own."""
    built_in = [
        _role_fields(name, BuiltIn[name], sorted(allowed), is_built_in=True) for name, allowed in BUILT_IN_ROLES.items()
    ]
    own = [
        _role_fields(role.name, role.description, role.permissions, is_built_in=False)
        for role in await list_own_roles(call.pool)
    ]
    return respond(call.request, orjson.dumps({"items": [*built_in, *own], "next_cursor": None}))


@router.put(
    "/auth/roles/{name}",
    operation_id="define_role",
    responses={
        200: {"model": RoleAnswer},
        201: {"model": RoleAnswer},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
)
@leaves(RoleDefined)
async def put_role(call: CallDep, name: NamePath, body: RoleBody) -> Response:
    """Make a role of the territory's own, or change it, of permissions that one has. Needs `roles:grant`."""
    await require(call, Permission.GRANT_ROLES)
    allowed = sorted(permissions_named(body.permissions))

    def defined(is_new: bool) -> Rendered:  # noqa: FBT001 (what the command answers)
        fields = _role_fields(name, body.description, allowed, is_built_in=False)
        return Rendered(201 if is_new else 200, fields, {"location": f"/api/auth/roles/{name}"} if is_new else {})

    return await execute(call, define_role, call.account_id, name, body.description, allowed, render=defined)


@router.delete(
    "/auth/roles/{name}",
    operation_id="remove_role",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
@leaves(RoleRemoved)
async def delete_role(call: CallDep, name: NamePath) -> Response:
    """Remove a role of the territory's own that nobody holds. Needs `roles:grant`."""
    await require(call, Permission.GRANT_ROLES)
    return await execute(call, remove_role, name, render=no_content)


@router.get("/auth/grants", responses={200: {"model": GrantListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
@leaves(SensitiveRead)
async def read_grants(
    call: CallDep, page: PageDep, account_id: Annotated[UUID | None, Query(description="whose; all else")] = None
) -> Response:
    """Who holds which role where and until when, in no order that means anything. Needs `roles:grant`."""
    await require(call, Permission.GRANT_ROLES)
    after = decode_id(page.cursor) if page.cursor is not None else FIRST
    await record_read(call, "grants", account_id=account_id)
    found = await list_grants(call.pool, account_id, after, page.limit + 1)
    shown = found[: page.limit]
    next_cursor = encode_cursor(str(shown[-1][0])) if len(found) > page.limit else None
    return page_response(call.request, [item for _, item in shown], next_cursor)


@router.post(
    "/auth/grants",
    operation_id="grant_role",
    status_code=201,
    responses={201: {"model": GivenAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
@leaves(RoleGranted)
async def post_grant(call: CallDep, body: GrantBody) -> Response:
    """Give a role whose permissions one has there oneself; giving it again changes its end. Needs `roles:grant`."""
    await require(call, Permission.GRANT_ROLES)
    resource = parse_resource(body.resource) if body.resource is not None else None
    wanted = WantedGrant(body.account_id or FIRST, body.role, body.community_id, body.expires_at, resource)
    return await execute(call, give_role, call.account_id, body.username, wanted, render=_given)


@router.delete(
    "/auth/grants/{grant_id}",
    operation_id="revoke_grant",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
@leaves(RoleRevoked)
async def delete_grant(call: CallDep, grant_id: Annotated[UUID, Path()]) -> Response:
    """Take a role back; it is gone at the next call. The last admin stays. Needs `roles:grant`."""
    await require(call, Permission.GRANT_ROLES)
    return await execute(call, take_role, call.account_id, grant_id, render=no_content)


def _given(given: Given) -> Rendered:
    grant = given.grant
    body = {
        "id": str(given.id),
        "account_id": str(grant.account_id),
        "role": grant.role,
        "community_id": str(grant.community_id) if grant.community_id else None,
        "resource": str(grant.resource) if grant.resource else None,
        "expires_at": grant.expires_at,
    }
    return Rendered(201, body, {"location": f"/api/auth/grants/{given.id}"})


def _role_fields(name: str, description: str, allowed: object, *, is_built_in: bool) -> dict[str, object]:
    return {"name": name, "description": description, "built_in": is_built_in, "permissions": allowed}
