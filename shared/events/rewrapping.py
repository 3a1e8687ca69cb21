"""Wrapping the keys of persons under the current secret, a batch at a time while services serve."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, update

from shared.database.connection import Connection
from shared.database.locks import lock_against_writers
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.key_wrapping import KeyWrapping, WrappedKey
from shared.events.tables import person_keys

TOGETHER = 500

# Whoever wraps a key holds it until the commit, its table with it.
_WAIT_FOR_WRITERS = lock_against_writers(person_keys)
_OTHERS = compiled(
    select(person_keys.c.person, person_keys.c.wrapped, person_keys.c.secret_id)
    .where(person_keys.c.person > bindparam("after", type_=Uuid), person_keys.c.secret_id != bindparam("current"))
    .order_by(person_keys.c.person)
    .limit(bindparam("most"))
    .with_for_update(key_share=True)
)
_WRITE = compiled(
    update(person_keys)
    .values(wrapped=bindparam("anew"), secret_id=bindparam("current"))
    .where(person_keys.c.person == bindparam("person_id"))
)
_COUNT = compiled(select(func.count()).where(person_keys.c.secret_id == bindparam("current")))

_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many keys were wrapped anew, how many are under the current secret now, and how many no secret opens."""

    rewrapped: int
    current: int
    unreadable: int


async def rewrap_keys(pool: Pool, wrapping: KeyWrapping) -> Rewrapped:
    """Wrap every key of the territory under the current secret; run again, it goes on with what is left.

    Keys that were made under another secret and are not committed yet are waited for: when all are done, that secret
    may be forgotten.

    Raises:
        ServiceError: unavailable; what was committed stays.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_WAIT_FOR_WRITERS)
    done, unreadable, after = 0, 0, _BEFORE_ALL
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_OTHERS, after=after, current=wrapping.current, most=TOGETHER)
            for row in rows:
                key = WrappedKey(row["person"], row["wrapped"], row["secret_id"])
                is_done = await _rewrap(connection, wrapping, key)
                done, unreadable = done + is_done, unreadable + (not is_done)
        if len(rows) < TOGETHER:
            break
        after = rows[-1]["person"]
    return Rewrapped(done, int(await pool.fetch_value(_COUNT, current=wrapping.current)), unreadable)


async def _rewrap(connection: Connection, wrapping: KeyWrapping, key: WrappedKey) -> bool:
    plain = wrapping.unwrap(key)
    if plain is None:
        return False
    anew = wrapping.wrap(key.person, plain)
    await connection.execute(_WRITE, person_id=key.person, anew=anew.wrapped, current=anew.secret_id)
    return True
