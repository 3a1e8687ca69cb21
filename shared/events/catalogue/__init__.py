"""Every event type there is. Payloads only grow: a new shape is a new `schema_version`, never a changed one."""

from shared.events.catalogue import auth, community, event, user
from shared.events.event import Event

EVENTS: dict[str, type[Event]] = {
    published.type: published for service in (auth, community, event, user) for published in service.EVENTS
}
