"""Which events become documents, and how."""

from collections.abc import Mapping

from services.search.engines.engine import Document
from shared.events.catalogue.community import CommunityCreated, PostCreated
from shared.events.catalogue.event import PersonErased
from shared.events.catalogue.user import ProfileCreated, ProfileUpdated
from shared.events.event import Event

INDEXED: Mapping[str, type[Event]] = {
    event.type: event for event in (CommunityCreated, PostCreated, ProfileCreated, ProfileUpdated, PersonErased)
}
"""Their classes by type."""


def document_of(event: Event) -> Document | None:
    """The document that a revealed event makes; an erased person's text is empty, which removes it."""
    match event:
        case CommunityCreated():
            return Document("community", event.community_id, event.community_id, event.name, event.description)
        case PostCreated():
            return Document("post", event.post_id, event.community_id, event.title or "", event.body or "")
        case ProfileUpdated():
            return Document("person", event.account_id, None, _name(event), event.bio or "")
        case ProfileCreated():
            return Document("person", event.account_id, None, _name(event), "")
        case _:
            return None


def _name(profile: ProfileCreated | ProfileUpdated) -> str:
    """Both names, once where they are the same."""
    names = dict.fromkeys(name for name in (profile.display_name, profile.username) if name)
    return " · ".join(names)
