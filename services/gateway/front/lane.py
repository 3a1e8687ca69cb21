"""Requests that the gateway decides about at once: who calls, for which territory, and which service answers.

The lane takes requests of callers whose token is known and whose way is plain. Each policy is the pipeline's own, which
gets everything else and finds the words for refusals.
"""

from functools import partial

from starlette.datastructures import Headers as HeaderView
from typing_extensions import override

from services.gateway.answers.cross_origin import CrossOrigin
from services.gateway.answers.security import RouteClass, security_lines
from services.gateway.directory.reader import DirectoryReader
from services.gateway.front.directory_ride import PATH, DirectoryRide, wanted_by
from services.gateway.front.fields import Fields, read_fields
from services.gateway.front.ride import PassThrough
from services.gateway.front.way import Way
from services.gateway.limits.limiter import Charging, Subjects
from services.gateway.pipeline import Passage, standing_headers
from services.gateway.policies.matching import Match
from services.gateway.policies.route import GATEWAY, WEBSOCKET, Route
from shared.errors import ServiceError
from shared.identity.principal import Principal
from shared.observability.request_context import RequestContext
from shared.service.express import Client, ExpressLane, ExpressRequest, Ride
from shared.service.known_heads import Head
from shared.territory.territory import Territory
from shared.web.resources import Resources

METHODS = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})
API = b"/api"


class PassLane(ExpressLane):
    """For what other services answer, and the public directory, of whoever is known or nobody."""

    def __init__(self, resources: Resources, passage: Passage, reader: DirectoryReader) -> None:
        self._resources = resources
        self._reader = reader
        self._passage = passage
        self._routing = passage.routing
        self._cross_origin: CrossOrigin = passage.cross_origin
        self._registry = resources.registry

    @override
    def claims(self, method: bytes, target: bytes) -> bool:
        return target.startswith(API) and method in METHODS

    @override
    def take(self, request: ExpressRequest, client: Client) -> Ride | None:
        path, _, query = request.target.partition(b"?")
        try:
            match = self._routing.find(request.method.decode(), path)
            way = self._way(request, match.route)
            if way is None or len(request.body) > match.route.body_limit_bytes or b"wait=" in query:
                return None
            if match.route.service == GATEWAY:
                return self._directory(request, client, way, query)
            if way.checks is not None:
                way.checks.check(match.arguments, query, request.body)
        except ServiceError:
            return None
        outgoing = _request_bytes(request, match, way, query)
        return PassThrough(client, request, way, self._passage.upstreams[match.route.service], outgoing)

    def _directory(self, request: ExpressRequest, client: Client, way: Way, query: bytes) -> DirectoryRide | None:
        """The one route of the gateway's own that is hot."""
        if way.route.path != PATH or request.method != b"GET":
            return None
        code = way.territory.code
        wanted = wanted_by(query, code)
        if wanted is None:
            return None
        read = partial(self._reader.request, self._resources.router.pool(code), wanted)
        return DirectoryRide(client, request, way, read)

    def _way(self, request: ExpressRequest, route: Route) -> Way | None:
        """What is settled of a request by its fields, None for one that is for the ordinary way.

        Raises:
            ServiceError: whatever is wrong with its fields.
        """
        fields = self._found(request.head)
        way = fields.ways.get(route, request.context)
        if way is None:
            way = self._settle(request, route, fields)
            if way is not None:
                fields.ways.keep(request.context, way)
        return way

    def _found(self, head: Head) -> Fields:
        """What the fields say, found out once for as long as the head is remembered.

        Raises:
            ServiceError: malformed `bad-host`; misdirected `unknown-host`.
        """
        fields = head.found
        if not isinstance(fields, Fields):
            fields = head.found = read_fields(head.fields, self._registry)
        return fields

    def _settle(self, request: ExpressRequest, route: Route, fields: Fields) -> Way | None:
        if fields.may_stream or route.service == WEBSOCKET or (fields.token_digest is None and route.needs_token):
            return None
        context = request.context
        territory = fields.territory if context.host is None else self._registry.resolve_host(context.host)
        token = None
        if fields.token_digest is None:
            territory = territory or self._registry.only()
            if territory is None or fields.names_territory:
                return None
        else:
            token = self._resources.verifier.known_by(fields.token_digest)
            if token is None or (territory is not None and territory.code != token.principal.territory):
                return None
            territory = self._registry.get(token.principal.territory)
        checks = self._passage.checks.of(route)
        if checks is not None and checks.takes_json:
            checks.check_head(HeaderView(raw=list(request.head.fields.items())))
        return Way(
            route,
            territory,
            token,
            checks,
            self._charging(route, territory, context, token.principal if token is not None else None),
            route.may_repeat(has_key=fields.has_key),
            _service_lines(fields, route, context, anonymous_in=territory if token is None else None),
            self._answer_lines(fields, context),
            fields.encoding,
            fields.if_none_match,
        )

    def _answer_lines(self, fields: Fields, context: RequestContext) -> bytes:
        lines = security_lines(RouteClass.API, is_secure=context.is_secure)
        if fields.origin is not None:
            lines += self._cross_origin.lines(fields.origin, context.host or fields.host)
        return lines

    def _charging(
        self, route: Route, territory: Territory, context: RequestContext, principal: Principal | None
    ) -> Charging | None:
        limiter = self._passage.limiter
        if limiter is None or route.limit is None:
            return None
        account = principal.account_id if principal is not None else None
        subjects = Subjects(route.limit, territory, context.client_address, account)
        return limiter.charging(self._resources.keyspaces[territory.code], subjects)


def _service_lines(fields: Fields, route: Route, context: RequestContext, anonymous_in: Territory | None) -> bytes:
    own = standing_headers(context, route, anonymous_in)
    if fields.body_bytes is not None:
        own.append((b"content-length", b"%d" % fields.body_bytes))
    return fields.service_lines + b"".join([b"%b: %b\r\n" % pair for pair in own])


def _request_bytes(request: ExpressRequest, match: Match, way: Way, query: bytes) -> bytes:
    context = request.context
    target = f"{match.path}?{query.decode('latin-1')}" if query else match.path
    own = (
        f"{request.method.decode()} {target} HTTP/1.1\r\n"
        f"x-request-id: {context.request_id}\r\ntraceparent: {context.traceparent}\r\n"
    )
    return b"%b%b\r\n%b" % (own.encode("latin-1"), way.service_lines, request.body)
