"""Reading one's own preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, true

from services.user.preferences.rules import DEFAULTS
from services.user.preferences.tables import preferences
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position

# One row whether or not the citizen has ever changed a preference, so that the position comes with the snapshot.
_always = select(true().label("is_there")).subquery("always")
_BY_ACCOUNT = compiled(
    select(sealed_head.label("position"), preferences).select_from(
        _always.outerjoin(preferences, preferences.c.account_id == bindparam("account", type_=Uuid))
    )
)


@dataclass(frozen=True, slots=True)
class ReadPreferences:
    """The preferences by name and the sealed position that they are at least as new as."""

    values: Mapping[str, object]
    position: Position


async def read_preferences(pool: Pool, account_id: UUID) -> ReadPreferences:
    """Never missing: what was not chosen is the default."""
    (row,) = await pool.fetch(_BY_ACCOUNT, account=account_id)
    values = DEFAULTS if row["account_id"] is None else {name: row[name] for name in DEFAULTS}
    return ReadPreferences(values, row["position"])
