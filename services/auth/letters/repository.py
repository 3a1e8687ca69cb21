"""The SQL with which letters are queued and sent, and their tokens made and used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.accounts.tables import accounts, owns_address
from services.auth.letters.rules import LetterKind, Purpose, UsedToken
from services.auth.letters.tables import letter_tokens, letters
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_LETTER = bindparam("letter", type_=Uuid)
_ACCOUNT = bindparam("account", type_=Uuid)

_QUEUE = compiled(
    insert(letters).values(
        id=_LETTER,
        kind=bindparam("about", type_=Text),
        account_id=_ACCOUNT,
        address=bindparam("to_address", type_=Text),
        created_at=_NOW,
        next_try_at=_NOW,
    )
)
_due = (
    select(letters.c.id)
    .where(letters.c.sent_at.is_(None), letters.c.next_try_at <= _NOW)
    .order_by(letters.c.next_try_at)  # index letters_next_try_at
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_LEASE = compiled(
    update(letters)
    .values(tries=letters.c.tries + 1, next_try_at=bindparam("lease_ends", type_=DateTime(timezone=True)))
    .where(letters.c.id == _due)
    .returning(
        letters.c.id, letters.c.kind, letters.c.account_id, letters.c.address, letters.c.created_at, letters.c.tries
    )
)
_POSTPONE = compiled(
    update(letters)
    .values(next_try_at=bindparam("next_try", type_=DateTime(timezone=True)))
    .where(letters.c.id == _LETTER, letters.c.sent_at.is_(None))
)
_DROP = compiled(delete(letters).where(letters.c.id == _LETTER))
_SENT = compiled(
    update(letters)
    .values(sent_at=_NOW, sent_to=bindparam("mailbox", type_=Text), account_id=_ACCOUNT, address=None)
    .where(letters.c.id == _LETTER)
)
_COUNT_SENT = compiled(
    select(func.count())
    .select_from(letters)
    .where(
        letters.c.sent_to == bindparam("mailbox", type_=Text),
        letters.c.kind == bindparam("about", type_=Text),
        letters.c.sent_at > bindparam("since", type_=DateTime(timezone=True)),
    )
)
_FORGET_SENT = compiled(delete(letters).where(letters.c.sent_at < bindparam("before", type_=DateTime(timezone=True))))
_FORGET_TOKENS = compiled(
    delete(letter_tokens).where(letter_tokens.c.expires_at < bindparam("before", type_=DateTime(timezone=True)))
)
_FORGET_LETTERS_OF = compiled(delete(letters).where(letters.c.account_id == _ACCOUNT))
_FORGET_TOKENS_OF = compiled(delete(letter_tokens).where(letter_tokens.c.account_id == _ACCOUNT))

_INSERT_TOKEN = compiled(
    insert(letter_tokens).values(
        token_hash=bindparam("new_hash", type_=LargeBinary),
        account_id=_ACCOUNT,
        purpose=bindparam("good_for", type_=Text),
        address=bindparam("to_address", type_=Text),
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
    )
)
_VOID_TOKENS = compiled(
    update(letter_tokens)
    .values(used_at=_NOW)
    .where(
        letter_tokens.c.account_id == _ACCOUNT,
        letter_tokens.c.purpose == func.any(bindparam("good_for", type_=ARRAY(Text))),
        letter_tokens.c.used_at.is_(None),
    )
)
_USE_TOKEN = compiled(
    update(letter_tokens)
    .values(used_at=_NOW)
    .where(
        letter_tokens.c.token_hash == bindparam("presented_hash", type_=LargeBinary),
        letter_tokens.c.purpose == func.any(bindparam("good_for", type_=ARRAY(Text))),
        letter_tokens.c.used_at.is_(None),
        letter_tokens.c.expires_at > _NOW,
    )
    .returning(letter_tokens.c.account_id, letter_tokens.c.purpose, letter_tokens.c.address)
)

_READER = select(accounts.c.id, accounts.c.username, accounts.c.email, accounts.c.status, accounts.c.email_verified_at)
_READER_BY_ID = compiled(_READER.where(accounts.c.id == _ACCOUNT))
_OWNER_OF = compiled(_READER.where(accounts.c.email_folded == bindparam("mailbox", type_=Text), owns_address))
_LATEST_UNVERIFIED = compiled(
    _READER.where(
        accounts.c.email_folded == bindparam("mailbox", type_=Text),
        accounts.c.email_verified_at.is_(None),
        accounts.c.status != "refused",
    )
    .order_by(accounts.c.created_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A letter that this process is to send before its lease ends."""

    id: UUID
    kind: LetterKind
    account_id: UUID | None
    address: str | None
    created_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter may be for."""

    account_id: UUID
    username: str
    email: str
    status: str
    is_verified: bool


async def queue_letter(
    connection: Connection,
    letter_id: UUID,
    kind: LetterKind,
    account_id: UUID | None,
    address: str | None,
    now: datetime,
) -> None:
    await connection.execute(_QUEUE, letter=letter_id, about=kind, account=account_id, to_address=address, now=now)


async def lease_letter(pool: Pool, now: datetime, lease: timedelta) -> QueuedLetter | None:
    """The letter that has waited longest; nobody else gets it before the lease ends."""
    row = await pool.fetch_row(_LEASE, now=now, lease_ends=now + lease)
    if row is None:
        return None
    return QueuedLetter(
        row["id"], LetterKind(row["kind"]), row["account_id"], row["address"], row["created_at"], row["tries"]
    )


async def postpone(pool: Pool, letter_id: UUID, next_try: datetime) -> None:
    await pool.execute(_POSTPONE, letter=letter_id, next_try=next_try)


async def drop(pool: Pool, letter_id: UUID) -> None:
    await pool.execute(_DROP, letter=letter_id)


async def note_sent(pool: Pool, letter_id: UUID, account_id: UUID, mailbox: str, now: datetime) -> None:
    await pool.execute(_SENT, letter=letter_id, account=account_id, mailbox=mailbox, now=now)


async def count_sent(connection: Connection, mailbox: str, kind: LetterKind, since: datetime) -> int:
    count: int = await connection.fetch_value(_COUNT_SENT, mailbox=mailbox, about=kind, since=since)
    return count


async def forget_old(pool: Pool, sent_before: datetime, expired_before: datetime) -> None:
    await pool.execute(_FORGET_SENT, before=sent_before)
    await pool.execute(_FORGET_TOKENS, before=expired_before)


async def forget_account(connection: Connection, account_id: UUID) -> None:
    await connection.execute(_FORGET_LETTERS_OF, account=account_id)
    await connection.execute(_FORGET_TOKENS_OF, account=account_id)


async def insert_token(
    connection: Connection, hashed: bytes, account_id: UUID, purpose: Purpose, address: str, expires: datetime
) -> None:
    await connection.execute(
        _INSERT_TOKEN, new_hash=hashed, account=account_id, good_for=purpose, to_address=address, expires=expires
    )


async def void_tokens(connection: Connection, account_id: UUID, purposes: list[Purpose], now: datetime) -> None:
    await connection.execute(_VOID_TOKENS, account=account_id, good_for=purposes, now=now)


async def use_token(connection: Connection, hashed: bytes, purposes: list[Purpose], now: datetime) -> UsedToken | None:
    """Whose token it is; once, and not after its time."""
    row = await connection.fetch_row(_USE_TOKEN, presented_hash=hashed, good_for=purposes, now=now)
    return None if row is None else UsedToken(row["account_id"], Purpose(row["purpose"]), row["address"])


async def find_reader(connection: Connection, account_id: UUID) -> Reader | None:
    return _reader(await connection.fetch_row(_READER_BY_ID, account=account_id))


async def find_owner(connection: Connection, mailbox: str) -> Reader | None:
    """Whose address it is."""
    return _reader(await connection.fetch_row(_OWNER_OF, mailbox=mailbox))


async def find_unverified(connection: Connection, mailbox: str) -> Reader | None:
    """Who said last that it is theirs, and has not shown it."""
    return _reader(await connection.fetch_row(_LATEST_UNVERIFIED, mailbox=mailbox))


def _reader(row: Row | None) -> Reader | None:
    if row is None:
        return None
    return Reader(row["id"], row["username"], row["email"], row["status"], row["email_verified_at"] is not None)
