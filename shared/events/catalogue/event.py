"""What may be appended over HTTP, through the event service."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.events.event import Event


class DecisionRecorded(Event):
    """A decision of a territory's body, put on record by those who may append."""

    type: ClassVar = "event.decision.recorded"
    category: ClassVar = "decision"
    external: ClassVar = True

    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    outcome: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    reference: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class SignedHead(BaseModel):
    """A neighbour's tree head as it signed it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    territory: str
    epoch: str
    tree_size: int
    root_hash: str
    signed_at: str
    key_id: str
    signature: str


class ForkSeen(Event):
    """A neighbour's head contradicts what was seen of it before; both heads are the evidence."""

    type: ClassVar = "event.witness.fork_seen"
    category: ClassVar = "witness"
    audit_only: ClassVar = True

    neighbour: str
    fault: Literal["bad-signature", "other-epoch", "smaller-tree", "other-root", "not-consistent"]
    known: SignedHead | None
    seen: SignedHead


class ForkAccepted(Event):
    """An operator has taken a neighbour's history as it is now: its heads are cosigned again."""

    type: ClassVar = "event.witness.fork_accepted"
    category: ClassVar = "witness"
    audit_only: ClassVar = True

    neighbour: str
    seen: SignedHead


EVENTS = (DecisionRecorded, ForkSeen, ForkAccepted)
