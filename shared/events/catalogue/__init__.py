"""Every event type there is. Payloads only grow: a new shape is a new `schema_version`, never a changed one."""

from shared.events.catalogue import access, auth, community, event, factors, user
from shared.events.event import Event

EVENTS: dict[str, type[Event]] = {
    published.type: published
    for service in (access, auth, factors, community, event, user)
    for published in service.EVENTS
}
