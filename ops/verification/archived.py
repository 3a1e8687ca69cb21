"""Archived data of a range of positions, for recomputing leaves; a block that cannot be opened leaves a gap."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from shared.errors import ServiceError
from shared.events.archive import first_of_block, unpacked

_BLOCKS = "SELECT first_position, last_position, sha256, body FROM archived_blocks WHERE first_position = any($1)"


async def read_archived(connection: Any, rows: Sequence[Any]) -> Mapping[int, Any]:  # noqa: ANN401 (driver's)
    """By position, what the rows without data were hashed with; nothing of blocks that are damaged or gone."""
    firsts = sorted({first_of_block(row["position"]) for row in rows if row["data"] is None and row["id"] is not None})
    if not firsts:
        return {}
    found: dict[int, Any] = {}
    for block in await connection.fetch(_BLOCKS, firsts):
        with suppress(ServiceError):
            data = unpacked(block["first_position"], block["last_position"], block["sha256"], block["body"])
            found.update(enumerate(data, block["first_position"]))
    return found
