"""The door and the service behind it judge a request alike: the door knows the document, the service its models."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.routing import APIRoute, iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from ops.openapi.service_documents import service_apps
from services.gateway.documentation.routes import DOCUMENT
from services.gateway.policies.route import GATEWAY, Route
from services.gateway.policies.route_table import API
from services.gateway.validation.checks import Checks, OperationChecks
from shared.errors import FieldError, ServiceError
from shared.web.bodies import parse_json
from shared.web.problems import validation_failed

# What a model says beyond its fields, in words that no document has.
OF_MODELS_ALONE = {"value-error"}

NEARLY_RIGHT = [
    *(None, True, False, 0, 1, -1, 7, 1.0, 1.5, 2**31, 2**53, 1e18),
    *(
        "",
        " ",
        "5",
        " 5 ",
        "5.0",
        "1_0",
        "yes",
        "TRUE",
        "off",
        "null",
        "any",
        "public",
        "open",
        "anna",
        "a-b",
        "é" * 30,
    ),
    *(
        "x" * 19,
        "x" * 40,
        "x" * 300,
        "x" * 301,
        "😀" * 300,
        "😀" * 301,
        "e\u0301" * 150,
        "a\nb",
        "\t",
        "\u2028",
        "\x7f",
    ),
    *("a@b.example", "a@b", "A" * 31, "da-DK", "https://example.org/x", "http:/x", "a\n", "under_score"),
    "0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3b",
    "0199C5A27D5E7C338C6E0D6F5F1F2A3B",
    "{0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3b}",
    "urn:uuid:0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3b",
    "0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3",
    *(
        "2026-11-26",
        "2026-11-26T12:00:00Z",
        "2026-11-26T12:00:00",
        "2026-11-26 12:00+02:00",
        "1700000000",
        "2026-02-30",
    ),
    *([], ["a"], ["a"] * 11, ["a"] * 21, [1], [None], {}, {"a": 1}, {"label": "x", "url": "https://x.example"}),
]
TEXTS = [value for value in NEARLY_RIGHT if isinstance(value, str)]


@cache
def apps() -> dict[str, FastAPI]:
    return service_apps()


@cache
def checks() -> Checks:
    return Checks(document())


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_bytes())
    return found


def route_behind(row: Route) -> APIRoute:
    for context in iter_route_contexts(apps()[row.service].routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.path == row.path and row.method in (route.methods or ()):
            return route
    raise LookupError(row.path)


def checks_of(row: Route) -> OperationChecks:
    found = checks().of(row)
    assert found is not None
    return found


ROWS = [row for row in API if row.service != GATEWAY and checks().of(row) is not None]
WITH_BODY = [row for row in ROWS if checks_of(row).takes_json]


def operation_of(row: Route) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][row.path][row.method.lower()]
    return found


def name_of(row: Route) -> str:
    return f"{row.method} {row.path}"


def said_by_the_door(row: Route, arguments: tuple[str, ...], query: bytes, body: bytes) -> set[FieldError]:
    try:
        checks_of(row).check(arguments, query, body)
    except ServiceError as refusal:
        return set(refusal.errors) or {FieldError("", refusal.code, refusal.detail)}
    return set()


def said_by_the_service(row: Route, arguments: tuple[str, ...], query: bytes, body: bytes) -> set[FieldError]:
    route = route_behind(row)
    names = [part.strip("{}") for part in row.path.split("/") if part.startswith("{")]
    faults: list[Any] = []
    for dependant in with_all_below(route.dependant):
        faults += request_params_to_args(dependant.path_params, dict(zip(names, arguments, strict=True)))[1]
        faults += request_params_to_args(dependant.query_params, QueryParams(query))[1]
    if route.body_field is not None:
        faults += route.body_field.validate(parse_json(body), {}, loc=("body",))[1]
    return set(validation_failed(faults).errors)


def with_all_below(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from with_all_below(inner)


def agree(row: Route, arguments: tuple[str, ...], query: bytes, body: object) -> None:
    sent = json.dumps(body).encode()
    door, service = (said(row, arguments, query, sent) for said in (said_by_the_door, said_by_the_service))
    assert door <= service, "the door refuses what the service takes, or says it otherwise"
    assert {fault.code for fault in service - door} <= OF_MODELS_ALONE, "the door lets through what the service refuses"


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def values_for(schema: Mapping[str, Any], depth: int = 0) -> st.SearchStrategy[object]:
    """Mostly what a field might take, sometimes anything."""
    schema = resolved(schema)
    choices: list[st.SearchStrategy[object]] = [st.sampled_from(NEARLY_RIGHT)]
    choices += [st.just(value) for value in schema.get("enum", ())]
    choices += [values_for(inner, depth) for inner in schema.get("anyOf", ())]
    if "properties" in schema and depth < 3:
        choices += [bodies_for(schema, depth + 1)] * 3
    if "items" in schema and depth < 3:
        choices += [st.lists(values_for(schema["items"], depth + 1), max_size=3)] * 2
    if schema.get("type") == "string":
        choices += [st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)]
    if schema.get("type") == "integer":
        choices += [st.integers(-2, 2**31)]
    return st.one_of(choices)


def bodies_for(schema: Mapping[str, Any], depth: int = 0) -> st.SearchStrategy[object]:
    fields = {name: values_for(inner, depth) for name, inner in schema["properties"].items()}
    required = {name: fields[name] for name in schema.get("required", ())}
    optional = {name: inner for name, inner in fields.items() if name not in required}
    whole = st.fixed_dictionaries(required, optional=optional)
    extra = st.dictionaries(st.sampled_from(["extra", "Body", "a/b", "~"]), st.sampled_from(NEARLY_RIGHT), max_size=1)
    partial = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(whole, whole, whole, partial, st.builds(dict.__or__, whole, extra), st.sampled_from(NEARLY_RIGHT))


def queries_for(row: Route) -> st.SearchStrategy[bytes]:
    names = [each["name"] for each in operation_of(row).get("parameters", ()) if each["in"] == "query"]
    pairs = st.tuples(st.sampled_from([*names, "unknown"]), st.sampled_from(TEXTS))
    return st.lists(pairs, max_size=4).map(lambda found: urlencode(found).encode())


def arguments_for(row: Route) -> st.SearchStrategy[tuple[str, ...]]:
    one = st.sampled_from([text for text in TEXTS if text])
    return st.tuples(*(one for _ in range(row.path.count("{"))))


def test_the_document_says_nothing_that_the_door_does_not_understand() -> None:
    assert checks().unknown == set()


@pytest.mark.parametrize("row", WITH_BODY, ids=name_of)
def test_a_body_is_judged_alike(row: Route) -> None:
    schema = operation_of(row)["requestBody"]["content"]["application/json"]["schema"]

    @settings(max_examples=150, deadline=None)
    @given(arguments_for(row), values_for(schema))
    def judged(arguments: tuple[str, ...], body: object) -> None:
        agree(row, arguments, b"", body)

    judged()


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_path_and_a_query_are_judged_alike(row: Route) -> None:
    @settings(max_examples=30, deadline=None)
    @given(arguments_for(row), queries_for(row))
    def judged(arguments: tuple[str, ...], query: bytes) -> None:
        agree(row, arguments, query, {})

    judged()


@pytest.mark.parametrize("row", WITH_BODY, ids=name_of)
def test_the_largest_body_that_can_be_right_is_within_the_routes_limit(row: Route) -> None:
    schema = operation_of(row)["requestBody"]["content"]["application/json"]["schema"]
    if name_of(row) != "POST /events/streams/{stream}":
        assert longest(schema) <= row.body_limit_bytes


def longest(schema: Mapping[str, Any]) -> int:
    """Bytes of the longest value in the most wasteful way to write it: a character may take twelve."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return max(longest(inner) for inner in schema["anyOf"])
    if "properties" in schema:
        return 2 + sum(len(name) + 4 + longest(inner) for name, inner in schema["properties"].items())
    if "items" in schema:
        return 2 + int(schema["maxItems"]) * (1 + longest(schema["items"]))
    if schema.get("format") == "uuid":
        return 2 + 6 * len("urn:uuid:0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3b")
    return 2 + 12 * int(schema.get("maxLength", 100))
