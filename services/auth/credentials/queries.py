"""Reading whose credentials are to be changed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Uuid, bindparam, select

from services.auth.accounts.tables import accounts
from services.auth.letters.tables import letter_tokens
from shared.clock import utc_now
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import not_found
from shared.identity.opaque_tokens import token_hash

_NAMES = select(accounts.c.username, accounts.c.email)
_NAMES_OF = compiled(_NAMES.where(accounts.c.id == bindparam("account", type_=Uuid)))
_NAMES_OF_TOKEN = compiled(
    _NAMES.join(letter_tokens, letter_tokens.c.account_id == accounts.c.id).where(
        letter_tokens.c.token_hash == bindparam("presented_hash", type_=LargeBinary),
        letter_tokens.c.purpose == "reset",
        letter_tokens.c.used_at.is_(None),
        letter_tokens.c.expires_at > bindparam("now", type_=DateTime(timezone=True)),
    )
)


@dataclass(frozen=True, slots=True)
class Names:
    """What an account is logged in to by, as typed."""

    username: str
    email: str


async def names_of(source: Pool | Connection, account_id: UUID) -> Names:
    """Raises: not_found `account-not-found`."""
    found = _names(await source.fetch_row(_NAMES_OF, account=account_id))
    if found is None:
        raise not_found("account")
    return found


async def names_of_token(pool: Pool, token: str) -> Names | None:
    """Whose password may be reset by a token; it is not used by looking."""
    return _names(await pool.fetch_row(_NAMES_OF_TOKEN, presented_hash=token_hash(token), now=utc_now()))


def _names(row: Row | None) -> Names | None:
    return None if row is None else Names(row["username"], row["email"])
