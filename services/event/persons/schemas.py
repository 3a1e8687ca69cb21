"""The shape of an erasure."""

from uuid import UUID

from pydantic import BaseModel


class ErasureAnswer(BaseModel):
    """That a person was erased, when, and the event that says so."""

    person_id: UUID
    erased_at: str
    event_id: UUID
