"""The account of an erased person is closed."""

from services.auth.erasure.commands import close_account
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def close(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
    await close_account(work, payload.person_id)


AUTH_ERASURE = Consumer("auth-erasure", {PersonErased: close})
