"""Which events become documents, and how."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.search.engines.engine import Document
from shared.events.catalogue.community import CommunityCreated, PostCreated
from shared.events.catalogue.event import PersonErased
from shared.events.catalogue.user import ProfileCreated, ProfileUpdated
from shared.events.envelope import StoredEvent

INDEXED = frozenset(
    event.type for event in (CommunityCreated, PostCreated, ProfileCreated, ProfileUpdated, PersonErased)
)


def document_of(event: StoredEvent, data: Mapping[str, Any]) -> Document | None:
    """The document that an event of revealed data makes; an erased person's text is empty, which removes it."""
    match event.type:
        case CommunityCreated.type:
            community_id = UUID(data["community_id"])
            return Document("community", community_id, community_id, data["name"], data["description"])
        case PostCreated.type:
            title, body = data["title"] or "", data["body"] or ""
            return Document("post", UUID(data["post_id"]), UUID(data["community_id"]), title, body)
        case ProfileCreated.type | ProfileUpdated.type:
            return Document("person", UUID(data["account_id"]), None, _name(data), data.get("bio") or "")
        case _:
            return None


def _name(data: Mapping[str, Any]) -> str:
    """Both names, once where they are the same."""
    names = dict.fromkeys(name for name in (data["display_name"], data["username"]) if name)
    return " · ".join(names)
