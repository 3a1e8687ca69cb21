"""Whose account may be shut, and by whom."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shared.errors import Kind, ServiceError
from shared.identity.decisions import Grant, permissions_in
from shared.identity.places import Scope


def require_other(account_id: UUID, own_id: UUID) -> None:
    """Nobody shuts themself out. Raises: forbidden `own-account`."""
    if account_id == own_id:
        raise ServiceError(Kind.FORBIDDEN, "own-account", "One does not disable one's own account.")


def require_not_above(own: Collection[Grant], theirs: Collection[Grant], scope: Scope, now: datetime) -> None:
    """Nobody is shut out by who may less than they. Raises: forbidden `account-above`."""
    more = permissions_in(theirs, scope, now) - permissions_in(own, scope, now)
    if more:
        names = ", ".join(sorted(more))
        raise ServiceError(Kind.FORBIDDEN, "account-above", f"This account may do what you may not: {names}.")
