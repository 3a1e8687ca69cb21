"""Hot routes: documented like any other, served without the framework's dependency machinery.

Measured on the route that appends events: a fifth of the framework's time a request.
"""

import inspect
from typing import Any, get_type_hints

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.types import Receive, Scope, Send

from shared.web.bodies import StrictRequest, StrictRoute, has_body, require_json, require_plain
from shared.web.dependencies import Call, anonymous_call, authenticated_call, resources_of
from shared.web.problems import validation_failed
from shared.web.reason import REASON_HEADER


class DirectRoute(StrictRoute):
    """Its endpoint takes `call`, the path's parameters as text, and a `body`, and nothing else."""


class DirectCall:
    """What a direct route needs to know of its endpoint, found out once."""

    def __init__(self, route: DirectRoute) -> None:
        self.route = route
        hints = get_type_hints(route.endpoint)
        names = set(inspect.signature(route.endpoint).parameters) - set(route.param_convertors)
        if names != {"call", "body"} or not issubclass(hints["body"], BaseModel):
            message = f"{route.path}: a direct route takes call, body and its path's parameters"
            raise TypeError(message)
        self._body: TypeAdapter[Any] = TypeAdapter(hints["body"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, for a scope that matched.

        Raises:
            ServiceError: whatever refuses the request; the edge answers it.
        """
        request = StrictRequest(scope, receive)
        require_plain(request)
        call = await _call_of(request)
        response = await self.route.endpoint(call=call, body=await self._read(request), **scope["path_params"])
        await response(scope, receive, send)

    def matches(self, scope: Scope) -> bool:
        """Whether a request takes this route; then the scope gets the path's parameters."""
        found = self.route.path_regex.match(scope["path"]) if scope["method"] in (self.route.methods or ()) else None
        if found is None:
            return False
        scope["path_params"], scope["route"] = found.groupdict(), self.route
        return True

    async def _read(self, request: StrictRequest) -> object:
        if not has_body(request):
            raise validation_failed([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
        require_json(request)
        try:
            return self._body.validate_python(await request.json())
        except ValidationError as error:
            raise validation_failed(
                [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_url=False)]
            ) from None


def direct_calls(app: FastAPI) -> list[DirectCall]:
    """Those of all direct routes of an app."""
    found = (context.original_route for context in iter_route_contexts(app.routes))
    return [DirectCall(route) for route in found if isinstance(route, DirectRoute)]


async def _call_of(request: StrictRequest) -> Call:
    """As the dependency makes it."""
    headers = request.headers
    scheme, token = get_authorization_scheme_param(headers.get("authorization"))
    credentials = None
    if token and scheme.lower() == "bearer":
        credentials = HTTPAuthorizationCredentials(scheme=scheme, credentials=token)
    resources = await resources_of(request)
    call = await anonymous_call(
        request, resources, credentials, headers.get("idempotency-key"), headers.get(REASON_HEADER)
    )
    return await authenticated_call(call)
