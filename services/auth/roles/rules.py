"""Which roles there are to give."""

from collections.abc import Collection

from shared.errors import Kind, ServiceError


def require_known_role(role: str, known: Collection[str]) -> None:
    """Raises: invalid `unknown-role`."""
    if role not in known:
        raise ServiceError(
            Kind.INVALID, "unknown-role", f"There is no such role; there are {', '.join(sorted(known))}."
        )
