"""Reading profiles, as everyone sees them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select

from services.user.profiles.tables import profiles
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position, parse_id
from shared.read_models.accounts import published_accounts

_PROFILE = select(
    json_object(
        id=profiles.c.account_id,
        username=profiles.c.username,
        display_name=profiles.c.display_name,
        bio=profiles.c.bio,
        links=profiles.c.links,
        created_at=json_time(profiles.c.created_at),
        updated_at=json_time(profiles.c.updated_at),
        version=profiles.c.version,
    ).label("body"),
    profiles.c.version,
    sealed_head.label("position"),
)
_BY_ID = compiled(_PROFILE.where(profiles.c.account_id == bindparam("account", type_=Uuid)))
_ACCOUNT_BY_ID = compiled(select(published_accounts.c.id).where(published_accounts.c.id == bindparam("account")))
_ACCOUNT_BY_NAME = compiled(
    select(published_accounts.c.id).where(published_accounts.c.username == bindparam("name", type_=Text))
)


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """A profile as JSON, its version, and the sealed position that it is at least as new as."""

    body: bytes
    version: int
    position: Position


async def read_profile(source: Connection | Pool, account_id: UUID) -> ReadProfile | None:
    """The profile of an account; None also when it has not been made yet."""
    row = await source.fetch_row(_BY_ID, account=account_id)
    return None if row is None else ReadProfile(row["body"], row["version"], row["position"])


async def find_account(pool: Pool, id_or_username: str) -> UUID | None:
    """The account with this id or with this username, in whatever case."""
    account_id = parse_id(id_or_username)
    found: UUID | None
    if account_id is not None:
        found = await pool.fetch_value(_ACCOUNT_BY_ID, account=account_id)
    else:
        found = await pool.fetch_value(_ACCOUNT_BY_NAME, name=id_or_username.lower())
    return found
