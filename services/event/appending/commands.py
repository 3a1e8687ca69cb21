"""Appending what clients propose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.clock import utc_now
from shared.errors import FieldError, Kind, ServiceError
from shared.events import catalogue
from shared.events.canonical import canonical_bytes, required_canonical_bytes
from shared.events.event import Event
from shared.events.group_append import Entry, new_event_id
from shared.events.unit_of_work import Appended, ExpectedVersion, UnitOfWork, id_conflict, metadata_of, require_category
from shared.identifiers import ActorId
from shared.observability.request_context import RequestContext

EXTERNAL = tuple(event for event in catalogue.EVENTS.values() if event.external)
"""Types that may be appended over HTTP."""


@dataclass(slots=True)  # not frozen: one is made for every event, and that would take twice as long
class Proposal:
    """An event that a client wants appended."""

    id: UUID | None
    type: str
    data: dict[str, Any]
    links: dict[str, str]


def parse(stream: str, proposals: Sequence[Proposal]) -> list[Event]:
    """The events that are proposed, each of its type's form.

    Raises:
        ServiceError: invalid `unknown-event-type`, `invalid-event`, `stream-category`; forbidden `type-not-external`.
    """
    events = [_parsed(proposal, index) for index, proposal in enumerate(proposals)]
    for event in events:
        require_category(stream, event)
    return events


async def append_alone(
    work: UnitOfWork, stream: str, expected: ExpectedVersion, proposals: Sequence[Proposal], events: Sequence[Event]
) -> list[Appended]:
    """Append all or none in a transaction of their own; the actor is always who calls.

    Raises:
        ServiceError: those of `UnitOfWork.append`.
    """
    appended: list[Appended] = []
    for proposal, event in zip(proposals, events, strict=True):
        at = expected if not appended or expected == "any" else appended[-1].version
        appended.append(await work.append(stream, at, event, event_id=proposal.id, links=proposal.links))
    if len(work.appended) not in {0, len(appended)}:
        # Some were appended before, and not together with the others.
        raise id_conflict()
    return appended


def entries_of(
    proposals: Sequence[Proposal], events: Sequence[Event], actor: ActorId, context: RequestContext
) -> list[Entry]:
    """As the group's writer takes them.

    Raises:
        ServiceError: invalid `not-canonical`.
    """
    now = utc_now()
    entries = []
    for index, (proposal, event) in enumerate(zip(proposals, events, strict=True)):
        # As `model_dump` does it; its own frame would take as long again.
        values = event.__pydantic_serializer__.to_python(event, mode="json")
        data = required_canonical_bytes(values, f"/events/{index}/data")
        entry = Entry(
            proposal.id or new_event_id(),
            event.type,
            event.schema_version,
            actor,
            now,
            data,
            canonical_bytes(metadata_of(context, proposal.links)),
            is_named=proposal.id is not None,
        )
        entries.append(entry)
    return entries


def _parsed(proposal: Proposal, index: int) -> Event:
    described = catalogue.EVENTS.get(proposal.type)
    if described is None:
        fault = FieldError(f"/events/{index}/type", "unknown-event-type", "The catalogue has no such type.")
        raise ServiceError(Kind.INVALID, "unknown-event-type", fault.detail, errors=[fault])
    if not described.external:
        detail = "Events of this type are appended by the service that owns it."
        raise ServiceError(Kind.FORBIDDEN, "type-not-external", detail)
    try:
        # As `model_validate` does it; its own frame would take a third of the time.
        event: Event = described.__pydantic_validator__.validate_python(proposal.data)
    except ValidationError as error:
        faults = [
            FieldError(
                "".join(f"/{part}" for part in ("events", index, "data", *item["loc"])),
                item["type"].replace("_", "-"),
                item["msg"],
            )
            for item in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        raise ServiceError(
            Kind.INVALID, "invalid-event", "An event is not of its type's form.", errors=faults
        ) from None
    return event
