"""The SQL with which preferences change."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from services.user.preferences.rules import DEFAULTS
from services.user.preferences.tables import preferences
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))

_MAKE = compiled(insert(preferences).values(account_id=_ACCOUNT, updated_at=_NOW, **DEFAULTS).on_conflict_do_nothing())
_LOCK = compiled(
    select(
        preferences.c.locale,
        preferences.c.time_zone,
        preferences.c.theme,
        preferences.c.email_notifications,
        preferences.c.email_digest,
    )
    .where(preferences.c.account_id == _ACCOUNT)
    .with_for_update()
)
_WRITE = compiled(
    update(preferences)
    .values(
        locale=bindparam("new_locale", type_=Text),
        time_zone=bindparam("new_time_zone", type_=Text),
        theme=bindparam("new_theme", type_=Text),
        email_notifications=bindparam("new_email_notifications", type_=Boolean),
        email_digest=bindparam("new_email_digest", type_=Text),
        updated_at=_NOW,
    )
    .where(preferences.c.account_id == _ACCOUNT)
)


async def lock_preferences(connection: Connection, account_id: UUID, now: datetime) -> Mapping[str, object]:
    """The preferences by name, made from the defaults when there were none; locked until the commit."""
    await connection.execute(_MAKE, account=account_id, now=now)
    row = await connection.fetch_row(_LOCK, account=account_id)
    return DEFAULTS if row is None else dict(row.items())


async def write_preferences(
    connection: Connection, account_id: UUID, values: Mapping[str, object], now: datetime
) -> None:
    """Store every preference; `values` has each of them by name."""
    await connection.execute(
        _WRITE, account=account_id, now=now, **{f"new_{name}": value for name, value in values.items()}
    )
