"""Reading profiles, and writing one's own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response

from services.user.profiles.commands import change_profile, ensure_profile
from services.user.profiles.queries import ReadProfile, find_account, read_profile
from services.user.profiles.schemas import ProfileAnswer, ProfileChangeBody
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.caching import etag_of, require_if_match, respond
from shared.web.dependencies import AnonymousCall, AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["profiles"], route_class=StrictRoute)

ID_OR_USERNAME = r"^[A-Za-z0-9_-]{3,36}$"


def if_match(if_match: Annotated[str | None, Header(description="The ETag of the read; required.")] = None) -> None:
    """Tells the API's document of the header; `require_if_match` reads it."""


@router.get("/users/me", responses={200: {"model": ProfileAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def read_own_profile(call: CallDep) -> Response:
    """One's own profile; its ETag is what a change must name."""
    return _shown(call, await _profile(call, call.account_id))


@router.patch(
    "/users/me",
    dependencies=[Depends(if_match)],
    responses={
        200: {"model": ProfileAnswer},
        **problems(400, 401, 403, 404, 412, 413, 415, 422, 428, 429, 503),
    },
)
async def change_own_profile(call: CallDep, body: ProfileChangeBody) -> Response:
    """Change one's own profile, if nobody has since the read that If-Match names."""
    profile = await _profile(call, call.account_id)
    require_if_match(call.request, etag_of(profile.version))
    return await execute(call, change_profile, call.account_id, body.to_change(), profile.version, render=_changed)


@router.get(
    "/users/{id_or_username}",
    operation_id="read_profile",
    responses={200: {"model": ProfileAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_profile_of(
    call: AnonymousCallDep, id_or_username: Annotated[str, Path(pattern=ID_OR_USERNAME)]
) -> Response:
    """Anyone's profile, by id or by username."""
    account_id = await find_account(call.pool, id_or_username)
    if account_id is None:
        raise not_found("profile")
    return _shown(call, await _profile(call, account_id))


async def _profile(call: AnonymousCall, account_id: UUID) -> ReadProfile:
    """The profile, made now when auth's event has not come here yet. Raises: not_found `profile-not-found`."""
    profile = await read_profile(call.pool, account_id)
    if profile is None:
        # Not the caller's deed, but the pod's.
        system = AnonymousCall(call.request, call.resources, call.territory, None, call.context, None)
        await execute(system, ensure_profile, account_id, render=no_content)
        profile = await read_profile(call.pool, account_id)
    if profile is None:
        raise not_found("profile")
    return profile


def _shown(call: AnonymousCall, profile: ReadProfile) -> Response:
    return respond(call.request, profile.body, position=profile.position, etag=etag_of(profile.version))


def _changed(profile: ReadProfile) -> Rendered:
    return Rendered(200, profile.body, {"etag": etag_of(profile.version)})
