"""Where a grant counts, and where something is to be done: a territory, one community of it, or one thing in one."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from typing_extensions import override

from shared.identifiers import parse_id

RESOURCE_PATTERN = r"^(post|gathering):[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class ResourceKind(StrEnum):
    """What a role may be granted on alone."""

    POST = "post"
    GATHERING = "gathering"


@dataclass(frozen=True, slots=True)
class Resource:
    """One of them; `gathering:0198…` in text."""

    kind: ResourceKind
    id: UUID

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def parse_resource(text: str) -> Resource | None:
    """The resource that a text names, None where it names none."""
    kind, _, id_text = text.partition(":")
    found = parse_id(id_text)
    is_kind = kind in ResourceKind.__members__.values()
    return Resource(ResourceKind(kind), found) if found is not None and is_kind else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Of a grant, the widest that it says and nothing around it; of what is asked, all that it lies in."""

    territory: str
    community_id: UUID | None = None
    resource: Resource | None = None

    def covers(self, asked: "Scope") -> bool:
        """All is compared whole: what is granted in CA says nothing of HAIDA-FN-CA, nor the other way round.

        A grant on a resource names no community, and says nothing of any.
        """
        if self.territory != asked.territory:
            return False
        if self.resource is not None:
            return self.resource == asked.resource
        return self.community_id in (None, asked.community_id)
