"""One look at a neighbour's head: it is cosigned, or it is kept as evidence."""

from dataclasses import dataclass
from typing import Literal

from services.event.proofs.tree_head import TreeHead, signed_fields
from services.event.witnesses.answers import GarbageError
from services.event.witnesses.commands import record_fork
from services.event.witnesses.consistency import extends
from services.event.witnesses.cosignature import cosign
from services.event.witnesses.home import Home
from services.event.witnesses.neighbour import Neighbour
from services.event.witnesses.queries import find_known_head, is_forked
from services.event.witnesses.repository import keep_cosigned
from services.event.witnesses.rules import Fault, Sight, contradiction
from services.event.witnesses.signatures import is_signed
from shared.clock import utc_now
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.logging import get_logger
from shared.observability.metrics import WITNESSED_SIZE
from shared.observability.request_context import new_context

log = get_logger()

Sighting = Literal["cosigned", "unchanged", "fork", "refused"]
"""How a look ended; `refused` while an earlier contradiction is not accepted."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Looks at one neighbour. Two at a time do no harm: whatever they keep is kept once."""

    home: Home
    neighbour: Neighbour

    async def look(self) -> Sighting:
        """Look once.

        Raises:
            NoAnswerError, GarbageError: the neighbour's; ServiceError: the own database is away.
        """
        code = self.neighbour.peer.code
        if await is_forked(self.home.pool, code):
            return "refused"
        known = await find_known_head(self.home.pool, code, self.home.code)
        head = await self.neighbour.head()
        fault = await self._fault(known.head if known else None, head)
        if fault is not None:
            await self._record(fault, known.head if known else None, head)
            return "fork"
        WITNESSED_SIZE.labels(self.home.code, code).set(head.tree_size)
        if known is not None and known.cosignature is not None and _sight(known.head) == _sight(head):
            return "unchanged"
        await keep_cosigned(self.home.pool, head, cosign(self.home.signer, head, utc_now()))
        return "cosigned"

    async def _fault(self, known: TreeHead | None, head: TreeHead) -> Fault | None:
        if not self._is_signed(head):
            if known is not None and _sight(known) == _sight(head):
                # It claims nothing new: what is broken is the answer, not the history.
                raise GarbageError
            return Fault.BAD_SIGNATURE
        if known is None:
            return None
        fault = contradiction(_sight(known), _sight(head))
        if fault is not None or known.tree_size in {0, head.tree_size}:
            return fault
        path = await self.neighbour.consistency(known.tree_size, head.tree_size)
        is_proven = extends((known.tree_size, known.root_hash), (head.tree_size, head.root_hash), path)
        return None if is_proven else Fault.NOT_CONSISTENT

    def _is_signed(self, head: TreeHead) -> bool:
        fields = signed_fields(head.territory, head.epoch, head.tree_size, head.root_hash, head.signed_at, head.key_id)
        return is_signed(self.neighbour.peer.public_key, fields, head.signature)

    async def _record(self, fault: Fault, known: TreeHead | None, head: TreeHead) -> None:
        home = self.home
        async with unit_of_work(home.pool, home.territory, SYSTEM, person_keys=None, context=new_context()) as work:
            is_new = await record_fork(work, fault, known, head)
        for hint in work.hints:
            await home.bus.publish_hint(hint)
        if is_new:
            log.error(
                "witness.fork_seen",
                territory=home.code,
                neighbour=head.territory,
                fault=fault.value,
                tree_size=head.tree_size,
            )


def _sight(head: TreeHead) -> Sight:
    return Sight(head.epoch, head.tree_size, head.root_hash)
