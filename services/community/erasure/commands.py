"""Forgetting the words of an erased person."""

from uuid import UUID

from services.community.erasure.repository import blank_writings
from shared.events.unit_of_work import UnitOfWork


async def forget_writings(work: UnitOfWork, person: UUID) -> None:
    """Blank every post and comment of theirs."""
    await blank_writings(work.connection, person)
