"""The SQL with which the terms are changed."""

from datetime import datetime

from sqlalchemy import Boolean, DateTime, Text, bindparam
from sqlalchemy.dialects.postgresql import insert

from services.auth.sign_up.rules import Mode
from services.auth.sign_up.tables import sign_up_terms
from shared.database.connection import Connection
from shared.database.statements import compiled

_given = {
    "mode": bindparam("new_mode", type_=Text),
    "takes_passwords": bindparam("with_passwords", type_=Boolean),
    "changed_at": bindparam("now", type_=DateTime(timezone=True)),
}
_SWITCH = compiled(
    insert(sign_up_terms).values(id=1, **_given).on_conflict_do_update(index_elements=[sign_up_terms.c.id], set_=_given)
)


async def store_terms(connection: Connection, mode: Mode, now: datetime, *, takes_passwords: bool) -> None:
    await connection.execute(_SWITCH, new_mode=mode, with_passwords=takes_passwords, now=now)
