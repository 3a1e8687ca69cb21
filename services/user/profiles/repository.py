"""The SQL with which a profile is made and changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.user.profiles.rules import Face, Link
from services.user.profiles.tables import profiles
from shared.database.connection import Connection
from shared.database.statements import compiled
from shared.read_models.accounts import published_accounts

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))

# One statement, so that the consumer and a first call that race make one profile.
_MAKE = compiled(
    insert(profiles)
    .from_select(
        ["account_id", "username", "display_name", "created_at", "updated_at"],
        select(
            published_accounts.c.id,
            published_accounts.c.username,
            published_accounts.c.display_name,
            published_accounts.c.created_at,
            published_accounts.c.created_at,
        ).where(published_accounts.c.id == _ACCOUNT),
    )
    .on_conflict_do_nothing()
    .returning(profiles.c.username, profiles.c.display_name)
)
_LOCK = compiled(
    select(profiles.c.username, profiles.c.display_name, profiles.c.bio, profiles.c.links, profiles.c.version)
    .where(profiles.c.account_id == _ACCOUNT)
    .with_for_update()
)
_WRITE = compiled(
    update(profiles)
    .values(
        display_name=bindparam("shown_name", type_=Text),
        bio=bindparam("new_bio", type_=Text),
        links=bindparam("new_links", type_=JSONB),
        version=profiles.c.version + 1,
        updated_at=_NOW,
    )
    .where(profiles.c.account_id == _ACCOUNT)
)


@dataclass(frozen=True, slots=True)
class LockedProfile:
    """A profile that no one else can change before this transaction ends."""

    username: str
    version: int
    face: Face


@dataclass(frozen=True, slots=True)
class MadeProfile:
    """A profile that this transaction made."""

    username: str
    display_name: str


async def make_profile(connection: Connection, account_id: UUID) -> MadeProfile | None:
    """Make the profile from the account; None when it is there already, or there is no such account."""
    row = await connection.fetch_row(_MAKE, account=account_id)
    return None if row is None else MadeProfile(row["username"], row["display_name"])


async def lock_profile(connection: Connection, account_id: UUID) -> LockedProfile | None:
    row = await connection.fetch_row(_LOCK, account=account_id)
    if row is None:
        return None
    links = tuple(Link(**link) for link in row["links"])
    return LockedProfile(row["username"], row["version"], Face(row["display_name"], row["bio"], links))


async def write_face(connection: Connection, account_id: UUID, face: Face, now: datetime) -> None:
    """Store the face and count the version up."""
    await connection.execute(
        _WRITE,
        account=account_id,
        shown_name=face.display_name,
        new_bio=face.bio,
        new_links=_stored(face.links),
        now=now,
    )


def _stored(links: Sequence[Link]) -> list[dict[str, str]]:
    return [{"label": link.label, "url": link.url} for link in links]
