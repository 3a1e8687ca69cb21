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
            for method in sorted(route.methods or ()):
                yield GuardedRoute(service, method, context.path or route.path, guards, left_by(route.endpoint))


def reaches(function: Callable[..., Any], wanted: Callable[..., Any]) -> bool:
    """Whether a function names another one, or names a function or class of the same house that does."""
    seen: set[object] = set()
    waiting: list[object] = [function]
    while waiting:
        found = waiting.pop()
        if found is wanted:
            return True
        if found not in seen and _is_ours(found):
            seen.add(found)
            waiting += _named_in(found)
    return False


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
