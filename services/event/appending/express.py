"""Appending by the express lane: plain events of a caller whose token and roles were looked at a moment ago."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from pydantic import TypeAdapter, ValidationError
from typing_extensions import override

from services.event.appending.answering import answer_of, proposals_of
from services.event.appending.commands import entries_of, parse
from services.event.appending.origin import passed_on
from services.event.appending.schemas import AppendBody
from shared.errors import ServiceError
from shared.events.group_append import GroupAppender
from shared.events.origins import Origin
from shared.identifiers import ActorId
from shared.identity.permissions import Permission, permissions_of
from shared.identity.principal import Principal
from shared.service.express import ExpressRequest, ExpressRoute, Taken
from shared.web.bodies import parse_json
from shared.web.resources import Resources

# Half of what a revocation may take to be felt.
ROLES_ARE_RECENT_SECONDS = 1.0

_BEARER = b"Bearer "
_BODY = TypeAdapter(AppendBody)


class ExpressAppend(ExpressRoute):
    """`POST /events/streams/{stream}` for whoever may append, of events without personal fields."""

    method = b"POST"
    prefix = b"/events/streams/"
    template = "/events/streams/{stream}"

    def __init__(self, resources: Resources, appenders: Mapping[str, GroupAppender]) -> None:
        self._resources = resources
        self._appenders = appenders

    @override
    def take(self, request: ExpressRequest) -> Taken | None:
        """Submit the events to the group's writer."""
        principal = self._principal(request)
        if principal is None or request.headers.get(b"content-type") != b"application/json":
            return None
        try:
            body = _BODY.validate_python(parse_json(request.body))
            proposals = proposals_of(body)
            events = parse(request.rest, proposals)
            if any(event.personal_fields() for event in events):
                return None
            entries = entries_of(proposals, events, principal.actor, request.context)
            origin = _origin_of(request, entries[0].occurred_at, principal.actor)
            appender = self._appenders[principal.territory]
            result = appender.submit(request.rest, body.expected_version, entries, origin=origin)
        except (ServiceError, ValidationError):
            # Nothing was submitted; the ordinary way says what is wrong.
            return None
        return Taken(principal.territory, result, partial(answer_of, request.rest))

    def _principal(self, request: ExpressRequest) -> Principal | None:
        """Who calls, when it is known without asking that they may."""
        credentials = request.headers.get(b"authorization", b"")
        if not credentials.startswith(_BEARER):
            return None
        principal = self._resources.verifier.known(credentials[len(_BEARER) :])
        if principal is None:
            return None
        roles = self._resources.roles[principal.territory].recent(principal.account_id, ROLES_ARE_RECENT_SECONDS)
        return principal if roles and Permission.APPEND_EVENTS in permissions_of(roles) else None


def _origin_of(request: ExpressRequest, at: datetime, actor: ActorId) -> Origin | None:
    agent = request.headers.get(b"user-agent", b"").decode("latin-1")
    return passed_on(request.context, at, actor, request.headers.get(b"x-forwarded-for"), agent)
