"""What is settled for all requests with the same fields, from one address, to one row of the table of routes."""

from dataclasses import dataclass

from services.gateway.limits.limiter import Charging
from services.gateway.policies.route import Route
from services.gateway.validation.checks import OperationChecks
from shared.identity.verifier import KnownToken
from shared.observability.request_context import RequestContext
from shared.territory.territory import Territory


@dataclass(slots=True)
class Way:
    """Only what a request alone knows is still to be looked at: its path, its query and its body."""

    route: Route
    territory: Territory
    token: KnownToken | None
    """Whose it is; nobody's in particular where it is None."""
    checks: OperationChecks | None
    charging: Charging | None
    """None where nobody counts."""
    is_repeatable: bool
    service_lines: bytes
    """What the service is told of each of them, each line with its end."""
    answer_lines: bytes
    """What the gateway says in the head of each answer."""
    encoding: bytes | None
    if_none_match: bytes | None

    @property
    def holds(self) -> bool:
        """Whether the caller is still who they were."""
        return self.token is None or self.token.holds


class Ways:
    """Those of requests with the same fields, found out once each; few, so that they may be forgotten together."""

    MOST = 64

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Way] = {}

    def get(self, route: Route, context: RequestContext) -> Way | None:
        """The way of a request that came before, None when it did not or no longer holds."""
        way = self._found.get((id(route), context.client_address, context.host, context.is_secure))
        return way if way is not None and way.holds else None

    def keep(self, context: RequestContext, way: Way) -> None:
        """Rows of the table live as long as the process, so that their identity stands for them."""
        if len(self._found) >= self.MOST:
            self._found.clear()
        self._found[id(way.route), context.client_address, context.host, context.is_secure] = way
