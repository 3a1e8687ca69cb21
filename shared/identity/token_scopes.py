"""Access tokens of programs: opaque, long-lived, of a person or of a service account, for no more than their scopes."""

from shared.errors import Kind, ServiceError
from shared.identity.opaque_tokens import random_token
from shared.identity.principal import Principal

PREFIX = "upat_"
"""By which a token that was published by mistake is recognised."""
READ = "read"
WRITE = "write"
_PARTS = 3
_SAFE = frozenset(("GET", "HEAD"))


def new_access_token(territory: str) -> str:
    """A token of 256 random bits that names its territory: `upat_DK_…`."""
    return f"{PREFIX}{territory}_{random_token()}"


def is_access_token(token: str) -> bool:
    """Whether it looks like one of a program; others are JWTs."""
    return token.startswith(PREFIX)


def named_territory(token: str) -> str | None:
    """The territory that such a token names; it grants nothing."""
    parts = token.split("_", _PARTS - 1)
    return parts[1] if len(parts) == _PARTS and parts[1] else None


def require_method(principal: Principal, method: str) -> None:
    """Go on when the token may be used for this. Raises: forbidden `token-scope`."""
    wanted = {READ, WRITE} if method in _SAFE else {WRITE}
    if principal.scopes is not None and not principal.scopes & wanted:
        raise out_of_scope(READ if method in _SAFE else WRITE)


def out_of_scope(scope: str) -> ServiceError:
    """403: the token was made without it."""
    return ServiceError(Kind.FORBIDDEN, "token-scope", f"The access token was made without the scope {scope}.")


def require_person(principal: Principal, method: str) -> None:
    """Go on unless a program, or somebody in another's name, would change an account.

    Raises: forbidden `person-required`.
    """
    if method not in _SAFE and (principal.scopes is not None or principal.impersonator is not None):
        raise only_in_person()


def only_in_person() -> ServiceError:
    """403: it is the owner's own to do."""
    return ServiceError(Kind.FORBIDDEN, "person-required", "This is for the account's owner alone: log in.")
