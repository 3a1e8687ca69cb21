"""The catalogue of permissions, and the roles that a territory has from the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """All there are."""

    APPEND_EVENTS = "events:append"
    READ_ALL_EVENTS = "events:read-all"
    OPERATE_EVENTS = "events:operate"
    ERASE_PERSONS = "persons:erase"
    READ_AUDIT = "audit:read"
    MODERATE = "content:moderate"
    GRANT_ROLES = "roles:grant"
    MANAGE_SERVICES = "services:manage"
    IMPERSONATE = "accounts:impersonate"
    MANAGE_ACCOUNTS = "accounts:manage"


@dataclass(frozen=True, slots=True)
class Described:
    """What a permission allows; whether a role that holds it may be granted in one community alone, or on one
    resource; and whether it wants a second factor of whoever has one.
    """

    text: str
    in_community: bool = False
    on_resource: bool = False
    is_dangerous: bool = False


CATALOGUE: Mapping[Permission, Described] = {
    Permission.APPEND_EVENTS: Described("Append events of the types that are marked external."),
    Permission.READ_ALL_EVENTS: Described("Read the events of everyone."),
    Permission.OPERATE_EVENTS: Described("Handle parked events, projections and neighbours."),
    Permission.ERASE_PERSONS: Described("Erase a person's text for ever.", is_dangerous=True),
    Permission.READ_AUDIT: Described("Read and export the audit list."),
    Permission.MODERATE: Described(
        "Decide on reports, and hide or restore what was written.", in_community=True, on_resource=True
    ),
    Permission.GRANT_ROLES: Described("Make roles, and give and take them.", is_dangerous=True),
    Permission.MANAGE_SERVICES: Described("Open accounts of programs, and make their tokens.", is_dangerous=True),
    Permission.IMPERSONATE: Described("Act in the name of a citizen, on record.", is_dangerous=True),
    Permission.MANAGE_ACCOUNTS: Described(
        "Say on which terms people get in, invite them, let them in, and shut them out."
    ),
}

BUILT_IN_ROLES: Mapping[str, frozenset[Permission]] = {
    "moderator": frozenset({Permission.MODERATE}),
    "auditor": frozenset({Permission.READ_ALL_EVENTS, Permission.READ_AUDIT}),
    "service": frozenset({Permission.APPEND_EVENTS}),
    "admin": frozenset(Permission),
}
"""What each role allows that every territory has; every account has the role `citizen`, which allows nothing more."""


def known_permissions(names: frozenset[str]) -> frozenset[Permission]:
    """Those of the names that stand in the catalogue: a role may name what a later version took away."""
    return frozenset(permission for permission in Permission if permission.value in names)
