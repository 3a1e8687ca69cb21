"""The SQL with which second factors are set up, used and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.auth.accounts.tables import accounts
from services.auth.second_factors.tables import factor_failures, passkeys, recovery_codes, totp_factors
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))

# Codes of one account are tried one after the other.
_LOCK = compiled(select(accounts.c.id).where(accounts.c.id == _ACCOUNT).with_for_update(key_share=True))
_FIND = compiled(
    select(
        totp_factors.c.sealed_secret,
        totp_factors.c.confirmed_at,
        totp_factors.c.used_step,
        factor_failures.c.failures,
        factor_failures.c.blocked_until,
    )
    .select_from(
        accounts.outerjoin(totp_factors, totp_factors.c.account_id == accounts.c.id).outerjoin(
            factor_failures, factor_failures.c.account_id == accounts.c.id
        )
    )
    .where(accounts.c.id == _ACCOUNT)
)
_BEGIN = compiled(
    insert(totp_factors)
    .values(account_id=_ACCOUNT, sealed_secret=bindparam("sealed", type_=LargeBinary), created_at=_NOW, used_step=0)
    .on_conflict_do_update(
        index_elements=["account_id"],
        set_={"sealed_secret": bindparam("sealed", type_=LargeBinary), "created_at": _NOW, "used_step": 0},
        where=totp_factors.c.confirmed_at.is_(None),
    )
    .returning(totp_factors.c.account_id)
)
_USE = compiled(
    update(totp_factors)
    .values(
        used_step=bindparam("step", type_=BigInteger), confirmed_at=func.coalesce(totp_factors.c.confirmed_at, _NOW)
    )
    .where(totp_factors.c.account_id == _ACCOUNT)
)
_REMOVE = compiled(
    delete(totp_factors)
    .where(totp_factors.c.account_id == _ACCOUNT, totp_factors.c.confirmed_at.is_not(None))
    .returning(totp_factors.c.account_id)
)
_FAIL = compiled(
    insert(factor_failures)
    .values(
        account_id=_ACCOUNT,
        failures=bindparam("times", type_=Integer),
        blocked_until=bindparam("wait_until", type_=DateTime(timezone=True)),
    )
    .on_conflict_do_update(
        index_elements=["account_id"],
        set_={
            "failures": bindparam("times", type_=Integer),
            "blocked_until": bindparam("wait_until", type_=DateTime(timezone=True)),
        },
    )
)
_FORGIVE = compiled(delete(factor_failures).where(factor_failures.c.account_id == _ACCOUNT))
_DROP_CODES = compiled(delete(recovery_codes).where(recovery_codes.c.account_id == _ACCOUNT))
_PUT_CODES = compiled(
    insert(recovery_codes).from_select(
        ["account_id", "code_hash"], select(_ACCOUNT, func.unnest(bindparam("hashes", type_=ARRAY(LargeBinary))))
    )
)
_USE_CODE = compiled(
    update(recovery_codes)
    .values(used_at=_NOW)
    .where(
        recovery_codes.c.account_id == _ACCOUNT,
        recovery_codes.c.code_hash == bindparam("hashed", type_=LargeBinary),
        recovery_codes.c.used_at.is_(None),
    )
    .returning(recovery_codes.c.account_id)
)
_PASSKEYS = compiled(select(func.count()).select_from(passkeys).where(passkeys.c.account_id == _ACCOUNT))


@dataclass(frozen=True, slots=True)
class AppFactor:
    """An authenticator app as it stands, and the wrong codes before; `sealed_secret` is None where there is none."""

    sealed_secret: bytes | None
    is_confirmed: bool
    used_step: int
    failures: int
    blocked_until: datetime | None


async def lock_factor(connection: Connection, account_id: UUID) -> AppFactor:
    """The account's app; nobody else tries a code of the account until the commit."""
    await connection.execute(_LOCK, account=account_id)
    row = await connection.fetch_row(_FIND, account=account_id)
    if row is None:
        return AppFactor(None, is_confirmed=False, used_step=0, failures=0, blocked_until=None)
    return AppFactor(
        row["sealed_secret"],
        row["confirmed_at"] is not None,
        row["used_step"] or 0,
        row["failures"] or 0,
        row["blocked_until"],
    )


async def put_secret(connection: Connection, account_id: UUID, sealed: bytes, now: datetime) -> bool:
    """Whether it is the one to be confirmed now; False when one is confirmed already."""
    return await connection.fetch_row(_BEGIN, account=account_id, sealed=sealed, now=now) is not None


async def use_step(connection: Connection, account_id: UUID, step: int, now: datetime) -> None:
    """Take the code of a step, which also confirms the app."""
    await connection.execute(_USE, account=account_id, step=step, now=now)


async def use_recovery_code(connection: Connection, account_id: UUID, hashed: bytes, now: datetime) -> bool:
    """Whether there was an unused one."""
    return await connection.fetch_row(_USE_CODE, account=account_id, hashed=hashed, now=now) is not None


async def note_failure(connection: Connection, account_id: UUID, failures: int, blocked_until: datetime) -> None:
    await connection.execute(_FAIL, account=account_id, times=failures, wait_until=blocked_until)


async def forgive_failures(connection: Connection, account_id: UUID) -> None:
    await connection.execute(_FORGIVE, account=account_id)


async def replace_recovery_codes(connection: Connection, account_id: UUID, hashes: Sequence[bytes]) -> None:
    await connection.execute(_DROP_CODES, account=account_id)
    await connection.execute(_PUT_CODES, account=account_id, hashes=list(hashes))


async def remove_app(connection: Connection, account_id: UUID) -> bool:
    """Remove the app and the recovery codes; whether there was a confirmed one."""
    removed = await connection.fetch_row(_REMOVE, account=account_id) is not None
    if removed:
        await connection.execute(_DROP_CODES, account=account_id)
    return removed


async def count_passkeys(connection: Connection, account_id: UUID) -> int:
    count: int = await connection.fetch_value(_PASSKEYS, account=account_id)
    return count
