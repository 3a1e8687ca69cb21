"""Blanking the profile of an erased person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, update

from services.user.preferences.tables import preferences
from services.user.profiles.tables import profiles
from shared.database.connection import Connection
from shared.database.statements import compiled

_BLANK = compiled(
    update(profiles)
    .values(
        username=bindparam("new_name", type_=Text),
        display_name=bindparam("shown_name", type_=Text),
        bio="",
        links=[],
        version=profiles.c.version + 1,
        updated_at=bindparam("now"),
    )
    .where(profiles.c.account_id == bindparam("account"))
)
_FORGET_PREFERENCES = compiled(delete(preferences).where(preferences.c.account_id == bindparam("account")))


async def blank_profile(
    connection: Connection, account_id: UUID, username: str, shown_name: str, now: datetime
) -> None:
    """The profile keeps its id, so that what refers to it still finds somebody."""
    await connection.execute(_BLANK, account=account_id, new_name=username, shown_name=shown_name, now=now)


async def forget_preferences(connection: Connection, account_id: UUID) -> None:
    """Delete the account's preferences; none is no error."""
    await connection.execute(_FORGET_PREFERENCES, account=account_id)
