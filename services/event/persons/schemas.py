"""The shape of an erasure."""

from uuid import UUID

from pydantic import BaseModel

from shared.web.formats import TimeText


class ErasureAnswer(BaseModel):
    """That a person was erased, when, and the event that says so."""

    person_id: UUID
    erased_at: TimeText
    event_id: UUID
