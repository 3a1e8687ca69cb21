"""What an erased person wrote is blanked."""

from services.community.erasure.commands import forget_writings
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def forget(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
    await forget_writings(work, payload.person_id)


COMMUNITY_ERASURE = Consumer("community-erasure", {PersonErased: forget})
