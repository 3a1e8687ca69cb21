"""The shapes of proofs."""

import base64
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.event.proofs.repository import RecordedKey
from shared.clock import format_time


class TreeHeadAnswer(BaseModel):
    """A signed tree head; `signature` is base64 Ed25519 over RFC 8785 JSON of the other fields."""

    territory: str
    epoch: str
    tree_size: int
    root_hash: str
    signed_at: str
    key_id: str
    signature: str


class InclusionProof(BaseModel):
    """RFC 6962 §2.1.1; hashes in lower-case hex."""

    leaf_index: int
    leaf_hash: str
    tree_size: int
    path: list[str]


class ConsistencyProof(BaseModel):
    """RFC 6962 §2.1.2; hashes in lower-case hex."""

    path: list[str]


class HeadList(BaseModel):
    """Signed heads that were kept, the newest first."""

    items: list[TreeHeadAnswer]
    next_cursor: str | None


class HeadKey(BaseModel):
    """A public key that heads are signed with, since when."""

    key_id: str
    public_key: str
    algorithm: str
    began_at: str


class HeadKeys(BaseModel):
    """All of them, the one that signs now first."""

    items: list[HeadKey]


class BundledEvent(BaseModel):
    """A position of the record: the event as hashed, None where the reader may not read it, and its audit path."""

    position: int
    leaf_hash: str
    event: dict[str, Any] | None
    path: list[str]


class BundledConsistency(BaseModel):
    """That the bundle's head extends the tree of an earlier size, which had this root."""

    from_size: int = Field(alias="from")
    root_hash: str
    path: list[str]


class Bundle(BaseModel):
    """What the offline verifier takes. `from` and `to` are of a range of positions, `stream` and `is_whole` of one."""

    format: Literal["unityplan-bundle/1"]
    territory: str
    epoch: str
    keys: list[HeadKey]
    head: TreeHeadAnswer
    consistency: BundledConsistency | None
    first: int | None = Field(default=None, alias="from")
    last: int | None = Field(default=None, alias="to")
    stream: str | None = None
    is_whole: bool | None = None
    events: list[BundledEvent]


def key_answer(key: RecordedKey) -> HeadKey:
    """A key in its public form."""
    return HeadKey(
        key_id=key.key_id,
        public_key=base64.b64encode(key.public_key).decode(),
        algorithm="Ed25519",
        began_at=format_time(key.began_at),
    )
