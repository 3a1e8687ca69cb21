"""The profile of an erased person becomes that of a deleted user."""

from services.user.erasure.commands import forget_person
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def forget(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
    await forget_person(work, payload.person_id)


USER_ERASURE = Consumer("user-erasure", {PersonErased: forget})
