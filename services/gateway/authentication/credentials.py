"""The bearer token of a request, if it has one."""

from collections.abc import Iterable

from shared.errors import Kind, ServiceError
from shared.identity.principal import Principal
from shared.identity.tokens import refused

_SCHEME = b"bearer "


def bearer_token(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The token of the one Authorization header.

    Raises:
        ServiceError: malformed `bad-request`, the header stands twice; unauthenticated `token-malformed`, it holds no
            bearer token.
    """
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        return None
    if len(values) > 1:
        raise ServiceError(Kind.MALFORMED, "bad-request", "The Authorization header stands twice.")
    scheme, token = values[0][: len(_SCHEME)], values[0][len(_SCHEME) :].strip()
    if scheme.lower() != _SCHEME or not token:
        raise refused("token-malformed", "The Authorization header must be a bearer token.")
    return token.decode("latin-1")


def require_token(principal: Principal | None, *, is_needed: bool) -> None:
    """Go on only with who must be known.

    Raises:
        ServiceError: unauthenticated `token-missing`.
    """
    if is_needed and principal is None:
        raise refused("token-missing", "Log in first.")
