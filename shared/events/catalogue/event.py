"""What may be appended over HTTP, through the event service."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

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


class ParkedEventReplayed(Event):
    """An operator had a consumer handle an event again that it had set aside."""

    type: ClassVar = "event.parked_event.replayed"
    category: ClassVar = "parked_event"
    audit_only: ClassVar = True

    consumer: str
    position: int
    event_id: UUID
    attempts: int


class ParkedEventDiscarded(Event):
    """An operator decided that a consumer never handles an event that it had set aside."""

    type: ClassVar = "event.parked_event.discarded"
    category: ClassVar = "parked_event"
    audit_only: ClassVar = True

    consumer: str
    position: int
    event_id: UUID
    attempts: int


class ProjectionRebuilt(Event):
    """An operator had a projection filled anew from the first event on."""

    type: ClassVar = "event.projection.rebuilt"
    category: ClassVar = "projection"
    audit_only: ClassVar = True

    name: str
    build: int
    version: int


class PersonErased(Event):
    """The key of a person's text was destroyed: every personal field of theirs reads as erased, for ever."""

    type: ClassVar = "event.person.erased"
    category: ClassVar = "person"
    audit_only: ClassVar = True

    person_id: UUID
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None


class SensitiveRead(Event):
    """Somebody was shown what only few may see: `what` it was, and `which` part of it they asked for."""

    type: ClassVar = "event.sensitive.read"
    category: ClassVar = "reading"
    audit_only: ClassVar = True

    what: str
    which: dict[str, str]


class PermissionUsed(Event):
    """Somebody asked for what needs a permission, and it was so already: nothing else came of it."""

    type: ClassVar = "event.permission.used"
    category: ClassVar = "permission"
    audit_only: ClassVar = True

    permission: str
    method: str
    route: str


class OperationDone(Event):
    """An operator did something to the store itself, on its machine; what came of it, in the words that were shown."""

    type: ClassVar = "event.operation.done"
    category: ClassVar = "operation"
    audit_only: ClassVar = True

    operation: str
    outcome: str


EVENTS = (
    DecisionRecorded,
    ForkSeen,
    ForkAccepted,
    ParkedEventReplayed,
    ParkedEventDiscarded,
    ProjectionRebuilt,
    PersonErased,
    SensitiveRead,
    PermissionUsed,
    OperationDone,
)
