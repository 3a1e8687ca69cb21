"""The shapes of decisions."""

from pydantic import BaseModel


class DecisionLinks(BaseModel):
    """Where the event is, and the proof that it stands in the record."""

    event: str
    proof: str


class Decision(BaseModel):
    """What was recorded last in the decision's stream; `id` is the stream's."""

    id: str
    title: str
    outcome: str
    reference: str | None
    recorded_by: str
    recorded_at: str
    position: int
    event_id: str
    links: DecisionLinks


class DecisionList(BaseModel):
    """Decisions, the last recorded first."""

    items: list[Decision]
    next_cursor: str | None
