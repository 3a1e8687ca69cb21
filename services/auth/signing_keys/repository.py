"""The SQL with which signing keys are made and change state."""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, func, insert, select, update

from services.auth.signing_keys.key_material import KeyPair
from services.auth.signing_keys.rules import KeyState
from services.auth.signing_keys.tables import signing_keys
from shared.database.connection import Connection
from shared.database.statements import compiled

# Any number that no other advisory lock in the territory's database uses: "keys" in ASCII.
_LOCK_NUMBER = 0x6B657973

_LOCK = compiled(select(func.pg_advisory_xact_lock(_LOCK_NUMBER)))
_INSERT = compiled(
    insert(signing_keys).values(
        kid=bindparam("new_kid", type_=Text),
        state=bindparam("new_state", type_=Text),
        public_key=bindparam("public_half", type_=LargeBinary),
        private_key=bindparam("sealed_half", type_=LargeBinary),
        created_at=bindparam("now", type_=DateTime(timezone=True)),
        state_changed_at=bindparam("now", type_=DateTime(timezone=True)),
    )
)
_MOVE = compiled(
    update(signing_keys)
    .values(state=bindparam("new_state", type_=Text), state_changed_at=bindparam("now", type_=DateTime(timezone=True)))
    .where(signing_keys.c.state == bindparam("old_state", type_=Text))
    .returning(signing_keys.c.kid)
)

_MADE_AT = compiled(select(signing_keys.c.created_at).where(signing_keys.c.state == KeyState.STANDBY.value))
_STATE = compiled(select(signing_keys.c.state).where(signing_keys.c.kid == bindparam("wanted_kid", type_=Text)))
# What is revoked can sign nothing, not even for whoever has `JWT_SECRET`.
_revocation = update(signing_keys).values(
    state=KeyState.REVOKED.value, private_key=b"", state_changed_at=bindparam("now", type_=DateTime(timezone=True))
)
_REVOKE = compiled(_revocation.where(signing_keys.c.kid == bindparam("wanted_kid", type_=Text)))
_REVOKE_OUTLIVED = compiled(
    _revocation.where(
        signing_keys.c.state == KeyState.PREVIOUS.value,
        signing_keys.c.state_changed_at < bindparam("before", type_=DateTime(timezone=True)),
    ).returning(signing_keys.c.kid)
)


async def lock_keys(connection: Connection) -> None:
    """Let one transaction at a time make or move keys, of all instances; ends with the transaction."""
    await connection.execute(_LOCK)


async def insert_key(connection: Connection, key: KeyPair, state: KeyState, now: datetime) -> None:
    await connection.execute(
        _INSERT,
        new_kid=key.kid,
        new_state=state.value,
        public_half=key.public_key,
        sealed_half=key.sealed_private_key,
        now=now,
    )


async def move_keys(connection: Connection, old: KeyState, new: KeyState, now: datetime) -> list[str]:
    """Give every key in the state `old` the state `new`; the names of those keys."""
    rows = await connection.fetch(_MOVE, old_state=old.value, new_state=new.value, now=now)
    return [row["kid"] for row in rows]


async def standby_made_at(connection: Connection) -> datetime | None:
    """When the next key was made; None when there is none."""
    made_at: datetime | None = await connection.fetch_value(_MADE_AT)
    return made_at


async def find_state(connection: Connection, kid: str) -> KeyState | None:
    """The state of a key, None when there is no such key."""
    state: str | None = await connection.fetch_value(_STATE, wanted_kid=kid)
    return None if state is None else KeyState(state)


async def revoke_key(connection: Connection, kid: str, now: datetime) -> None:
    await connection.execute(_REVOKE, wanted_kid=kid, now=now)


async def revoke_outlived(connection: Connection, before: datetime, now: datetime) -> list[str]:
    """Revoke the keys that are previous since before then; the names of those keys."""
    return [row["kid"] for row in await connection.fetch(_REVOKE_OUTLIVED, before=before, now=now)]
