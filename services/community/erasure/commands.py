"""Forgetting an erased person: their words, and where they would have been."""

from uuid import UUID

from services.community.erasure.repository import blank_writings
from services.community.rsvps.commands import forget_answers
from shared.events.unit_of_work import UnitOfWork


async def forget_person(work: UnitOfWork, person: UUID) -> None:
    """Blank every post, comment and gathering of theirs, and delete their answers to gatherings."""
    await blank_writings(work.connection, person)
    await forget_answers(work, person)
