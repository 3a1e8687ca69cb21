"""Reading the keys that sign and the keys that outsiders verify with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Text, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.signing_keys.rules import PUBLISHED, SIGNING, KeyState, missing_states
from services.auth.signing_keys.tables import signing_keys
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled

_STATES = bindparam("wanted_states", type_=ARRAY(Text))

_SIGNING = compiled(
    select(signing_keys.c.kid, signing_keys.c.state, signing_keys.c.private_key).where(
        signing_keys.c.state == _STATES.any_()
    )
)
_PUBLISHED = compiled(
    select(signing_keys.c.kid, signing_keys.c.public_key)
    .where(signing_keys.c.state == _STATES.any_())
    .order_by(signing_keys.c.created_at, signing_keys.c.kid)
)

_PRESENT = compiled(select(signing_keys.c.state).distinct())
_OUTLIVED = compiled(
    select(signing_keys.c.kid).where(
        signing_keys.c.state == KeyState.PREVIOUS.value,
        signing_keys.c.state_changed_at < bindparam("before", type_=DateTime(timezone=True)),
    )
)
_ALL = compiled(
    select(
        signing_keys.c.kid, signing_keys.c.state, signing_keys.c.created_at, signing_keys.c.state_changed_at
    ).order_by(signing_keys.c.created_at.desc(), signing_keys.c.kid)
)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key as it is stored."""

    kid: str
    is_current: bool
    sealed_private_key: bytes


@dataclass(frozen=True, slots=True)
class KeyLife:
    """A key as an operator sees it."""

    kid: str
    state: str
    created_at: datetime
    state_changed_at: datetime


async def list_keys(pool: Pool) -> Sequence[KeyLife]:
    """Every key there ever was, newest first."""
    return [
        KeyLife(row["kid"], row["state"], row["created_at"], row["state_changed_at"]) for row in await pool.fetch(_ALL)
    ]


async def has_outlived(pool: Pool, before: datetime) -> bool:
    """Whether a key is previous since before then."""
    return await pool.fetch_row(_OUTLIVED, before=before) is not None


async def list_missing_states(source: Connection | Pool) -> tuple[KeyState, ...]:
    """For which states the territory lacks a key."""
    return missing_states({row["state"] for row in await source.fetch(_PRESENT)})


async def find_signing_keys(pool: Pool) -> Sequence[SealedKey]:
    """The current key and the previous ones."""
    rows = await pool.fetch(_SIGNING, wanted_states=list(SIGNING))
    return [SealedKey(row["kid"], row["state"] == KeyState.CURRENT, row["private_key"]) for row in rows]


async def list_public_keys(pool: Pool) -> Sequence[tuple[str, bytes]]:
    """Name and raw public half of every key that may have signed a token or soon will, oldest first."""
    return [(row["kid"], row["public_key"]) for row in await pool.fetch(_PUBLISHED, wanted_states=list(PUBLISHED))]
