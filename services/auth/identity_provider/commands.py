"""Registering tools, giving them codes, and exchanging these for tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.auth.access_tokens.commands import issue_to_client, revoke_token
from services.auth.identity_provider import repository
from services.auth.identity_provider.queries import citizen_claims, find_client
from services.auth.identity_provider.repository import Code
from services.auth.identity_provider.rules import (
    ACCESS_LIFETIME,
    CODE_LIFETIME,
    CODE_REMEMBERED,
    Client,
    Wish,
    is_authentic,
    is_verified,
    require_redirect,
    require_redirect_form,
)
from services.auth.identity_provider.tool_credentials import ToolCredentials
from shared.errors import not_found
from shared.events.catalogue.access import ClientAdded, ClientAuthorized, ClientRemoved
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from shared.identity.opaque_tokens import random_token, token_hash


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a tool sends to the token endpoint."""

    credentials: ToolCredentials
    code: str
    redirect_uri: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What a code is worth: an access token, and what the ID token says."""

    access_token: str
    scopes: Sequence[str]
    claims: dict[str, Any]
    session_id: UUID
    aal: str
    nonce: str | None
    client_id: str
    authorized_at: datetime


async def add_client(
    work: UnitOfWork, name: str, redirect_uris: Sequence[str], *, is_public: bool
) -> tuple[str, str | None]:
    """The new tool's id and secret, which is shown this once. Raises: invalid `redirect-refused`."""
    for uri in redirect_uris:
        require_redirect_form(uri)
    client_id = str(new_id())
    secret = None if is_public else random_token()
    hashed = token_hash(secret) if secret is not None else None
    await repository.add_client(work.connection, (client_id, name, hashed), redirect_uris, work.now)
    event = ClientAdded(client_id=client_id, name=name, redirect_uris=tuple(redirect_uris))
    await work.append(f"client-{client_id}", "none", event)
    return client_id, secret


async def remove_client(work: UnitOfWork, client_id: str) -> None:
    """Its codes go with it; the access tokens that it has last a quarter of an hour. Raises: not_found."""
    if not await repository.remove_client(work.connection, client_id):
        raise not_found("client")
    await work.append(f"client-{client_id}", "any", ClientRemoved(client_id=client_id))


class Recognised(Protocol):
    """Who has logged in, in which session and how surely."""

    @property
    def account_id(self) -> UUID: ...
    @property
    def session_id(self) -> UUID: ...
    @property
    def aal(self) -> str: ...


async def authorize(work: UnitOfWork, citizen: Recognised, wish: Wish) -> str:
    """A code for the tool, good once and for a minute. Raises: malformed `client-unknown`, `redirect-unknown`."""
    client = require_redirect(await find_client(work.connection, wish.client_id), wish.redirect_uri)
    value = random_token()
    code = Code(
        client_id=client.id,
        account_id=citizen.account_id,
        session_id=citizen.session_id,
        redirect_uri=wish.redirect_uri,
        scopes=wish.scopes,
        nonce=wish.nonce,
        code_challenge=wish.code_challenge or "",
        aal=citizen.aal,
        created_at=work.now,
        expires_at=work.now + CODE_LIFETIME,
    )
    await repository.put_code(work.connection, token_hash(value), code, work.now - CODE_REMEMBERED)
    event = ClientAuthorized(client_id=client.id, account_id=citizen.account_id, scopes=tuple(wish.scopes))
    await work.append(f"client-{client.id}", "any", event)
    return value


async def exchange(work: UnitOfWork, wanted: Exchange) -> Exchanged | str:
    """What the code is worth, or the OAuth error; a code that comes twice takes its token with it (RFC 9700 §4.14)."""
    client = await find_client(work.connection, wanted.credentials.client_id)
    if client is None or not is_authentic(client, wanted.credentials.secret):
        return "invalid_client"
    hashed = token_hash(wanted.code)
    code = await repository.lock_code(work.connection, hashed)
    if code is None or code.client_id != client.id:
        return "invalid_grant"
    if code.used_at is not None:
        if code.token_id is not None:
            await revoke_token(work, code.account_id, code.token_id)
        return "invalid_grant"
    if not _fits(code, wanted, work.now) or not await repository.is_open(work.connection, code.session_id):
        return "invalid_grant"
    return await _pay_out(work, client, code, hashed)


async def _pay_out(work: UnitOfWork, client: Client, code: Code, hashed: bytes) -> Exchanged:
    made = await issue_to_client(work, code.account_id, client.name, code.scopes, ACCESS_LIFETIME)
    await repository.use_code(work.connection, hashed, made.id, work.now)
    claims = await citizen_claims(work.connection, code.account_id, code.scopes)
    return Exchanged(made.token, code.scopes, claims, code.session_id, code.aal, code.nonce, client.id, code.created_at)


def _fits(code: Code, wanted: Exchange, now: datetime) -> bool:
    """Whether who exchanges is who asked, in time."""
    is_theirs = code.redirect_uri == wanted.redirect_uri and is_verified(wanted.verifier, code.code_challenge)
    return is_theirs and now < code.expires_at
