"""The event catalogue as a document: every type with its fields, and which of them are personal."""

from shared.events import catalogue
from shared.events.event import Event

HEADER = """# Event catalogue

Every event that a territory's store can hold. Fields marked *personal* are stored as `{"person", "cipher"}` under the
key of the person named in the last column. `external` types may be appended over HTTP with the permission
`events:append`; `live` types are sent to those who listen to a channel; `audit only` types have no consumer.
Written by `python -m ops.documentation`.
"""


def render_event_catalogue() -> str:
    """`docs/events.md` as text, a table per publishing service."""
    services: dict[str, list[type[Event]]] = {}
    for event in sorted(catalogue.EVENTS.values(), key=lambda event: event.type):
        services.setdefault(event.type.partition(".")[0], []).append(event)
    return HEADER + "".join(_section(service, events) for service, events in services.items())


def _section(service: str, events: list[type[Event]]) -> str:
    rows = "".join(_row(event) for event in events)
    return f"\n## {service}\n| type | version | stream | data | notes |\n|---|---|---|---|---|\n{rows}"


def _row(event: type[Event]) -> str:
    personal = event.personal_fields()
    fields = ", ".join(f"`{name}`{' *personal*' if name in personal else ''}" for name in event.model_fields)
    notes = [
        word
        for word, is_set in (("external", event.external), ("live", event.live), ("audit only", event.audit_only))
        if is_set
    ]
    if event.person_field:
        notes.append(f"person: `{event.person_field}`")
    stream = f"`{event.category}-<uuid>`"
    return f"| `{event.type}` | {event.schema_version} | {stream} | {fields} | {', '.join(notes) or '–'} |\n"
