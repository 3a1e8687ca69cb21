"""A neighbour as it is asked: three public routes of its gateway."""

from dataclasses import dataclass

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.answers import GarbageError, read_cosignatures, read_head, read_path
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.peers import Peer
from shared.outbound.http_client import NoAnswerError, StrangersClient

NOT_FOUND = 404
HEADS_ASKED = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A peer with the way to it. Calls raise NoAnswerError, and GarbageError for what is not of the agreed form."""

    peer: Peer
    client: StrangersClient

    async def head(self) -> TreeHead:
        """Its newest head; the signature is not checked."""
        head = read_head(await self._get("/events/head"))
        if head.territory != self.peer.code:
            raise GarbageError
        return head

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """The path between two sizes."""
        return read_path(await self._get("/events/consistency", **{"from": old, "to": new}))

    async def what_it_saw_of(self, code: str) -> tuple[str, list[Cosignature]] | None:
        """What it says of a territory's history, and its cosignatures; None when it does not watch that territory."""
        try:
            return read_cosignatures(await self._get(f"/events/witness/{code}", limit=HEADS_ASKED))
        except NoAnswerError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    async def _get(self, path: str, **query: str | int) -> object:
        # A pod of several territories has a host for each and a neutral one, where the header says which.
        headers = {"x-territory-id": self.peer.code, "cache-control": "no-cache"}
        return await self.client.get_json(self.peer.base_url + path, query=query, headers=headers)
