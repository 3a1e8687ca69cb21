"""What an access token of a program may be made for."""

from collections.abc import Collection
from datetime import timedelta

from shared.errors import FieldError, Kind, ServiceError
from shared.identity.permissions import Permission
from shared.identity.token_scopes import READ, WRITE

LONGEST_LIFE = timedelta(days=366)
MOST_TOKENS = 50
SCOPES = (READ, WRITE, *(permission.value for permission in Permission))


def require_known_scopes(scopes: Collection[str]) -> None:
    """Raises: invalid `unknown-scope`."""
    if unknown := set(scopes) - set(SCOPES):
        fault = FieldError("/scopes", "unknown-scope", f"There are {', '.join(SCOPES)}.")
        detail = f"{len(unknown)} of the scopes do not exist."
        raise ServiceError(Kind.INVALID, "unknown-scope", detail, errors=[fault])


def require_held_scopes(scopes: Collection[str], held: Collection[Permission]) -> None:
    """Nobody makes a token for more than they may themself. Raises: forbidden `permission-not-held`."""
    missing = set(scopes) - {READ, WRITE} - {permission.value for permission in held}
    if missing:
        detail = f"You do not have what you would give: {', '.join(sorted(missing))}."
        raise ServiceError(Kind.FORBIDDEN, "permission-not-held", detail)


def too_many() -> ServiceError:
    """409: some are to be revoked first."""
    return ServiceError(Kind.CONFLICT, "too-many-access-tokens", f"An account has at most {MOST_TOKENS} access tokens.")
