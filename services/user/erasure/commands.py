"""Forgetting who an erased person was."""

from uuid import UUID

from services.user.erasure.repository import blank_profile, forget_preferences
from shared.events.erasure import DELETED_USER, deleted_username
from shared.events.unit_of_work import UnitOfWork


async def forget_person(work: UnitOfWork, person: UUID) -> None:
    """Show a deleted user in the place of their profile, and drop their preferences."""
    await blank_profile(work.connection, person, deleted_username(person), DELETED_USER, work.now)
    await forget_preferences(work.connection, person)
