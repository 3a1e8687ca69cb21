"""What the auth service publishes of who may do what: roles, access tokens of programs, and acting in others' names."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.event import Earlier, Event, Moment


class RoleChange1(BaseModel):
    """Before grants had a scope and an end."""

    model_config = ConfigDict(extra="forbid")

    account_id: UUID
    role: str


class RoleGranted2(BaseModel):
    """Before grants were for resources, too."""

    model_config = ConfigDict(extra="forbid")

    account_id: UUID
    role: str
    community_id: UUID | None = None
    expires_at: Moment | None = None


class RoleRevoked2(BaseModel):
    """The same, taken."""

    model_config = ConfigDict(extra="forbid")

    account_id: UUID
    role: str
    community_id: UUID | None = None


def _without_resource(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "resource": None}


def _without_scope(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "community_id": None, "expires_at": None}


def _in_the_territory(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "community_id": None}


class RoleGranted(Event):
    """In one community, on one resource (`gathering:<id>`), or else in the whole territory; until then, or for good."""

    type: ClassVar = "auth.role.granted"
    schema_version: ClassVar = 3
    category: ClassVar = "account"
    audit_only: ClassVar = True
    earlier: ClassVar = {1: Earlier(RoleChange1, _without_scope), 2: Earlier(RoleGranted2, _without_resource)}

    account_id: UUID
    role: str
    community_id: UUID | None = None
    expires_at: Moment | None = None
    resource: str | None = None


class RoleRevoked(Event):
    """Taken, or over by itself: then the actor is the system."""

    type: ClassVar = "auth.role.revoked"
    schema_version: ClassVar = 3
    category: ClassVar = "account"
    audit_only: ClassVar = True
    earlier: ClassVar = {1: Earlier(RoleChange1, _in_the_territory), 2: Earlier(RoleRevoked2, _without_resource)}

    account_id: UUID
    role: str
    community_id: UUID | None = None
    resource: str | None = None


class RoleDefined(Event):
    """A role of the territory's own, made or changed."""

    type: ClassVar = "auth.role.defined"
    category: ClassVar = "role"
    audit_only: ClassVar = True

    name: str
    permissions: tuple[str, ...]


class RoleRemoved(Event):
    type: ClassVar = "auth.role.removed"
    category: ClassVar = "role"
    audit_only: ClassVar = True

    name: str


class AccessTokenMade(Event):
    type: ClassVar = "auth.access_token.made"
    category: ClassVar = "access_token"
    audit_only: ClassVar = True

    token_id: UUID
    account_id: UUID
    scopes: tuple[str, ...]
    expires_at: Moment


class AccessTokenRevoked(Event):
    type: ClassVar = "auth.access_token.revoked"
    category: ClassVar = "access_token"
    audit_only: ClassVar = True

    token_id: UUID
    account_id: UUID


class ServiceAccountOpened(Event):
    """The account of a program; nothing in it is personal."""

    type: ClassVar = "auth.service_account.opened"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    username: str


class ServiceAccountClosed(Event):
    type: ClassVar = "auth.service_account.closed"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class ImpersonationStarted(Event):
    """The actor acts in the account's name from now on, until the session ends; each event of it names both."""

    type: ClassVar = "auth.impersonation.started"
    category: ClassVar = "session"
    audit_only: ClassVar = True

    session_id: UUID
    account_id: UUID
    impersonator_id: UUID


class ClientAdded(Event):
    """A tool of the pod that may log citizens in."""

    type: ClassVar = "auth.client.added"
    category: ClassVar = "client"
    audit_only: ClassVar = True

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]


class ClientRemoved(Event):
    type: ClassVar = "auth.client.removed"
    category: ClassVar = "client"
    audit_only: ClassVar = True

    client_id: str


class ClientAuthorized(Event):
    """A citizen let a tool log them in."""

    type: ClassVar = "auth.client.authorized"
    category: ClassVar = "client"
    audit_only: ClassVar = True

    client_id: str
    account_id: UUID
    scopes: tuple[str, ...]


EVENTS = (
    ClientAdded,
    ClientRemoved,
    ClientAuthorized,
    RoleGranted,
    RoleRevoked,
    RoleDefined,
    RoleRemoved,
    AccessTokenMade,
    AccessTokenRevoked,
    ServiceAccountOpened,
    ServiceAccountClosed,
    ImpersonationStarted,
)
