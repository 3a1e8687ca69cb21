"""Where a request came from, as the audit trail keeps it."""

from shared.events.origins import Origin, printable_agent
from shared.events.unit_of_work import UnitOfWork
from shared.web.dependencies import ROUTE_SCOPE, AnonymousCall


def origin_of(call: AnonymousCall, work: UnitOfWork) -> Origin | None:
    """None where nobody knows the address, as of calls between services."""
    address, scope = call.context.client_address, call.request.scope
    if address is None:
        return None
    person = call.viewer or work.person
    return Origin(
        request_id=call.context.request_id,
        at=work.now,
        actor=str(person or call.actor),
        address=address,
        agent=printable_agent(call.request.headers.get("user-agent")),
        method=call.request.method,
        path=str(scope.get(ROUTE_SCOPE) or getattr(scope.get("route"), "path", "none")),
    )
