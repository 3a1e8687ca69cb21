"""The account of an erased person is closed."""

from services.auth.erasure.commands import close_account
from services.auth.letters.mailer import Mailer
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


def erasure_consumer(mailer: Mailer | None) -> Consumer:
    """Closes accounts, and has letters forgotten that are still ours."""

    async def close(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
        await close_account(work, payload.person_id)
        if mailer is not None:
            await mailer.forget(payload.person_id)

    return Consumer("auth-erasure", {PersonErased: close})
