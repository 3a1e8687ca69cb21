"""Where a request came from, as the audit trail keeps it."""

from fastapi import Request

from shared.events.origins import Origin, printable_agent
from shared.events.unit_of_work import UnitOfWork
from shared.web.dependencies import ROUTE_SCOPE, AnonymousCall


def origin_of(call: AnonymousCall, work: UnitOfWork) -> Origin | None:
    """None where nobody knows the address, as of calls between services."""
    address = call.context.client_address
    if address is None:
        return None
    # Whoever logs in is nobody yet: it is the account's that they log in to.
    person = call.viewer or work.person
    return Origin(
        request_id=call.context.request_id,
        at=work.now,
        actor=str(person or call.actor),
        address=address,
        agent=printable_agent(call.request.headers.get("user-agent")),
        method=call.request.method,
        path=route_of(call.request),
    )


def route_of(request: Request) -> str:
    """The template of the path that it took."""
    return str(request.scope.get(ROUTE_SCOPE) or getattr(request.scope.get("route"), "path", "none"))
