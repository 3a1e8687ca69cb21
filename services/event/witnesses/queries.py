"""What was seen of neighbours, and what they have cosigned."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    or_,
    select,
    tuple_,
)

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.repository import to_head
from services.event.witnesses.rules import Fault
from services.event.witnesses.tables import cosignatures, witnessed_heads
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled

Place = tuple[str, UUID, int, bytes]
"""Where the list of cosignatures goes on: witness, epoch, size and root of the last one shown."""

_OF = bindparam("territory", type_=Text)

_seen = witnessed_heads
_BY_SIGHT = (_seen.c.seen_at.desc(), _seen.c.tree_size.desc())
_FORKS = select(_seen).where(_seen.c.territory == _OF, _seen.c.fault.is_not(None)).order_by(*_BY_SIGHT)
# What later heads must extend: cosigned, or accepted by an operator.
_TRUSTED = (
    select(_seen)
    .where(
        _seen.c.territory == _OF,
        or_(_seen.c.fault.is_(None), _seen.c.is_accepted & (_seen.c.fault != Fault.BAD_SIGNATURE.value)),
    )
    .order_by(*_BY_SIGHT)
    .limit(1)
)
_KNOWN = compiled(_TRUSTED)
_KNOWN_BEFORE = compiled(_TRUSTED.where(_seen.c.seen_at < bindparam("moment", type_=_seen.c.seen_at.type)))
_OPEN_FORK = compiled(_FORKS.where(~_seen.c.is_accepted).limit(1))
_LATEST_FORKS = compiled(_FORKS.limit(bindparam("most", type_=BigInteger)))
_SEEN = compiled(
    select(_seen).where(_seen.c.territory == _OF).order_by(*_BY_SIGHT).limit(bindparam("most", type_=BigInteger))
)
_KEY = (cosignatures.c.witness, cosignatures.c.epoch, cosignatures.c.tree_size, cosignatures.c.root_hash)
_AFTER = tuple_(
    bindparam("witness", type_=Text),
    bindparam("epoch", type_=Uuid),
    bindparam("tree_size", type_=BigInteger),
    bindparam("root_hash", type_=LargeBinary),
)
# In the order of the primary key, backwards.
_COSIGNATURES = (
    select(cosignatures).order_by(*(column.desc() for column in _KEY)).limit(bindparam("most", type_=BigInteger))
)
_FIRST_COSIGNATURES = compiled(_COSIGNATURES)
_MORE_COSIGNATURES = compiled(_COSIGNATURES.where(tuple_(*_KEY) < _AFTER))


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A neighbour's head, when it was seen, and what was said to it."""

    head: TreeHead
    seen_at: datetime
    cosignature: Cosignature | None
    fault: Fault | None
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Fork:
    """The evidence: the head that contradicts, and the one before it that was trusted."""

    known: TreeHead | None
    seen: SeenHead


async def find_known_head(source: Pool | Connection, territory: str, witness: str) -> SeenHead | None:
    """The head that the neighbour's next one must extend."""
    row = await source.fetch_row(_KNOWN, territory=territory)
    return None if row is None else _seen_head(row, witness)


async def is_forked(source: Pool | Connection, territory: str) -> bool:
    """Whether a contradiction was seen that nobody has accepted."""
    return await source.fetch_row(_OPEN_FORK, territory=territory) is not None


async def list_seen(source: Pool, territory: str, witness: str, most: int) -> list[SeenHead]:
    """The neighbour's heads, the last one seen first."""
    return [_seen_head(row, witness) for row in await source.fetch(_SEEN, territory=territory, most=most)]


async def list_forks(source: Pool, territory: str, witness: str, most: int) -> list[Fork]:
    """Contradictions, the last one first, whether accepted or not."""
    forks = []
    for row in await source.fetch(_LATEST_FORKS, territory=territory, most=most):
        known = await source.fetch_row(_KNOWN_BEFORE, territory=territory, moment=row["seen_at"])
        forks.append(Fork(to_head(known) if known else None, _seen_head(row, witness)))
    return forks


async def list_cosignatures(source: Pool, territory: str, most: int, after: Place | None) -> list[Cosignature]:
    """Of the territory's own heads; each witness's, the newest store's largest tree first."""
    if after is None:
        rows = await source.fetch(_FIRST_COSIGNATURES, most=most)
    else:
        witness, epoch, tree_size, root_hash = after
        rows = await source.fetch(
            _MORE_COSIGNATURES, witness=witness, epoch=epoch, tree_size=tree_size, root_hash=root_hash, most=most
        )
    return [
        Cosignature(
            row["witness"],
            territory,
            row["epoch"],
            row["tree_size"],
            bytes(row["root_hash"]),
            row["cosigned_at"],
            row["key_id"],
            row["signature"],
        )
        for row in rows
    ]


def _seen_head(row: Row, witness: str) -> SeenHead:
    head = to_head(row)
    cosignature = None
    if row["cosignature"] is not None:
        cosignature = Cosignature(
            witness,
            head.territory,
            head.epoch,
            head.tree_size,
            head.root_hash,
            row["cosigned_at"],
            row["cosigner_key_id"],
            row["cosignature"],
        )
    fault = None if row["fault"] is None else Fault(row["fault"])
    return SeenHead(head, row["seen_at"], cosignature, fault, row["is_accepted"])
