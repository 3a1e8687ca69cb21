"""Heads that were signed, and the keys that they were signed with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, select, true
from sqlalchemy.dialects.postgresql import insert

from services.event.proofs.tables import tree_head_keys, tree_heads
from services.event.proofs.tree_head import TreeHead
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position
from shared.read_models.event_store import published_event_store

_NEWEST = select(tree_heads).order_by(tree_heads.c.tree_size.desc())
_LATEST = _NEWEST.limit(1).subquery("latest")
# One statement: what is asked under load is most often only whether there is anything new.
_STANDING = compiled(
    select(published_event_store.c.epoch, sealed_head.label("sealed"), _LATEST).select_from(
        published_event_store.outerjoin(_LATEST, true())
    )
)
_BEFORE = compiled(
    _NEWEST.where(tree_heads.c.tree_size < bindparam("before", type_=BigInteger)).limit(bindparam("most"))
)
_KEEP = compiled(
    insert(tree_heads).values({column.name: bindparam(column.name) for column in tree_heads.c}).on_conflict_do_nothing()
)
_KEYS = compiled(select(tree_head_keys).order_by(tree_head_keys.c.began_at.desc(), tree_head_keys.c.key_id))
_RECORD_KEY = compiled(
    insert(tree_head_keys)
    .values(key_id=bindparam("key_id"), public_key=bindparam("public_key"))
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The store's identity, how many events are sealed, and the head of the largest tree that was signed."""

    epoch: UUID
    sealed: Position
    latest: TreeHead | None


@dataclass(frozen=True, slots=True)
class RecordedKey:
    """A key that heads were signed with, and when a leader first began to."""

    key_id: str
    public_key: bytes
    began_at: datetime


async def find_standing(source: Pool, territory: str) -> Standing | None:
    """Where the store stands; None before its first sealer."""
    row = await source.fetch_row(_STANDING)
    if row is None:
        return None
    latest = _to_head(row, territory, row["epoch"]) if row["tree_size"] is not None else None
    return Standing(row["epoch"], Position(row["sealed"]), latest)


async def list_heads(source: Pool, territory: str, epoch: UUID, before: int, most: int) -> Sequence[TreeHead]:
    """Heads of smaller trees than `before`, the largest first."""
    return [_to_head(row, territory, epoch) for row in await source.fetch(_BEFORE, before=before, most=most)]


async def keep_head(source: Pool | Connection, head: TreeHead) -> None:
    """Keep a signed head; the first one of a size stays."""
    await source.execute(
        _KEEP,
        tree_size=head.tree_size,
        root_hash=head.root_hash,
        signed_at=head.signed_at,
        key_id=head.key_id,
        signature=head.signature,
    )


async def record_key(source: Pool | Connection, key_id: str, public_key: bytes) -> None:
    """Write down that this key signs; the first time stays."""
    await source.execute(_RECORD_KEY, key_id=key_id, public_key=public_key)


async def list_keys(source: Pool) -> Sequence[RecordedKey]:
    """Every key that a leader ever signed with, the last to begin first."""
    return [RecordedKey(row["key_id"], row["public_key"], row["began_at"]) for row in await source.fetch(_KEYS)]


def _to_head(row: Row, territory: str, epoch: UUID) -> TreeHead:
    return TreeHead(
        territory, epoch, row["tree_size"], row["root_hash"], row["signed_at"], row["key_id"], row["signature"]
    )
