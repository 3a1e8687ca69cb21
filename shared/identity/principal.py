"""Who calls."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from shared.identifiers import AccountId, ActorId, SessionId

AAL1 = "aal1"
"""Authenticated by one factor (NIST SP 800-63B-4 §2)."""
AAL2 = "aal2"
"""And by a second one, lately."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified token's account, session and territory. `roles` are what a client may show, never a decision.

    `kid` names the key that signed the token. A program's access token has none: `scopes` are what it may be
    used for, and at `look_again_at` it is looked up again. `impersonator` is who acts in the account's name.
    """

    account_id: AccountId
    session_id: SessionId
    territory: str
    roles: tuple[str, ...]
    aal: str
    issued_at: datetime
    expires_at: datetime
    kid: str | None = None
    scopes: frozenset[str] | None = None
    look_again_at: datetime | None = None
    impersonator: AccountId | None = None

    @property
    def actor(self) -> ActorId:
        """As an event names them."""
        return _actor_of(self.account_id)


@lru_cache(maxsize=10_000)
def _actor_of(account_id: AccountId) -> ActorId:
    return ActorId(str(account_id))
