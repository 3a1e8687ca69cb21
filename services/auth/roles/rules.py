"""Which roles there are to give, and what who gives them must have."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.errors import FieldError, Kind, ServiceError
from shared.identity.decisions import Grant, permissions_in
from shared.identity.permissions import BUILT_IN_ROLES, CATALOGUE, Permission
from shared.identity.places import Resource, Scope

PERMISSION_PATTERN = r"^[a-z-]+:[a-z-]+$"
ROLE_PATTERN = r"^[a-z][a-z0-9-]{1,29}$"


@dataclass(frozen=True, slots=True)
class WantedGrant:
    """A role for an account, in one community, on one resource or in the whole territory, until then or for good."""

    account_id: UUID
    role: str
    community_id: UUID | None = None
    expires_at: datetime | None = None
    resource: Resource | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it counts in the whole territory."""
        return self.community_id is None and self.resource is None


def unknown_role(known: Collection[str]) -> ServiceError:
    """422, naming those that there are."""
    detail = f"There is no such role; there are {', '.join(sorted(known))}."
    return ServiceError(Kind.INVALID, "unknown-role", detail)


def permissions_named(names: Collection[str]) -> frozenset[Permission]:
    """The permissions of these names. Raises: invalid `unknown-permission`."""
    known = {permission.value: permission for permission in Permission}
    if set(names) - known.keys():
        fault = FieldError("/permissions", "unknown-permission", f"There are {', '.join(sorted(known))}.")
        raise ServiceError(Kind.INVALID, fault.code, "A permission does not exist.", errors=[fault])
    return frozenset(known[name] for name in names)


def require_own_name(name: str) -> None:
    """A role that every territory has is not the territory's to change. Raises: conflict `role-built-in`."""
    if name in BUILT_IN_ROLES or name == "citizen":
        raise ServiceError(Kind.CONFLICT, "role-built-in", "Every territory has this role; choose another name.")


def require_held(own: Collection[Grant], given: Collection[Permission], scope: Scope, now: datetime) -> None:
    """Nobody gives what they do not have there themself. Raises: forbidden `permission-not-held`."""
    missing = set(given) - permissions_in(own, scope, now)
    if missing:
        names = ", ".join(sorted(missing))
        raise ServiceError(Kind.FORBIDDEN, "permission-not-held", f"You do not have what you would give: {names}.")


def require_grantable(permissions: Collection[Permission], wanted: WantedGrant) -> None:
    """In one community, or on one resource, only what makes sense there.

    Raises: invalid `role-not-for-community`, `role-not-for-resource`.
    """
    described = [CATALOGUE[permission] for permission in permissions]
    fault = None
    if wanted.community_id is not None and not all(each.in_community for each in described):
        fault = FieldError("/community_id", "role-not-for-community", "This role is for the whole territory.")
    if wanted.resource is not None and not all(each.on_resource for each in described):
        fault = FieldError("/resource", "role-not-for-resource", "This role is for more than one resource.")
    if fault is not None:
        raise ServiceError(Kind.INVALID, fault.code, fault.detail, errors=[fault])


def require_future(expires_at: datetime | None, now: datetime) -> None:
    """A grant ends later than it begins. Raises: invalid `expiry-past`."""
    if expires_at is not None and expires_at <= now:
        fault = FieldError("/expires_at", "expiry-past", "This time is over.")
        raise ServiceError(Kind.INVALID, fault.code, fault.detail, errors=[fault])


def last_admin() -> ServiceError:
    """409: afterwards nobody could give a role."""
    return ServiceError(Kind.CONFLICT, "last-admin", "This is the territory's last admin for good.")
