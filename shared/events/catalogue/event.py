"""What may be appended over HTTP, through the event service."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from shared.events.event import Event


class DecisionRecorded(Event):
    """A decision of a territory's body, put on record by those who may append."""

    type: ClassVar = "event.decision.recorded"
    category: ClassVar = "decision"
    external: ClassVar = True

    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    outcome: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    reference: Annotated[str, StringConstraints(max_length=2_000)] | None = None


EVENTS = (DecisionRecorded,)
