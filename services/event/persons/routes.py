"""Erasing persons, for who may."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.event.persons.schemas import ErasureAnswer
from shared.events.catalogue.event import PersonErased
from shared.events.erasure import Erasure, erase_person
from shared.identity.permissions import Permission
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["persons"], route_class=StrictRoute)


@router.delete(
    "/events/persons/{person_id}",
    operation_id="erase_person",
    responses={200: {"model": ErasureAnswer}, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(PersonErased)
async def erase(call: CallDep, person_id: Annotated[UUID, Path(description="an account's id")]) -> Response:
    """Destroy the key of a person's text: all of it reads as erased, for ever. Needs the permission `persons:erase`.

    The second time the answer is that of the first.
    """
    await require(call, Permission.ERASE_PERSONS)
    return await execute(call, erase_person, person_id, call.context.reason, render=_erased)


def _erased(erasure: Erasure) -> Rendered:
    body = {"person_id": str(erasure.person), "erased_at": erasure.erased_at, "event_id": str(erasure.event_id)}
    return Rendered(200, body)
