"""What a profile may be changed to."""

from dataclasses import dataclass, replace

from shared.errors import Kind, ServiceError


@dataclass(frozen=True, slots=True)
class Link:
    """A page that a citizen points to."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Face:
    """The part of a profile that its owner writes."""

    display_name: str
    bio: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What the owner wants to be different; None leaves a thing as it is."""

    display_name: str | None = None
    bio: str | None = None
    links: tuple[Link, ...] | None = None


def changed_face(face: Face, change: Change) -> Face:
    """The face after the change."""
    return replace(
        face,
        display_name=face.display_name if change.display_name is None else change.display_name,
        bio=face.bio if change.bio is None else change.bio,
        links=face.links if change.links is None else change.links,
    )


def require_version(actual: int, expected: int) -> None:
    """Raises: precondition_failed `stale` when the profile was changed since it was read."""
    if actual != expected:
        raise ServiceError(Kind.PRECONDITION_FAILED, "stale", "It has changed since you read it.")
