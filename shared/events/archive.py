"""Data of old events in compressed blocks, and reading it as if it had never moved.

A block holds the data of `BLOCK` positions in order, as zlib-compressed JSON; its SHA-256 stands beside it. What an
event was hashed with comes back exactly, so leaves and proofs are as before.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.envelope import StoredEvent
from shared.events.tables import archived_blocks
from shared.identifiers import Position

BLOCK = 1_000
"""Positions in a block; block n holds 1,000 n + 1 to 1,000 (n + 1), so that its place follows from a position."""

COMPRESSION = 6
# Blocks opened together: a list of events that lie far apart must not hold them all at once.
_AT_ONCE = 8

_FIND = compiled(
    select(
        archived_blocks.c.first_position,
        archived_blocks.c.last_position,
        archived_blocks.c.sha256,
        archived_blocks.c.body,
    ).where(archived_blocks.c.first_position == func.any(bindparam("firsts", type_=ARRAY(BigInteger))))
)


def first_of_block(position: int) -> int:
    """The first position of the block in which a position lies."""
    return (position - 1) // BLOCK * BLOCK + 1


def packed(data: Sequence[Mapping[str, Any]]) -> tuple[bytes, bytes]:
    """The body of a block with the data of its positions in order, and its SHA-256."""
    body = zlib.compress(orjson.dumps(data), COMPRESSION)
    return body, hashlib.sha256(body).digest()


def unpacked(first_position: int, last_position: int, sha256: bytes, body: bytes) -> list[dict[str, Any]]:
    """The data of a block's positions in order.

    Raises:
        ServiceError: internal `archive-damaged`, naming the positions.
    """
    if hashlib.sha256(body).digest() != sha256:
        raise _damaged(first_position, last_position)
    try:
        data: list[dict[str, Any]] = orjson.loads(zlib.decompress(body))
    except (zlib.error, ValueError) as error:
        raise _damaged(first_position, last_position) from error
    if len(data) != last_position - first_position + 1:
        raise _damaged(first_position, last_position)
    return data


async def complete(source: Connection | Pool, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The events with the data of those that are archived put back.

    To be called wherever rows of `events` become events that are read, after the rows were read: a block is committed
    together with what it was taken from, so whoever sees a row without data finds the block.

    Raises:
        ServiceError: internal `archive-damaged`.
    """
    positions = {event.position for event in events if _is_archived(event)}
    if not positions:
        return list(events)
    found: dict[int, dict[str, Any]] = {}
    wanted = sorted({first_of_block(position) for position in positions})
    for start in range(0, len(wanted), _AT_ONCE):
        for row in await source.fetch(_FIND, firsts=wanted[start : start + _AT_ONCE]):
            found |= _picked(row, positions)
    return [_completed(event, found) for event in events]


def _is_archived(event: StoredEvent) -> bool:
    """Only between the row and `complete` is an event without data: everywhere else it has what it was hashed with."""
    data: object = event.data
    return data is None


def _picked(row: Row, positions: set[Position]) -> dict[int, dict[str, Any]]:
    data = unpacked(row["first_position"], row["last_position"], row["sha256"], row["body"])
    return {position: value for position, value in enumerate(data, int(row["first_position"])) if position in positions}


def _completed(event: StoredEvent, found: Mapping[int, dict[str, Any]]) -> StoredEvent:
    if not _is_archived(event):
        return event
    if event.position not in found:
        first = first_of_block(event.position)
        raise _damaged(first, first + BLOCK - 1)
    return replace(event, data=found[event.position])


def _damaged(first: int, last: int) -> ServiceError:
    detail = f"The archived block of positions {first} to {last} is damaged or missing."
    return ServiceError(Kind.INTERNAL, "archive-damaged", detail)
