"""A new account gets its profile."""

from services.user.profiles.commands import ensure_profile
from shared.events.catalogue.auth import AccountRegistered
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def welcome(work: UnitOfWork, _event: StoredEvent, payload: AccountRegistered) -> None:
    # Nobody's any more when it is erased.
    if payload.username is not None:
        await ensure_profile(work, payload.account_id)


USER_PROFILES = Consumer("user-profiles", {AccountRegistered: welcome})
