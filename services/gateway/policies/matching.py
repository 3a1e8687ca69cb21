"""From a method and a path to the row of the table that is meant, and to the parts of the path that it left open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from services.gateway.policies.route import Route
from services.gateway.policies.route_table import API, OUTSIDE
from services.gateway.resolution.paths import api_path
from shared.errors import Kind, ServiceError

# Paths without an id in them are few; those with one come again soon or never.
REMEMBERED = 4096
LONGEST_REMEMBERED = 200

Arguments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A row, the path as its service knows it, still encoded, and what stands in place of the braces, decoded."""

    route: Route
    path: str
    arguments: Arguments


@dataclass(slots=True)
class _Segment:
    """Where a path may go on from here, and the rows of the paths that end here."""

    literal: "dict[str, _Segment]" = field(default_factory=dict)
    any: "_Segment | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class RouteTable:
    """Rows as a tree of segments.

    Raises:
        ValueError: two rows say the same.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        self._root = _Segment()
        for route in routes:
            self._add(route)

    def match(self, method: str, path: str) -> Match:
        """The row of a path; where several fit, the one that is literal for longest and takes the method.

        Raises:
            ServiceError: not_found `route-not-found`; method_not_allowed `method-not-allowed`, with `Allow`.
        """
        wanted = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        for end, arguments in _ends(self._root, unquote(path).split("/")[1:]):
            route = end.routes.get(wanted)
            if route is not None:
                return Match(route, path, arguments)
            allowed |= end.routes.keys()
        if allowed:
            raise _method_not_allowed(allowed)
        raise ServiceError(Kind.NOT_FOUND, "route-not-found", "There is nothing at this path.")

    def _add(self, route: Route) -> None:
        at = self._root
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                at.any = at.any or _Segment()
                at = at.any
            else:
                at = at.literal.setdefault(segment, _Segment())
        if route.method in at.routes:
            message = f"{route.method} {route.path} and {at.routes[route.method].path} are the same route"
            raise ValueError(message)
        at.routes[route.method] = route


def _ends(at: _Segment, segments: Sequence[str], arguments: Arguments = ()) -> Iterator[tuple[_Segment, Arguments]]:
    """Where a path may end, the literal ways first."""
    if not segments:
        if at.routes:
            yield at, arguments
        return
    first, *rest = segments
    if first in at.literal:
        yield from _ends(at.literal[first], rest, arguments)
    if first and at.any is not None:
        yield from _ends(at.any, rest, (*arguments, first))


def _method_not_allowed(methods: set[str]) -> ServiceError:
    allow = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    detail = "This path does not take that method."
    return ServiceError(Kind.METHOD_NOT_ALLOWED, "method-not-allowed", detail, headers={"allow": allow})


class Routing:
    """Both tables at once, for paths as they arrive; remembers what it found."""

    def __init__(self, api: Sequence[Route] = API) -> None:
        self._api = RouteTable(api)
        self._outside = RouteTable(OUTSIDE)
        self._found: dict[tuple[str, bytes], Match] = {}

    def find(self, method: str, raw_path: bytes) -> Match:
        """The row that a request means; a dictionary's look-up for paths that came lately.

        Raises:
            ServiceError: malformed `bad-path`; as `RouteTable.match`.
        """
        found = self._found.get((method, raw_path))
        if found is None:
            found = self._match(method, raw_path)
            if len(raw_path) <= LONGEST_REMEMBERED:
                if len(self._found) >= REMEMBERED:
                    self._found.clear()
                self._found[method, raw_path] = found
        return found

    def _match(self, method: str, raw_path: bytes) -> Match:
        path = api_path(raw_path)
        if path is None:
            return self._outside.match(method, raw_path.decode("latin-1"))
        return self._api.match(method, path)
