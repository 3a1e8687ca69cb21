"""Making, using and revoking invitations."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.auth.invitations import repository
from services.auth.invitations.queries import is_invitation
from services.auth.invitations.rules import invitation_invalid
from shared.errors import not_found
from shared.events.catalogue.auth import InvitationCreated, InvitationRevoked, InvitationUsed
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId, new_id
from shared.identity.opaque_tokens import token_hash

_PREFIX = "upi_"
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new invitation, with the text that is shown this once."""

    id: UUID
    token: str
    max_uses: int
    expires_at: datetime
    note: str


async def create_invitation(
    work: UnitOfWork, creator: AccountId, max_uses: int, expires_at: datetime, note: str
) -> Invitation:
    """Invite one or many; only the hash of the invitation is kept."""
    made = Invitation(new_id(), _PREFIX + secrets.token_urlsafe(_TOKEN_BYTES), max_uses, expires_at, note)
    new = repository.NewInvitation(made.id, token_hash(made.token), creator, note, max_uses, expires_at)
    await repository.insert_invitation(work.connection, new, work.now)
    event = InvitationCreated(invitation_id=made.id, account_id=creator, max_uses=max_uses, expires_at=expires_at)
    await work.append(f"invitation-{made.id}", "none", event)
    return made


async def claim_invitation(work: UnitOfWork, token: str) -> UUID:
    """Take one use of it. Raises: invalid `invitation-unknown`."""
    invitation_id = await repository.use_invitation(work.connection, token_hash(token), work.now)
    if invitation_id is None:
        raise invitation_invalid()
    return invitation_id


async def note_use(work: UnitOfWork, invitation_id: UUID, account_id: UUID) -> None:
    """Put on record who came by it."""
    await repository.note_use(work.connection, invitation_id, account_id, work.now)
    event = InvitationUsed(invitation_id=invitation_id, account_id=account_id)
    await work.append(f"invitation-{invitation_id}", "any", event)


async def is_invited(work: UnitOfWork, account_id: UUID) -> bool:
    """Whether the account was opened by an invitation."""
    return await repository.is_invited(work.connection, account_id)


async def revoke_invitation(work: UnitOfWork, invitation_id: UUID) -> None:
    """Nobody comes by it any more; who has come stays. Raises: not_found `invitation-not-found`."""
    if not await is_invitation(work.connection, invitation_id):
        raise not_found("invitation")
    if await repository.revoke_invitation(work.connection, invitation_id, work.now):
        await work.append(f"invitation-{invitation_id}", "any", InvitationRevoked(invitation_id=invitation_id))
