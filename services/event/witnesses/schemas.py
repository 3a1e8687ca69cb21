"""The shapes of what was seen and cosigned."""

from typing import Literal

from pydantic import BaseModel

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.queries import Fork, SeenHead
from shared.clock import format_time
from shared.web.formats import TimeText

Fault = Literal["bad-signature", "other-epoch", "smaller-tree", "other-root", "not-consistent"]


class NeighbourHead(BaseModel):
    """A head as the neighbour signed it, the form of `GET /events/head`."""

    territory: str
    epoch: str
    tree_size: int
    root_hash: str
    signed_at: str
    key_id: str
    signature: str


class CosignatureAnswer(BaseModel):
    """`signature` is base64 Ed25519 over RFC 8785 JSON of the other fields, by the witness's tree-head key."""

    witness: str
    territory: str
    epoch: str
    tree_size: int
    root_hash: str
    cosigned_at: str
    key_id: str
    signature: str


class WitnessedHead(BaseModel):
    """A neighbour's head that was seen; with a fault it contradicts what was seen before."""

    head: NeighbourHead
    seen_at: TimeText
    cosignature: CosignatureAnswer | None
    fault: Fault | None
    is_accepted: bool


class ForkEvidence(BaseModel):
    """Two signed heads that cannot both be of one history; of a bad signature only that it was answered."""

    fault: Fault
    seen_at: TimeText
    is_accepted: bool
    known: NeighbourHead | None
    seen: NeighbourHead


class WitnessAnswer(BaseModel):
    """What this territory saw of a neighbour, the last first. `fork` until an operator accepts what contradicts."""

    witness: str
    territory: str
    state: Literal["nothing-seen", "consistent", "fork"]
    items: list[WitnessedHead]
    forks: list[ForkEvidence]


class CosignatureList(BaseModel):
    """Cosignatures of this territory's heads."""

    items: list[CosignatureAnswer]
    next_cursor: str | None


class AcceptanceAnswer(BaseModel):
    """The heads that are taken as they are."""

    territory: str
    accepted: list[NeighbourHead]


def head_answer(head: TreeHead) -> NeighbourHead:
    """A head in its public form."""
    return NeighbourHead.model_validate(head.to_json())


def cosignature_answer(cosignature: Cosignature) -> CosignatureAnswer:
    """A cosignature in its public form."""
    return CosignatureAnswer.model_validate(cosignature.to_json())


def witnessed_head(seen: SeenHead) -> WitnessedHead:
    """A head that was seen, in its public form."""
    return WitnessedHead(
        head=head_answer(seen.head),
        seen_at=format_time(seen.seen_at),
        cosignature=cosignature_answer(seen.cosignature) if seen.cosignature else None,
        fault=seen.fault.value if seen.fault else None,
        is_accepted=seen.is_accepted,
    )


def fork_evidence(fork: Fork, fault: Fault) -> ForkEvidence:
    """A contradiction in its public form."""
    return ForkEvidence(
        fault=fault,
        seen_at=format_time(fork.seen.seen_at),
        is_accepted=fork.seen.is_accepted,
        known=head_answer(fork.known) if fork.known else None,
        seen=head_answer(fork.seen.head),
    )
