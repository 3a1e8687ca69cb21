"""Reading and changing one's own preferences."""

import orjson
from fastapi import APIRouter, Response

from services.user.preferences.commands import change_preferences
from services.user.preferences.queries import read_preferences
from services.user.preferences.rules import shown
from services.user.preferences.schemas import PreferencesAnswer, PreferencesChangeBody
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import CallDep
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["preferences"], route_class=StrictRoute)


@router.get(
    "/users/me/preferences",
    responses={200: {"model": PreferencesAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_own_preferences(call: CallDep) -> Response:
    """One's own preferences, defaults included."""
    found = await read_preferences(call.pool, call.account_id)
    return respond(call.request, orjson.dumps(shown(found.values, call.territory.locale)), position=found.position)


@router.patch(
    "/users/me/preferences",
    responses={200: {"model": PreferencesAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def change_own_preferences(call: CallDep, body: PreferencesChangeBody) -> Response:
    """Change the preferences that are sent; the answer has all of them. Needs no If-Match."""
    return await execute(
        call,
        change_preferences,
        call.account_id,
        body.to_change(),
        render=lambda values: Rendered(200, shown(values, call.territory.locale)),
    )
