"""What a witness puts on record: that a neighbour's history contradicts itself, and that an operator took it so."""

from uuid import NAMESPACE_URL, uuid5

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.repository import accept_faults, keep_fault
from services.event.witnesses.rules import Fault
from shared.errors import not_found
from shared.events.catalogue.event import ForkAccepted, ForkSeen, SignedHead
from shared.events.unit_of_work import UnitOfWork


async def record_fork(work: UnitOfWork, fault: Fault, known: TreeHead | None, seen: TreeHead) -> bool:
    """Keep a head that contradicts, and say so once; False when that was done before."""
    if not await keep_fault(work.connection, seen, fault):
        return False
    event = ForkSeen(
        neighbour=seen.territory, fault=fault.value, known=_on_record(known) if known else None, seen=_on_record(seen)
    )
    await work.append(_stream_of(seen.territory), "any", event)
    return True


async def accept_fork(work: UnitOfWork, territory: str) -> list[TreeHead]:
    """Take a neighbour's history as it is now; its next head must extend the one that contradicted.

    Raises:
        ServiceError: not_found `fork-not-found`, when there is nothing to accept.
    """
    accepted = await accept_faults(work.connection, territory)
    if not accepted:
        raise not_found("fork")
    for head in accepted:
        await work.append(_stream_of(territory), "any", ForkAccepted(neighbour=territory, seen=_on_record(head)))
    return accepted


def _stream_of(territory: str) -> str:
    """One stream a neighbour, the same whenever it is asked for."""
    return f"witness-{uuid5(NAMESPACE_URL, f'urn:unityplan:territory:{territory}')}"


def _on_record(head: TreeHead) -> SignedHead:
    return SignedHead.model_validate(head.to_json())
