"""The way of every request through the gateway: its row in the table, territory, identity, limits, and who answers.

Pure ASGI, inside the edge and around the gateway's own routes; a refusal is raised and the edge answers it.
"""

from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from starlette.datastructures import Headers as HeaderView
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.answers.cross_origin import CrossOrigin
from services.gateway.authentication.credentials import bearer_token, require_token
from services.gateway.limits.limiter import Limiter, Subjects
from services.gateway.policies.matching import Match, Routing
from services.gateway.policies.route import GATEWAY, WEBSOCKET, Route
from services.gateway.proxy.forwarding import forward, whole_body
from services.gateway.proxy.headers import Headers, to_service, with_own_tags
from services.gateway.proxy.upstream import Upstream
from services.gateway.resolution.hosts import host_of
from services.gateway.resolution.paths import api_path
from services.gateway.resolution.rules import Claims, resolve
from services.gateway.validation.checks import Checks, OperationChecks
from shared.errors import Kind, ServiceError
from shared.identity.principal import Principal
from shared.identity.tokens import unverified_territory
from shared.observability.metrics import REFUSED_AT_THE_DOOR
from shared.observability.request_context import RequestContext, current_request, new_context
from shared.service.exchange import require_length
from shared.territory.territory import Territory
from shared.web.dependencies import ANSWER_HEADERS_SCOPE, BODY_LIMIT_SCOPE, ROUTE_SCOPE, TERRITORY_SCOPE
from shared.web.problems import from_status
from shared.web.resources import Resources


@dataclass(frozen=True, slots=True)
class Passage:
    """What the pipeline holds while the gateway runs."""

    routing: Routing
    checks: Checks
    upstreams: dict[str, Upstream]
    limiter: Limiter | None
    cross_origin: CrossOrigin


class Pipeline:
    """Everything that is of a territory goes through the same policies in the same order."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS" and await _preflight(scope, send):
            return
        passage: Passage = scope["app"].state.passage
        try:
            match = _found(scope, passage)
            own = await _admitted(scope, passage, match.route) if match.route.limit is not None else scope["headers"]
            receive = await _checked(scope, receive, passage.checks.of(match.route), match)
        except ServiceError as error:
            labels = (scope.get(ROUTE_SCOPE, "none"), error.code, scope.get(TERRITORY_SCOPE, "none"))
            REFUSED_AT_THE_DOOR.labels(*labels).inc()
            raise
        if match.route.service != GATEWAY:
            upstream = passage.upstreams[match.route.service]
            await forward(upstream, scope, receive, send, match=match, own=own)
        elif match.route.limit is None:
            await self.app(_at(scope, match.path, with_own_tags(scope["headers"])), receive, send)
        else:
            await self.app(_at(scope, match.path, to_service(scope["headers"], own)), receive, send)


async def _preflight(scope: Scope, send: Send) -> bool:
    """Answer a browser that asks before it sends; False for an OPTIONS that asks nothing."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    origin, method = headers.get(b"origin"), headers.get(b"access-control-request-method")
    if origin is None or method is None or api_path(scope["raw_path"]) is None:
        return False
    scope[ROUTE_SCOPE] = "preflight"
    cross_origin: CrossOrigin = scope["app"].state.passage.cross_origin
    names = headers.get(b"access-control-request-headers", b"").decode("latin-1")
    answer = cross_origin.preflight(
        origin, host_of(scope["headers"], current_request.get()), method.decode("latin-1"), names
    )
    await send({"type": "http.response.start", "status": 204, "headers": list(answer)})
    await send({"type": "http.response.body", "body": b""})
    return True


def _found(scope: Scope, passage: Passage) -> Match:
    """The request's row, and what can be said of it by its head alone."""
    match = passage.routing.find(scope["method"], scope["raw_path"])
    if match.route.service == WEBSOCKET:
        raise from_status(404)
    scope[ROUTE_SCOPE] = match.route.path
    scope[BODY_LIMIT_SCOPE] = match.route.body_limit_bytes
    require_length(dict(scope["headers"]).get(b"content-length"), match.route.body_limit_bytes)
    return match


async def _admitted(scope: Scope, passage: Passage, route: Route) -> Headers:
    """Territory, identity and limits; the headers by which a service is told of them."""
    resources: Resources = scope["app"].state.resources
    headers: Headers = scope["headers"]
    token = None if route.takes_tools else bearer_token(headers)
    territory = resolve(resources.registry, claims_of(scope["method"], headers, token))
    scope[TERRITORY_SCOPE] = territory.code
    context = current_request.get() or new_context()
    charge = partial(_charge, scope, passage.limiter, route, territory, context.client_address)
    try:
        principal = await resources.verifier.verify(token, territory) if token is not None else None
    except ServiceError:
        # Trying tokens is not free.
        await charge(None)
        raise
    await charge(principal)
    require_token(principal, is_needed=route.needs_token)
    return own_headers(context, route, territory if principal is None else None)


async def _charge(
    scope: Scope,
    limiter: Limiter | None,
    route: Route,
    territory: Territory,
    address: str | None,
    principal: Principal | None,
) -> None:
    """Count the request, and say in its answer how it stands, whatever the answer will be."""
    if limiter is not None and route.limit is not None:
        resources: Resources = scope["app"].state.resources
        keyspace = resources.keyspaces[territory.code]
        account = principal.account_id if principal is not None else None
        verdict = await limiter.judged(keyspace, Subjects(route.limit, territory, address, account))
        scope[ANSWER_HEADERS_SCOPE] = verdict.headers
        verdict.require()


async def _checked(scope: Scope, receive: Receive, checks: OperationChecks | None, match: Match) -> Receive:
    """Go on only with what the document allows; what is left to receive, a body that was read for it included."""
    if checks is None or match.route.service == GATEWAY:
        return receive
    if not checks.takes_json:
        checks.check(match.arguments, scope["query_string"])
        return receive
    checks.check_head(HeaderView(raw=scope["headers"]))
    body = await whole_body(receive)
    checks.check(match.arguments, scope["query_string"], body)
    return _again(body, receive)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def claims_of(method: str, headers: Headers, token: str | None) -> Claims:
    """What a request says of its territory.

    Raises:
        ServiceError: malformed `bad-request`, `bad-host`.
    """
    named = [value.decode("latin-1") for name, value in headers if name == b"x-territory-id"]
    if len(named) > 1:
        raise ServiceError(Kind.MALFORMED, "bad-request", "The X-Territory-ID header stands twice.")
    return Claims(
        method=method,
        host=host_of(headers, current_request.get()),
        has_token=token is not None,
        token=unverified_territory(token) if token is not None else None,
        header=named[0] if named else None,
    )


def own_headers(context: RequestContext, route: Route, anonymous_in: Territory | None) -> Headers:
    """What the gateway tells a service of a request."""
    return [
        *standing_headers(context, route, anonymous_in),
        (b"x-request-id", context.request_id.encode()),
        (b"traceparent", context.traceparent.encode()),
    ]


def standing_headers(context: RequestContext, route: Route, anonymous_in: Territory | None) -> Headers:
    """What of it is the same for all requests of a caller to a route; of a territory only where no token tells it."""
    own = [(b"host", b"service"), (b"x-request-timeout", b"%d" % (route.timeout_seconds * 1000))]
    if context.client_address:
        own.append((b"x-forwarded-for", context.client_address.encode("latin-1")))
    if anonymous_in is not None:
        own.append((b"x-territory-id", anonymous_in.code.encode()))
    return own


def _at(scope: Scope, path: str, headers: Headers) -> Scope:
    return {**scope, "path": unquote(path), "raw_path": path.encode("latin-1"), "headers": headers}
