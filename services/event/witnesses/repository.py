"""Keeping what was seen and cosigned; a head is never written over by another."""

from sqlalchemy import Text, and_, bindparam, case, func, or_, update
from sqlalchemy.dialects.postgresql import insert

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.rules import Fault
from services.event.witnesses.tables import cosignatures, witnessed_heads
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled

_heads = witnessed_heads.c
_PER_HEAD = ("territory", "epoch", "tree_size", "root_hash")
_SIGNED = ("signed_at", "key_id", "signature")
_COSIGNED = ("cosigned_at", "cosigner_key_id", "cosignature")

_with_fault = insert(witnessed_heads).values(
    {name: bindparam(name, type_=_heads[name].type) for name in (*_PER_HEAD, *_SIGNED, "fault")}
)
# A neighbour may go back to the very head that was cosigned before: then that row is the evidence.
_KEEP_FAULT = compiled(
    _with_fault.on_conflict_do_update(
        index_elements=list(_PER_HEAD),
        set_={"fault": _with_fault.excluded.fault, "is_accepted": False, "seen_at": func.now()},
        where=or_(_heads.fault.is_(None), _heads.is_accepted),
    ).returning(_heads.territory)
)
_cosigned = insert(witnessed_heads).values(
    {name: bindparam(name, type_=_heads[name].type) for name in (*_PER_HEAD, *_SIGNED, *_COSIGNED)}
)
_KEEP_COSIGNED = compiled(
    _cosigned.on_conflict_do_update(
        index_elements=list(_PER_HEAD),
        set_={
            **{name: _cosigned.excluded[name] for name in (*_SIGNED, *_COSIGNED)},
            # The same head under the key that is pinned now.
            "fault": case((_heads.fault == Fault.BAD_SIGNATURE.value, None), else_=_heads.fault),
            "seen_at": func.now(),
        },
        where=or_(_heads.fault.is_(None), _heads.is_accepted),
    )
)
_ACCEPT = compiled(
    update(witnessed_heads)
    .values(is_accepted=True)
    .where(
        and_(
            _heads.territory == bindparam("code", type_=Text),
            _heads.fault.is_not(None),
            ~_heads.is_accepted,
        )
    )
    .returning(witnessed_heads)
)
_KEEP_COSIGNATURE = compiled(
    insert(cosignatures)
    .values(
        {
            column.name: bindparam(column.name, type_=column.type)
            for column in cosignatures.c
            if column.name != "received_at"
        }
    )
    .on_conflict_do_nothing()
    .returning(cosignatures.c.witness)
)


async def keep_fault(connection: Connection, head: TreeHead, fault: Fault) -> bool:
    """Keep a head that contradicts; False when it is kept already and nobody has accepted it."""
    row = await connection.fetch_row(_KEEP_FAULT, **_columns(head), fault=fault.value)
    return row is not None


async def keep_cosigned(source: Pool | Connection, head: TreeHead, cosignature: Cosignature) -> None:
    """Keep a head with the cosignature that it got."""
    await source.execute(
        _KEEP_COSIGNED,
        **_columns(head),
        cosigned_at=cosignature.cosigned_at,
        cosigner_key_id=cosignature.key_id,
        cosignature=cosignature.signature,
    )


async def accept_faults(connection: Connection, territory: str) -> list[TreeHead]:
    """Mark what contradicts as accepted; those heads."""
    return [to_head(row) for row in await connection.fetch(_ACCEPT, code=territory)]


async def keep_cosignature(source: Pool | Connection, cosignature: Cosignature) -> bool:
    """Keep a neighbour's cosignature of an own head; False when it is kept already."""
    row = await source.fetch_row(
        _KEEP_COSIGNATURE,
        witness=cosignature.witness,
        epoch=cosignature.epoch,
        tree_size=cosignature.tree_size,
        root_hash=cosignature.root_hash,
        cosigned_at=cosignature.cosigned_at,
        key_id=cosignature.key_id,
        signature=cosignature.signature,
    )
    return row is not None


def to_head(row: Row) -> TreeHead:
    """The head in a row."""
    return TreeHead(
        row["territory"],
        row["epoch"],
        row["tree_size"],
        bytes(row["root_hash"]),
        row["signed_at"],
        row["key_id"],
        row["signature"],
    )


def _columns(head: TreeHead) -> dict[str, object]:
    return {
        "territory": head.territory,
        "epoch": head.epoch,
        "tree_size": head.tree_size,
        "root_hash": head.root_hash,
        "signed_at": head.signed_at,
        "key_id": head.key_id,
        "signature": head.signature,
    }
