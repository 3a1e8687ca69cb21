"""A witness's word that it has seen a head, and that the head extends what it had seen before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from shared.clock import format_time


@dataclass(frozen=True, slots=True)
class Cosignature:
    """Made with the key that the witness signs its own heads with; the fields keep the two apart."""

    witness: str
    territory: str
    epoch: UUID
    tree_size: int
    root_hash: bytes
    cosigned_at: datetime
    key_id: str
    signature: str

    def signed_fields(self) -> dict[str, str | int]:
        """What the signature covers, as RFC 8785 JSON."""
        return {
            "witness": self.witness,
            "territory": self.territory,
            "epoch": str(self.epoch),
            "tree_size": self.tree_size,
            "root_hash": self.root_hash.hex(),
            "cosigned_at": format_time(self.cosigned_at),
            "key_id": self.key_id,
        }

    def to_json(self) -> dict[str, str | int]:
        """The public shape."""
        return {**self.signed_fields(), "signature": self.signature}


def cosign(signer: TreeHeadSigner, head: TreeHead, cosigned_at: datetime) -> Cosignature:
    """The cosignature of the signer's territory over a neighbour's head."""

    def with_signature(signature: str) -> Cosignature:
        return Cosignature(
            signer.territory.code,
            head.territory,
            head.epoch,
            head.tree_size,
            head.root_hash,
            cosigned_at,
            signer.key_id,
            signature,
        )

    return with_signature(signer.signature_over(with_signature("").signed_fields()))
