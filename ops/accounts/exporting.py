"""Reading a territory's accounts as lines."""

import base64
from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from ops.accounts.lines import AccountLine, Header
from services.auth.accounts.tables import accounts
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.second_factors.tables import passkeys, recovery_codes, totp_factors
from services.auth.single_sign_on.tables import linked_identities
from shared.clock import utc_now
from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.statements import compiled

_PAGE = 500
_ACCOUNT = bindparam("account", type_=Uuid)
_ACCOUNTS = compiled(
    select(
        accounts.c.id,
        accounts.c.username,
        accounts.c.email,
        accounts.c.email_verified_at,
        accounts.c.display_name,
        accounts.c.password_hash,
        accounts.c.created_at,
    )
    .where(accounts.c.id > bindparam("after", type_=Uuid), accounts.c.status == "active", accounts.c.kind == "citizen")
    .order_by(accounts.c.id)
    .limit(_PAGE)
)
_APP = compiled(
    select(totp_factors.c.sealed_secret, totp_factors.c.used_step, totp_factors.c.created_at).where(
        totp_factors.c.account_id == _ACCOUNT, totp_factors.c.confirmed_at.is_not(None)
    )
)
_CODES = compiled(
    select(recovery_codes.c.code_hash).where(
        recovery_codes.c.account_id == _ACCOUNT, recovery_codes.c.used_at.is_(None)
    )
)
_PASSKEYS = compiled(
    select(
        passkeys.c.id,
        passkeys.c.credential_id,
        passkeys.c.public_key,
        passkeys.c.sign_count,
        passkeys.c.is_backed_up,
        passkeys.c.name,
        passkeys.c.created_at,
    ).where(passkeys.c.account_id == _ACCOUNT)
)
_LINKS = compiled(
    select(linked_identities.c.issuer, linked_identities.c.subject, linked_identities.c.provider).where(
        linked_identities.c.account_id == _ACCOUNT
    )
)


def header_of(territory: str, seal: FactorSeal) -> Header:
    """The first line."""
    return Header(territory=territory, exported_at=utc_now(), recovery_key=recovery_key(seal))


def recovery_key(seal: FactorSeal) -> str:
    """Tells whether two pods hash recovery codes alike, and nothing of the key."""
    return seal.recovery.of("which key is it", "0").hex()[:16]


async def account_lines(pool: Pool, seal: FactorSeal) -> AsyncIterator[AccountLine]:
    """Every open account of a citizen, in the order of their ids."""
    after = UUID(int=0)
    while page := await pool.fetch(_ACCOUNTS, after=after):
        for row in page:
            yield await _line(pool, seal, row)
        after = page[-1]["id"]


async def _line(pool: Pool, seal: FactorSeal, row: Row) -> AccountLine:
    account_id: UUID = row["id"]
    app = await pool.fetch_row(_APP, account=account_id)
    fields = dict(row.items())
    verified_at = fields.pop("email_verified_at")
    return AccountLine.model_validate(
        {
            **fields,
            "is_email_verified": verified_at is not None,
            "app": None
            if app is None
            else {
                "secret": _text(seal.open(account_id, app["sealed_secret"])),
                "used_step": app["used_step"],
                "created_at": app["created_at"],
            },
            "recovery_hashes": [_text(code["code_hash"]) for code in await pool.fetch(_CODES, account=account_id)],
            "passkeys": [_passkey(key) for key in await pool.fetch(_PASSKEYS, account=account_id)],
            "links": [dict(link.items()) for link in await pool.fetch(_LINKS, account=account_id)],
        }
    )


def _passkey(row: Row) -> dict[str, object]:
    return {
        **dict(row.items()),
        "credential_id": _text(row["credential_id"]),
        "public_key": _text(row["public_key"]),
    }


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
