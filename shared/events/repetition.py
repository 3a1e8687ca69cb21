"""Whether an event whose id the store holds already is that event again: then it is answered as it was then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from shared.database.connection import Connection
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.archive import complete
from shared.events.envelope import StoredEvent
from shared.events.person_keys import PersonKeys
from shared.events.store import EVENT_COLUMNS, to_event
from shared.events.tables import events, seals
from shared.events.upcasting import newest_known

# Each attempt has a request of its own.
_OF_THE_REQUEST = frozenset({"request_id"})

_FIND = compiled(
    select(*EVENT_COLUMNS)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(events.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
)


async def find_earlier(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, StoredEvent]:
    """Those of the ids that stand for an event, with the event; one whose archived block is damaged has no data."""
    rows = await connection.fetch(_FIND, ids=ids)
    return {row["id"]: await _completed(connection, to_event(row)) for row in rows}


def is_same(earlier: StoredEvent, again: StoredEvent) -> bool:
    """Whether both say the same: what, by whom, where and why. When, and in which request, is no matter."""
    return _envelope(earlier) == _envelope(again) and (not _has_data(earlier) or _newest(earlier) == _newest(again))


async def is_same_opened(connection: Connection, keys: PersonKeys, earlier: StoredEvent, again: StoredEvent) -> bool:
    """`is_same`, where the earlier one is sealed for a person; what cannot be opened any more is taken for the same."""
    if not _has_data(earlier):
        return is_same(earlier, again)
    (revealed,) = await keys.reveal(connection, [earlier])
    opened = replace(earlier, data=revealed)
    if revealed.unavailable or keys.erased_fields(earlier, revealed):
        was_empty = {name for name, value in earlier.data.items() if value is None}
        gone = {name for name, value in _newest(opened).items() if value is None} - was_empty
        again = replace(again, data={**again.data, **dict.fromkeys(gone)})
    return is_same(opened, again)


async def _completed(connection: Connection, event: StoredEvent) -> StoredEvent:
    """With archived data. That it is damaged must keep nobody from appending beside it."""
    try:
        (event,) = await complete(connection, [event])
    except ServiceError as error:
        if error.kind is not Kind.INTERNAL:
            raise
    return event


def _has_data(event: StoredEvent) -> bool:
    data: object = event.data
    return data is not None


def _newest(event: StoredEvent) -> Mapping[str, Any]:
    _, data = newest_known(event.type, event.schema_version, event.data)
    return data


def _envelope(event: StoredEvent) -> tuple[str, str, str, Mapping[str, Any]]:
    lasting = {name: value for name, value in event.metadata.items() if name not in _OF_THE_REQUEST}
    return event.stream, event.type, event.actor, lasting
