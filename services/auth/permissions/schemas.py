"""Decisions on permissions, as they are shown."""

from pydantic import BaseModel

from shared.clock import format_time
from shared.identity.decisions import Decision, Grant
from shared.identity.permissions import CATALOGUE, Permission
from shared.web.formats import IdText, TimeText


class DecidingGrant(BaseModel):
    """The grant that a decision is about."""

    id: IdText
    role: str
    territory: str
    community_id: IdText | None
    resource: str | None
    expires_at: TimeText | None


class DecisionAnswer(BaseModel):
    """Whether a permission is held, and the rule that says so."""

    permission: str
    description: str
    allowed: bool
    rule: str
    grant: DecidingGrant | None


class PermissionListAnswer(BaseModel):
    items: list[DecisionAnswer]
    next_cursor: str | None


def decision_fields(permission: Permission, decision: Decision) -> dict[str, object]:
    """As `DecisionAnswer` shows it."""
    return {
        "permission": permission.value,
        "description": CATALOGUE[permission].text,
        "allowed": decision.is_allowed,
        "rule": decision.rule.value,
        "grant": _grant_fields(decision.grant) if decision.grant else None,
    }


def _grant_fields(grant: Grant) -> dict[str, object]:
    return {
        "id": str(grant.id),
        "role": grant.role,
        "territory": grant.scope.territory,
        "community_id": str(grant.scope.community_id) if grant.scope.community_id else None,
        "resource": str(grant.scope.resource) if grant.scope.resource else None,
        "expires_at": format_time(grant.expires_at) if grant.expires_at else None,
    }
