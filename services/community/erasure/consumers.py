"""What an erased person wrote is blanked, and they come to no gathering."""

from services.community.erasure.commands import forget_person
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def forget(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
    await forget_person(work, payload.person_id)


COMMUNITY_ERASURE = Consumer("community-erasure", {PersonErased: forget})
