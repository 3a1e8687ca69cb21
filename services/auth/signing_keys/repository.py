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
