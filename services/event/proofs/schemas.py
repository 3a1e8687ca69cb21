"""The shapes of proofs."""

from pydantic import BaseModel


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


class HeadKey(BaseModel):
    """A public key that heads are signed with."""

    key_id: str
    public_key: str
    algorithm: str


class HeadKeys(BaseModel):
    """All of them."""

    items: list[HeadKey]
