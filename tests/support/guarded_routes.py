"""Every route of every service that looks at permissions, found by what its code can reach."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from ops.openapi.service_documents import service_apps
from shared.events.event import Event
from shared.identity.permissions import Permission
from shared.web.auditing import left_by
from shared.web.dependencies import may, require

GUARDS = (require, may)


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """A route, what stands for its permission, and the events that it declares to leave."""

    service: str
    method: str
    path: str
    guards: frozenset[str]
    permissions: frozenset[Permission]
    leaves: tuple[type[Event], ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def guarded_routes() -> list[GuardedRoute]:
    """Those of all services; nothing is started."""
    return [route for service, app in service_apps().items() for route in guarded_routes_of(service, app)]


def guarded_routes_of(service: str, app: FastAPI) -> Iterator[GuardedRoute]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        guards = frozenset(
            guard.__name__ for guard in GUARDS if any(reaches(f, guard) for f in _calls(route.dependant))
        )
        if guards:
            wanted = frozenset(each for f in _calls(route.dependant) for each in required_by(f))
            for method in sorted(route.methods or ()):
                yield GuardedRoute(service, method, context.path or route.path, guards, wanted, left_by(route.endpoint))


def reaches(function: Callable[..., Any], wanted: Callable[..., Any]) -> bool:
    """Whether a function names another one, or names a function or class of the same house that does."""
    return any(found is wanted for found in _reached(function))


def required_by(function: Callable[..., Any]) -> frozenset[Permission]:
    """The permissions that a function names beside `require`, or one that it reaches does."""
    names = {
        name
        for found in _reached(function)
        if isinstance(found, FunctionType) and _is_ours(found) and require in _named_in(found)
        for code in _codes(found.__code__)
        for name in code.co_names
    }
    return frozenset(permission for permission in Permission if permission.name in names)


def _reached(function: Callable[..., Any]) -> Iterator[object]:
    """A function, and what it and each that it names of the same house name."""
    seen: list[object] = []
    waiting: list[object] = [function]
    while waiting:
        found = waiting.pop()
        yield found
        if _is_ours(found) and not any(found is earlier for earlier in seen):
            seen.append(found)
            waiting += _named_in(found)


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The endpoint and what it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def _is_ours(found: object) -> bool:
    is_code = isinstance(found, FunctionType | type)
    return is_code and str(getattr(found, "__module__", "")).startswith(("services.", "tests."))


def _named_in(found: object) -> list[object]:
    if isinstance(found, type):
        return [inspect.unwrap(member) for member in vars(found).values() if isinstance(member, FunctionType)]
    assert isinstance(found, FunctionType)
    names = {name for code in _codes(found.__code__) for name in code.co_names}
    return [value for name in names if callable(value := found.__globals__.get(name))]


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
