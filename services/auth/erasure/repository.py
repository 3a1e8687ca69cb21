"""Blanking the account of an erased person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, select, update

from services.auth.access_tokens.tables import access_tokens
from services.auth.accounts.tables import accounts
from services.auth.delays.tables import known_networks
from services.auth.identity_provider.tables import authorization_codes
from services.auth.roles.tables import role_grants
from services.auth.second_factors.tables import factor_failures, passkeys, recovery_codes, totp_factors
from services.auth.sessions.tables import refresh_tokens, sessions
from services.auth.single_sign_on.tables import linked_identities
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_BLANK = compiled(
    update(accounts)
    .values(
        username=bindparam("new_name", type_=Text),
        email="",
        # Nobody's mailbox, and different from every other account's.
        email_folded=bindparam("new_name", type_=Text),
        email_verified_at=None,
        application="",
        display_name=bindparam("shown_name", type_=Text),
        password_hash="",
        status="disabled",
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .where(accounts.c.id == _ACCOUNT)
)
_theirs = select(sessions.c.id).where(sessions.c.account_id == _ACCOUNT)
_FORGET_NETWORKS = compiled(delete(known_networks).where(known_networks.c.account_id == _ACCOUNT))
_FORGET_DEVICES = compiled(update(sessions).values(user_agent="").where(sessions.c.account_id == _ACCOUNT))
_FORGET_LINKS = compiled(delete(linked_identities).where(linked_identities.c.account_id == _ACCOUNT))
_FORGET_TOKENS = compiled(delete(refresh_tokens).where(refresh_tokens.c.session_id.in_(_theirs)))
_FORGET_APP = compiled(delete(totp_factors).where(totp_factors.c.account_id == _ACCOUNT))
_FORGET_CODES = compiled(delete(recovery_codes).where(recovery_codes.c.account_id == _ACCOUNT))
_FORGET_PASSKEYS = compiled(delete(passkeys).where(passkeys.c.account_id == _ACCOUNT))
_FORGET_FAILURES = compiled(delete(factor_failures).where(factor_failures.c.account_id == _ACCOUNT))
_FORGET_ACCESS = compiled(delete(access_tokens).where(access_tokens.c.account_id == _ACCOUNT))
_FORGET_CODES_OF_TOOLS = compiled(delete(authorization_codes).where(authorization_codes.c.account_id == _ACCOUNT))
_FORGET_ROLES = compiled(delete(role_grants).where(role_grants.c.account_id == _ACCOUNT))


_FORGET = (
    _FORGET_DEVICES,
    _FORGET_NETWORKS,
    _FORGET_LINKS,
    _FORGET_TOKENS,
    _FORGET_ROLES,
    _FORGET_ACCESS,
    _FORGET_CODES_OF_TOOLS,
    _FORGET_APP,
    _FORGET_CODES,
    _FORGET_PASSKEYS,
    _FORGET_FAILURES,
)


async def blank_account(
    connection: Connection, account_id: UUID, username: str, shown_name: str, now: datetime
) -> None:
    """Nobody can log in to it again."""
    await connection.execute(_BLANK, account=account_id, new_name=username, shown_name=shown_name, now=now)


async def forget_access(connection: Connection, account_id: UUID) -> None:
    """Devices, networks, linked logins, refresh tokens, roles, access tokens and second factors."""
    for statement in _FORGET:
        await connection.execute(statement, account=account_id)
