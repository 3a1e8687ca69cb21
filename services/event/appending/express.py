"""Appending by the express lane: plain events of a caller whose token and roles were looked at a moment ago."""

import hashlib
from asyncio import Future
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import TypeAdapter, ValidationError
from typing_extensions import override

from services.event.appending.answering import answer_of, proposals_of
from services.event.appending.commands import EXTERNAL, Proposal, entries_of, parse
from services.event.appending.origin import passed_on
from services.event.appending.schemas import LAST_VERSION, MOST_EVENTS, AppendBody
from shared.clock import utc_now
from shared.errors import ServiceError
from shared.events.group_append import GroupAppender
from shared.events.unit_of_work import Appended, ExpectedVersion
from shared.identity.decisions import Grant, decide
from shared.identity.permissions import Permission
from shared.identity.places import Scope
from shared.identity.principal import Principal
from shared.identity.verifier import KnownToken
from shared.service.express import Client, ExpressRequest
from shared.service.express_route import ExpressRoute, FutureRide
from shared.service.known_heads import Head
from shared.web.bodies import parse_json
from shared.web.execution import Rendered
from shared.web.resources import Resources

# Half of what a revocation may take to be felt.
GRANTS_ARE_RECENT_SECONDS = 1.0

_BEARER = b"Bearer "
# What is stored together with the events, in a transaction of their own.
_STORED = frozenset((b"idempotency-key", b"x-reason"))
_BODY = TypeAdapter(AppendBody)
_PERSONAL = frozenset(event.type for event in EXTERNAL if event.personal_fields())
_BODY_NAMES = {"expected_version", "events"}
_EVENT_NAMES = {"type", "data"}
_WORDS = ("any", "none")


@dataclass(slots=True)
class _Fields:
    """What the fields of a request say to this lane."""

    token_digest: bytes | None
    is_plain: bool
    agent: str
    known: KnownToken | None = None
    """The token, once it was found good."""
    allowed_by: Collection[Grant] = ()
    """What was granted to the caller, when that allowed it; the same grants do so until the one that did ends."""
    allowed_until: datetime | None = None


class Appending(FutureRide):
    """An append under way."""

    def __init__(
        self,
        route: ExpressRoute,
        request: ExpressRequest,
        client: Client,
        territory: str,
        result: "Future[list[Appended]]",
        stream: str,
    ) -> None:
        super().__init__(route, request, client, territory, result)
        self._stream = stream

    @override
    def render(self, result: list[Appended]) -> Rendered:
        return answer_of(self._stream, result)


class ExpressAppend(ExpressRoute):
    """`POST /events/streams/{stream}` for whoever may append, of events without personal fields."""

    method = b"POST"
    prefix = b"/events/streams/"
    template = "/events/streams/{stream}"

    def __init__(self, resources: Resources, appenders: Mapping[str, GroupAppender]) -> None:
        super().__init__()
        self._resources = resources
        self._appenders = appenders

    @override
    def begin(self, request: ExpressRequest, rest: str, client: Client) -> FutureRide | None:
        """Submit the events to the group's writer."""
        fields = _fields_of(request.head)
        principal = self._principal(fields)
        if principal is None or not fields.is_plain:
            return None
        try:
            expected, proposals = _read_plainly(request.body) or _read(request.body)
            events = parse(rest, proposals)
            if _PERSONAL and any(event.type in _PERSONAL for event in events):
                return None
            actor = principal.actor
            entries = entries_of(proposals, events, actor, request.context)
            forwarded = request.headers.get(b"x-forwarded-for")
            origin = passed_on(request.context, entries[0].occurred_at, actor, forwarded, fields.agent)
            appender = self._appenders[principal.territory]
            result = appender.submit(rest, expected, entries, origin=origin)
        except (ServiceError, ValidationError, orjson.JSONDecodeError):
            # Nothing was submitted; the ordinary way says what is wrong.
            return None
        return Appending(self, request, client, principal.territory, result, rest)

    def _principal(self, fields: _Fields) -> Principal | None:
        """Who calls, when it is known without asking that they may."""
        if fields.token_digest is None:
            return None
        known = fields.known
        if known is None or not known.holds:
            known = fields.known = self._resources.verifier.known_by(fields.token_digest)
        if known is None:
            return None
        principal = known.principal
        # What programs and helpers do takes a second look.
        if principal.scopes is not None or principal.impersonator is not None:
            return None
        grants = self._resources.grants[principal.territory].recent(principal.account_id, GRANTS_ARE_RECENT_SECONDS)
        return principal if grants and _is_allowed(fields, grants, principal.territory) else None


def _read(raw: bytes) -> tuple[ExpectedVersion, list[Proposal]]:
    body = _BODY.validate_python(parse_json(raw))
    return body.expected_version, proposals_of(body)


def _read_plainly(raw: bytes) -> tuple[ExpectedVersion, list[Proposal]] | None:
    """The plainest body that the schema lets pass, a third of the time; None for every other.

    What its data must be for JSON's sake, to be stored, is asked once more of what becomes of it (`entries_of`).
    """
    body = orjson.loads(raw)
    if type(body) is not dict or body.keys() != _BODY_NAMES:
        return None
    expected, events = body["expected_version"], body["events"]
    if (expected not in _WORDS and type(expected) is not int) or type(events) is not list:
        return None
    if not 0 < len(events) <= MOST_EVENTS or (type(expected) is int and not 0 <= expected <= LAST_VERSION):
        return None
    proposals = []
    for event in events:
        if type(event) is not dict or event.keys() != _EVENT_NAMES:
            return None
        kind, data = event["type"], event["data"]
        if type(kind) is not str or type(data) is not dict:
            return None
        proposals.append(Proposal(None, kind, data, {}))
    return expected, proposals


def _is_allowed(fields: _Fields, grants: Collection[Grant], territory: str) -> bool:
    until = fields.allowed_until
    if grants is fields.allowed_by and (until is None or utc_now() < until):
        return True
    now = utc_now()
    decision = decide(grants, Permission.APPEND_EVENTS, Scope(territory), now)
    if decision.grant is None or not decision.is_allowed:
        return False
    fields.allowed_by, fields.allowed_until = grants, decision.grant.expires_at
    return True


def _fields_of(head: Head) -> _Fields:
    """Read once for all requests that have the same."""
    if not isinstance(head.found, _Fields):
        fields = head.fields
        credentials = fields.get(b"authorization", b"")
        head.found = _Fields(
            hashlib.sha256(credentials[len(_BEARER) :]).digest() if credentials.startswith(_BEARER) else None,
            fields.get(b"content-type") == b"application/json" and _STORED.isdisjoint(fields),
            fields.get(b"user-agent", b"").decode("latin-1"),
        )
    return head.found
