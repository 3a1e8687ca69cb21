"""In whose name one may act."""

from collections.abc import Collection

from shared.errors import Kind, ServiceError
from shared.identity.decisions import Grant


def require_reason(reason: str | None) -> None:
    """Raises: invalid `reason-required`."""
    if reason is None:
        raise ServiceError(Kind.INVALID, "reason-required", "Say why, in X-Reason.")


def require_without_roles(grants: Collection[Grant], *, is_service: bool, is_self: bool) -> None:
    """Only in that of a citizen who may no more than others: nobody gets above themself. Raises: forbidden."""
    if grants or is_service or is_self:
        detail = "One acts in the name of another citizen, of one who holds no role."
        raise ServiceError(Kind.FORBIDDEN, "impersonation-refused", detail)
