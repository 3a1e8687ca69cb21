"""The one decision on a permission: from what is granted at the time of the call, never from a token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.clock import utc_now
from shared.identity.permissions import Permission
from shared.identity.places import Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that an account was given, with what that role allows now."""

    id: UUID
    role: str
    permissions: frozenset[Permission]
    scope: Scope
    expires_at: datetime | None

    def lasts(self, now: datetime) -> bool:
        """Whether it counts still."""
        return self.expires_at is None or self.expires_at > now


class Rule(StrEnum):
    """Why something is allowed or not; each but the first names what is missing least."""

    GRANTED = "granted"
    EXPIRED = "expired"
    OTHER_SCOPE = "other-scope"
    NOT_GRANTED = "not-granted"


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule, and the grant that it is about."""

    rule: Rule
    grant: Grant | None = None

    @property
    def is_allowed(self) -> bool:
        return self.rule is Rule.GRANTED


def decide(grants: Collection[Grant], permission: Permission, scope: Scope, now: datetime) -> Decision:
    """Whether who holds these grants has the permission there now; pure."""
    allowing = [grant for grant in grants if permission in grant.permissions]
    covering = [grant for grant in allowing if grant.scope.covers(scope)]
    lasting = [grant for grant in covering if grant.lasts(now)]
    for rule, found in ((Rule.GRANTED, lasting), (Rule.EXPIRED, covering), (Rule.OTHER_SCOPE, allowing)):
        if found:
            return Decision(rule, _longest(found))
    return Decision(Rule.NOT_GRANTED)


def permissions_in(grants: Collection[Grant], scope: Scope, now: datetime) -> frozenset[Permission]:
    """All that these grants allow together there now."""
    counting = (grant.permissions for grant in grants if grant.scope.covers(scope) and grant.lasts(now))
    return frozenset().union(*counting)


def _longest(grants: Collection[Grant]) -> Grant:
    """Of several the one that counts longest."""
    return max(grants, key=lambda grant: (grant.expires_at is None, grant.expires_at, grant.id))


def has_permission(grants: Collection[Grant], permission: Permission, scope: Scope) -> bool:
    """Whether the grants allow it there at this moment."""
    return decide(grants, permission, scope, utc_now()).is_allowed
