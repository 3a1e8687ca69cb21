"""The table of routes: what it lets through, and that it says the same as the API document."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.documentation.routes import DOCUMENT
from services.gateway.limits.classes import LIMIT_CLASSES
from services.gateway.policies.matching import REMEMBERED, RouteTable, Routing
from services.gateway.policies.route import AGAIN, ANYONE, KIB, Cache, Route
from services.gateway.policies.route_table import API, OUTSIDE
from shared.errors import ServiceError

# What the gateway answers beside the operations of the document.
NOT_DOCUMENTED = {("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/docs/assets/{name}"), ("GET", "/ws")}
SAFE = {"GET"}


def documented() -> dict[tuple[str, str], dict[str, Any]]:
    paths = json.loads(DOCUMENT.read_text())["paths"]
    return {(method.upper(), path): said for path, item in paths.items() for method, said in item.items()}


def row(method: str, path: str) -> Route:
    return Route(method, path, "user", ANYONE, None, KIB, 1, AGAIN, Cache.CALLER)


class TestTheTableAndTheDocument:
    def test_every_operation_has_exactly_one_row_and_every_row_an_operation(self) -> None:
        rows = Counter((route.method, route.path) for route in API)
        assert max(rows.values()) == 1
        assert set(rows) - NOT_DOCUMENTED == set(documented())

    def test_they_name_the_same_service(self) -> None:
        said = {key: operation["tags"] for key, operation in documented().items()}
        assert {key: [route.service] for route in API if (key := (route.method, route.path)) in said} == said

    def test_they_ask_for_a_token_at_the_same_operations(self) -> None:
        said = {key: {} not in operation["security"] for key, operation in documented().items()}
        assert {key: route.needs_token for route in API if (key := (route.method, route.path)) in said} == said

    @pytest.mark.parametrize("route", [*API, *OUTSIDE], ids=lambda route: f"{route.method} {route.path}")
    def test_a_documented_path_is_found_as_itself(self, route: Route) -> None:
        prefix = "/api" if route in API else ""
        assert Routing().find(route.method, f"{prefix}{route.path}".encode()).route == route

    def test_only_what_changes_nothing_is_sent_again(self) -> None:
        assert {route.method for route in (*API, *OUTSIDE) if route.is_retried} <= SAFE

    def test_an_answer_to_a_change_is_kept_by_nobody(self) -> None:
        assert {route.cache for route in API if route.method not in SAFE} == {Cache.NOBODY}

    def test_every_class_of_limits_is_used(self) -> None:
        assert {route.limit for route in API if route.limit} == set(LIMIT_CLASSES)


class TestAPath:
    @pytest.mark.parametrize(
        ("method", "path", "template", "arguments"),
        [
            ("GET", "/users/me", "/users/me", ()),
            ("GET", "/users/anna", "/users/{id_or_username}", ("anna",)),
            ("HEAD", "/users/anna", "/users/{id_or_username}", ("anna",)),
            ("PATCH", "/users/me", "/users/me", ()),
            ("GET", "/users/%6De", "/users/me", ()),
            ("GET", "/users/%C3%A6ble", "/users/{id_or_username}", ("æble",)),
            ("GET", "/events/7/proof", "/events/{position}/proof", ("7",)),
            ("GET", "/events/catalogue/proof", "/events/catalogue/{event_type}", ("proof",)),
            ("GET", "/events/parked/proof", "/events/{position}/proof", ("parked",)),
            ("DELETE", "/events/parked/search/7", "/events/parked/{consumer}/{position}", ("search", "7")),
        ],
    )
    def test_the_row_with_fewer_braces_is_meant(
        self, method: str, path: str, template: str, arguments: tuple[str, ...]
    ) -> None:
        found = Routing().find(method, b"/api" + path.encode())
        assert (found.route.path, found.arguments, found.path) == (template, arguments, path)
        assert Routing().find(method, b"/api/v1" + path.encode()) == found

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "",
            "/posts",
            "/posts/",
            "/posts//",
            "/posts/1/comments/",
            "/authentication",
            "/metrics",
            "/health",
            "/us",
        ],
    )
    def test_one_in_no_row_is_not_found(self, path: str) -> None:
        with pytest.raises(ServiceError) as refusal:
            RouteTable(API).match("GET", path)
        assert refusal.value.code == "route-not-found"

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("POST", "/territory", "GET, HEAD"),
            ("OPTIONS", "/communities", "GET, HEAD, POST"),
            ("HEAD", "/auth/login", "POST"),
            ("PUT", "/users/me", "GET, HEAD, PATCH"),
            ("TRACE", "/communities/x/members/me", "DELETE"),
        ],
    )
    def test_a_method_in_no_row_is_told_which_are(self, method: str, path: str, allow: str) -> None:
        with pytest.raises(ServiceError) as refusal:
            RouteTable(API).match(method, path)
        assert (refusal.value.code, refusal.value.headers) == ("method-not-allowed", {"allow": allow})

    def test_a_row_that_lacks_the_method_leaves_it_to_a_wider_one(self) -> None:
        table = RouteTable([row("GET", "/a/me"), row("PUT", "/a/{id}")])
        assert table.match("PUT", "/a/me").arguments == ("me",)

    def test_two_rows_that_say_the_same_are_no_table(self) -> None:
        with pytest.raises(ValueError, match="are the same route"):
            RouteTable([row("GET", "/a/{id}/b"), row("GET", "/a/{name}/b")])

    @given(st.text(st.sampled_from("/acuserspostme%2C3{}.~"), max_size=30))
    def test_whatever_is_asked_it_is_found_or_refused(self, path: str) -> None:
        try:
            found = RouteTable(API).match("GET", f"/{path}")
        except ServiceError as refusal:
            code = refusal.code
        else:
            code = found.route.service
        assert code in {"route-not-found", "method-not-allowed", *(route.service for route in API)}

    def test_a_flood_of_paths_does_not_fill_the_memory(self) -> None:
        routing = Routing()
        for number in range(REMEMBERED * 2 + 5):
            routing.find("GET", b"/api/posts/%d" % number)
        routing.find("GET", b"/api/posts/" + b"x" * 4000)
        remembered = routing._found  # noqa: SLF001 (memory has no other door)
        assert len(remembered) <= REMEMBERED
        assert max(len(path) for _, path in remembered) < 100
