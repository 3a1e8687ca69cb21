"""What both ways of appending share: a body as proposals, and the answer."""

from collections.abc import Sequence

from services.event.appending.commands import Proposal
from services.event.appending.schemas import AppendBody, ProposedEvent
from shared.events.unit_of_work import Appended
from shared.web.execution import EVENT_ID_HEADER, Rendered


def proposals_of(body: AppendBody) -> list[Proposal]:
    """What the client wants appended."""
    return [Proposal(event.id, event.type, event.data, _links_of(event)) for event in body.events]


def _links_of(event: ProposedEvent) -> dict[str, str]:
    if "metadata" not in event.model_fields_set:
        # Most say nothing, and to walk through what is not said takes as long as all the rest.
        return {}
    return {name: str(link) for name, link in event.metadata if link is not None}


def answer_of(stream: str, appended: Sequence[Appended]) -> Rendered:
    """Where the events stand now."""
    ids = [str(event.id) for event in appended]
    answer = {
        "stream": stream,
        "first_version": appended[0].version,
        "last_version": appended[-1].version,
        "ids": ids,
    }
    # Also when nothing is written because it was before.
    headers = {"location": f"/api/events/streams/{stream}", EVENT_ID_HEADER: ids[-1]}
    return Rendered(201, answer, headers)
