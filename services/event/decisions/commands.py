"""What a recorded decision changes in the list."""

from services.event.decisions.repository import keep_decisions
from shared.database.connection import Row
from shared.events.catalogue.event import DecisionRecorded
from shared.events.envelope import StoredEvent
from shared.events.projections import Changes
from shared.events.unit_of_work import UnitOfWork


async def list_recorded(work: UnitOfWork, build: int, changes: Changes) -> None:
    """One row a stream: what was recorded last counts."""
    rows = {event.stream: _row(event, payload) for event, payload in changes}
    await keep_decisions(work.connection, build, list(rows.values()))


def _row(event: StoredEvent, payload: DecisionRecorded) -> Row:
    return {
        "id": event.stream.partition("-")[2],
        "title": payload.title,
        "outcome": payload.outcome,
        "reference": payload.reference,
        "recorded_by": event.actor,
        "recorded_at": event.occurred_at,
        "event_id": event.id,
        "position": event.position,
    }
