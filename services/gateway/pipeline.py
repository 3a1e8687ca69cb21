"""The way of every request through the gateway: host and path, territory, identity, limits, and then who answers.

Pure ASGI, inside the edge and around the gateway's own routes; a refusal is raised and the edge answers it.
"""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.authentication.credentials import bearer_token
from services.gateway.limits.limiter import Limiter
from services.gateway.live.pass_through import pass_through
from services.gateway.proxy.forwarding import forward
from services.gateway.proxy.headers import Headers, to_service
from services.gateway.proxy.routing_table import ALIASES, service_for
from services.gateway.proxy.upstream import Upstream
from services.gateway.resolution.paths import api_path
from services.gateway.resolution.rules import Claims, resolve
from shared.errors import Kind, ServiceError
from shared.identity.tokens import unverified_territory
from shared.observability.request_context import current_request, new_context
from shared.territory.territory import Territory
from shared.web.dependencies import ROUTE_SCOPE, TERRITORY_SCOPE
from shared.web.problems import from_status
from shared.web.resources import Resources

OWN_ROOT = ("/health", "/version", "/metrics")
OWN_API = frozenset({"/communities", "/territory"})
LIVE = ("/ws", "/api/ws", "/api/v1/ws")
PUBLIC_DOCUMENTS = ("/openapi.json", "/docs")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOSNIFF = (b"x-content-type-options", b"nosniff")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the pipeline holds while the gateway runs."""

    upstreams: dict[str, Upstream]
    websocket_address: str
    limiter: Limiter | None


class Pipeline:
    """Everything that is not health goes through the same policies in the same order."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "websocket":
            await self._live(scope, receive, send)
        elif scope["type"] == "lifespan" or scope["path"].startswith(OWN_ROOT):
            await self.app(scope, receive, send)
        else:
            await self._http(scope, receive, _with_nosniff(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw_path: bytes = scope["raw_path"]
        path = api_path(raw_path)
        if path is None:
            path = ALIASES.get(raw_path)
        if path is None:
            raise from_status(404)
        if scope["method"] not in METHODS:
            raise from_status(405)
        if path.startswith(PUBLIC_DOCUMENTS):
            await self.app(_at(scope, path, scope["headers"]), receive, send)
            return
        passage: Passage = scope["app"].state.passage
        own = await self._admitted(scope, passage)
        service = service_for(path)
        if path in OWN_API and (scope["method"] in {"GET", "HEAD"} or service is None):
            scope[ROUTE_SCOPE] = path
            await self.app(_at(scope, path, to_service(scope["headers"], own)), receive, send)
            return
        if service is None:
            raise from_status(404)
        scope[ROUTE_SCOPE] = f"to {service}"
        await forward(passage.upstreams[service], scope, receive, send, path=path, own=own)

    async def _admitted(self, scope: Scope, passage: Passage) -> Headers:
        """Territory, identity and limits; the headers by which a service is told of them."""
        resources: Resources = scope["app"].state.resources
        headers: Headers = scope["headers"]
        token = bearer_token(headers)
        territory = self._resolved(scope, resources, token)
        scope[TERRITORY_SCOPE] = territory.code
        principal = await resources.verifier.verify(token, territory) if token is not None else None
        context = current_request.get() or new_context()
        if passage.limiter is not None:
            keyspace = resources.keyspaces[territory.code]
            await passage.limiter.charge(keyspace, territory, context.client_address, principal)
        own = [
            (b"host", b"service"),
            (b"x-request-id", context.request_id.encode()),
            (b"traceparent", context.traceparent.encode()),
        ]
        if context.client_address:
            own.append((b"x-forwarded-for", context.client_address.encode("latin-1")))
        if principal is None:
            own.append((b"x-territory-id", territory.code.encode()))
        return own

    def _resolved(self, scope: Scope, resources: Resources, token: str | None) -> Territory:
        headers: Headers = scope["headers"]
        named = [value.decode("latin-1") for name, value in headers if name == b"x-territory-id"]
        if len(named) > 1:
            raise ServiceError(Kind.MALFORMED, "bad-request", "The X-Territory-ID header stands twice.")
        claims = Claims(
            method=scope["method"],
            host=_host(headers),
            has_token=token is not None,
            token=unverified_territory(token) if token is not None else None,
            header=named[0] if named else None,
        )
        return resolve(resources.registry, claims)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in LIVE:
            raise from_status(404)
        resources: Resources = scope["app"].state.resources
        resources.registry.resolve_host(_host(scope["headers"]))
        passage: Passage = scope["app"].state.passage
        await pass_through(passage.websocket_address, scope, receive, send)


def _host(headers: Headers) -> str:
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) != 1:
        raise ServiceError(Kind.MALFORMED, "bad-host", "The Host header is missing, repeated or malformed.")
    return hosts[0].decode("latin-1")


def _at(scope: Scope, path: str, headers: Headers) -> Scope:
    return {**scope, "path": path, "raw_path": path.encode("latin-1"), "headers": headers}


def _with_nosniff(send: Send) -> Send:
    async def send_on(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), NOSNIFF]  # type: ignore[misc]  # ASGI's own list
        await send(message)

    return send_on  # type: ignore[return-value]  # ASGI's message type is any mapping
