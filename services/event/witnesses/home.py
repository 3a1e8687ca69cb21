"""The territory that watches its neighbours."""

from dataclasses import dataclass

from services.event.proofs.tree_head import TreeHeadSigner
from shared.database.pool import Pool
from shared.messaging.bus import MessageBus
from shared.territory.territory import Territory


@dataclass(frozen=True, slots=True)
class Home:
    """What watching needs of one's own territory."""

    pool: Pool
    bus: MessageBus
    signer: TreeHeadSigner

    @property
    def territory(self) -> Territory:
        """The territory itself."""
        return self.signer.territory

    @property
    def code(self) -> str:
        """Its code."""
        return self.signer.territory.code
