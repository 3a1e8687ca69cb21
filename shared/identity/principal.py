"""Who calls."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from shared.identifiers import AccountId, ActorId, SessionId


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified token's account, session and territory. `roles` are what a client may show, never a decision."""

    account_id: AccountId
    session_id: SessionId
    territory: str
    roles: tuple[str, ...]
    aal: str
    issued_at: datetime
    expires_at: datetime

    @property
    def actor(self) -> ActorId:
        """As an event names them."""
        return _actor_of(self.account_id)


@lru_cache(maxsize=10_000)
def _actor_of(account_id: AccountId) -> ActorId:
    return ActorId(str(account_id))
