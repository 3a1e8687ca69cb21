"""What both ways of appending share: a body as proposals, and the answer."""

from collections.abc import Sequence

from services.event.appending.commands import Proposal
from services.event.appending.schemas import AppendBody
from shared.events.unit_of_work import Appended
from shared.web.execution import EVENT_ID_HEADER, Rendered


def proposals_of(body: AppendBody) -> list[Proposal]:
    """What the client wants appended."""
    return [Proposal(e.id, e.type, e.data, {k: str(v) for k, v in e.metadata if v is not None}) for e in body.events]


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
