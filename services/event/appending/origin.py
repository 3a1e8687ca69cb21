"""Where a request that appends came from."""

from datetime import datetime

from shared.events.origins import Origin, printable_agent
from shared.identifiers import ActorId
from shared.observability.request_context import RequestContext

METHOD = "POST"
TEMPLATE = "/events/streams/{stream}"


def passed_on(
    context: RequestContext, at: datetime, actor: ActorId, forwarded: object, agent: str | None
) -> Origin | None:
    """What the gateway says of it; None without its word.

    Services that append without it do so often, and that they are services tells all there is.
    """
    if not forwarded or context.client_address is None:
        return None
    return Origin(context.request_id, at, str(actor), context.client_address, printable_agent(agent), METHOD, TEMPLATE)
