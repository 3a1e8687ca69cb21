"""What a post is made of, and who may publish one."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Kind, ServiceError, not_found


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post about to be published."""

    id: UUID
    community_id: UUID
    author_id: UUID
    title: str
    body: str
    kind: str
    tags: tuple[str, ...]


def require_member(standing: str | None) -> None:
    """Members write; others are told to join, or that there is nothing.

    Raises:
        ServiceError: not_found `community-not-found`; forbidden `membership-required`.
    """
    if standing is None:
        raise not_found("community")
    if standing == "visitor":
        raise ServiceError(Kind.FORBIDDEN, "membership-required", "Join the community first.")
