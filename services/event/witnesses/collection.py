"""Cosignatures of one's own heads, fetched from the neighbour that made them."""

from dataclasses import dataclass

from services.event.proofs.queries import read_frontier
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.home import Home
from services.event.witnesses.neighbour import Neighbour
from services.event.witnesses.repository import keep_cosignature
from services.event.witnesses.signatures import is_signed
from shared.events import store
from shared.observability.logging import get_logger
from shared.observability.metrics import OWN_FORK_REPORTED
from shared.read_models.event_store import epoch_of

log = get_logger()

FORK = "fork"


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects from one neighbour."""

    home: Home
    neighbour: Neighbour

    async def collect(self) -> None:
        """Keep what is new and signed by the neighbour's pinned key; the rest is passed over.

        Raises:
            NoAnswerError, GarbageError: the neighbour's; ServiceError: the own database is away.
        """
        answer = await self.neighbour.what_it_saw_of(self.home.code)
        if answer is None:
            return
        state, cosignatures = answer
        OWN_FORK_REPORTED.labels(self.home.code, self.neighbour.peer.code).set(state == FORK)
        if state == FORK:
            log.warning("witness.own_fork_reported", territory=self.home.code, neighbour=self.neighbour.peer.code)
        for cosignature in filter(self._is_of_ours, cosignatures):
            if await keep_cosignature(self.home.pool, cosignature) and not await self._is_in_our_tree(cosignature):
                # The neighbour remembers another history than the one that is stored here now.
                log.error(
                    "witness.cosignature_contradicts_own_tree",
                    territory=self.home.code,
                    neighbour=cosignature.witness,
                    tree_size=cosignature.tree_size,
                )

    def _is_of_ours(self, cosignature: Cosignature) -> bool:
        return (
            cosignature.witness == self.neighbour.peer.code
            and cosignature.territory == self.home.code
            and is_signed(self.neighbour.peer.public_key, cosignature.signed_fields(), cosignature.signature)
        )

    async def _is_in_our_tree(self, cosignature: Cosignature) -> bool:
        pool = self.home.pool
        if cosignature.epoch != await epoch_of(pool) or cosignature.tree_size > await store.head(pool):
            return False
        return (await read_frontier(pool, cosignature.tree_size)).root == cosignature.root_hash
