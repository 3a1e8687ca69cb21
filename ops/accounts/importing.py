"""Opening accounts from lines."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, LargeBinary, Text, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from ops.accounts.lines import AccountLine, AppLine, LinkLine, PasskeyLine
from services.auth.accounts.commands import put_on_record
from services.auth.accounts.tables import accounts
from services.auth.letters.mailbox import folded_email
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.second_factors.tables import passkeys, recovery_codes, totp_factors
from services.auth.sign_up.rules import Status
from services.auth.single_sign_on.tables import linked_identities
from shared.database.statements import compiled
from shared.events.unit_of_work import UnitOfWork

_ACCOUNT = bindparam("account", type_=Uuid)
_MADE = bindparam("made", type_=DateTime(timezone=True))
_NOW = bindparam("now", type_=DateTime(timezone=True))

_INSERT = compiled(
    insert(accounts)
    .values(
        id=_ACCOUNT,
        username=bindparam("name", type_=Text),
        email=bindparam("address", type_=Text),
        email_folded=bindparam("mailbox", type_=Text),
        email_verified_at=bindparam("verified_at", type_=DateTime(timezone=True)),
        display_name=bindparam("shown_name", type_=Text),
        password_hash=bindparam("hashed", type_=Text),
        created_at=_MADE,
        updated_at=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(accounts.c.id)
)
_EXISTS = compiled(select(accounts.c.id).where(accounts.c.id == _ACCOUNT))
_INSERT_APP = compiled(
    insert(totp_factors).values(
        account_id=_ACCOUNT,
        sealed_secret=bindparam("sealed", type_=LargeBinary),
        created_at=_MADE,
        confirmed_at=_NOW,
        used_step=bindparam("step", type_=BigInteger),
    )
)
_INSERT_CODE = compiled(
    insert(recovery_codes).values(account_id=_ACCOUNT, code_hash=bindparam("code", type_=LargeBinary))
)
_INSERT_PASSKEY = compiled(
    insert(passkeys)
    .values(
        id=bindparam("passkey", type_=Uuid),
        account_id=_ACCOUNT,
        credential_id=bindparam("credential", type_=LargeBinary),
        public_key=bindparam("public", type_=LargeBinary),
        sign_count=bindparam("count", type_=BigInteger),
        is_backed_up=bindparam("backed_up", type_=Boolean),
        name=bindparam("called", type_=Text),
        created_at=_MADE,
    )
    .on_conflict_do_nothing()
)
_INSERT_LINK = compiled(
    insert(linked_identities)
    .values(
        issuer=bindparam("at_issuer", type_=Text),
        subject=bindparam("as_subject", type_=Text),
        provider=bindparam("at_provider", type_=Text),
        account_id=_ACCOUNT,
        linked_at=_NOW,
        used_at=_NOW,
    )
    .on_conflict_do_nothing()
)


class Outcome(StrEnum):
    """What became of a line."""

    OPENED = "opened"
    KNOWN = "known"
    TAKEN = "taken"


async def open_from_line(work: UnitOfWork, line: AccountLine, seal: FactorSeal, *, with_recovery: bool) -> Outcome:
    """Open an account under its own id; what is there already stays as it is."""
    if await work.connection.fetch_row(_EXISTS, account=line.id) is not None:
        return Outcome.KNOWN
    row = await work.connection.fetch_row(
        _INSERT,
        account=line.id,
        name=line.username,
        address=line.email,
        mailbox=folded_email(line.email),
        verified_at=work.now if line.is_email_verified else None,
        shown_name=line.display_name,
        hashed=line.password_hash,
        made=line.created_at,
        now=work.now,
    )
    if row is None:
        return Outcome.TAKEN
    if line.app is not None:
        await _insert_app(work, line.id, line.app, seal)
    for code in line.recovery_hashes if with_recovery else ():
        await work.connection.execute(_INSERT_CODE, account=line.id, code=code)
    for passkey in line.passkeys:
        await _insert_passkey(work, line.id, passkey)
    for link in line.links:
        await _insert_link(work, line.id, link)
    await put_on_record(work, line.id, Status.ACTIVE)
    return Outcome.OPENED


async def _insert_app(work: UnitOfWork, account_id: UUID, app: AppLine, seal: FactorSeal) -> None:
    await work.connection.execute(
        _INSERT_APP,
        account=account_id,
        sealed=seal.seal(account_id, app.secret),
        made=app.created_at,
        now=work.now,
        step=app.used_step,
    )


async def _insert_passkey(work: UnitOfWork, account_id: UUID, passkey: PasskeyLine) -> None:
    await work.connection.execute(
        _INSERT_PASSKEY,
        passkey=passkey.id,
        account=account_id,
        credential=passkey.credential_id,
        public=passkey.public_key,
        count=passkey.sign_count,
        backed_up=passkey.is_backed_up,
        called=passkey.name,
        made=passkey.created_at,
    )


async def _insert_link(work: UnitOfWork, account_id: UUID, link: LinkLine) -> None:
    await work.connection.execute(
        _INSERT_LINK,
        at_issuer=link.issuer,
        as_subject=link.subject,
        at_provider=link.provider,
        account=account_id,
        now=work.now,
    )
