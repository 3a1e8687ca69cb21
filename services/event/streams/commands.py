"""Appending what clients propose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared.errors import FieldError, Kind, ServiceError
from shared.events import catalogue
from shared.events.event import Event
from shared.events.unit_of_work import Appended, ExpectedVersion, UnitOfWork


@dataclass(frozen=True, slots=True)
class Proposal:
    """An event that a client wants appended."""

    id: UUID | None
    type: str
    data: dict[str, Any]
    links: dict[str, str]


async def append_proposals(
    work: UnitOfWork, stream: str, expected: ExpectedVersion, proposals: Sequence[Proposal]
) -> list[Appended]:
    """Append all or none; the actor is always who calls.

    Raises:
        ServiceError: invalid `unknown-event-type`, `invalid-event`; forbidden `type-not-external`; those of `append`.
    """
    events = [_parsed(proposal, index) for index, proposal in enumerate(proposals)]
    appended: list[Appended] = []
    for proposal, event in zip(proposals, events, strict=True):
        at = expected if not appended or expected == "any" else appended[-1].version
        appended.append(await work.append(stream, at, event, event_id=proposal.id, links=proposal.links))
    return appended


def _parsed(proposal: Proposal, index: int) -> Event:
    described = catalogue.EVENTS.get(proposal.type)
    if described is None:
        fault = FieldError(f"/events/{index}/type", "unknown-event-type", "The catalogue has no such type.")
        raise ServiceError(Kind.INVALID, "unknown-event-type", fault.detail, errors=[fault])
    if not described.external:
        detail = "Events of this type are appended by the service that owns it."
        raise ServiceError(Kind.FORBIDDEN, "type-not-external", detail)
    try:
        return described.model_validate(proposal.data)
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
