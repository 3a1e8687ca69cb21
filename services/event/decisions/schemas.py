"""The shapes of decisions."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText


class DecisionLinks(BaseModel):
    """Where the event is, and the proof that it stands in the record."""

    event: str
    proof: str


class Decision(BaseModel):
    """What was recorded last in the decision's stream; `id` is the stream's."""

    id: IdText
    title: str
    outcome: str
    reference: str | None
    recorded_by: str
    recorded_at: TimeText
    position: int
    event_id: IdText
    links: DecisionLinks


class DecisionList(BaseModel):
    """Decisions, the last recorded first."""

    items: list[Decision]
    next_cursor: str | None
