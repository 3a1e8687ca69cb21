"""What FastAPI's document of a service leaves out or gets wrong, put right before anyone reads it."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from shared.web.dependencies import authenticated_call
from shared.web.problems import PROBLEM_SCHEMA, Problem

Document = dict[str, Any]

_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_KEY = "idempotency-key"


def operation_id(route: APIRoute) -> str:
    """The endpoint's own name: clients are generated with it, so it must not change with the path."""
    return route.name


def complete_document(app: FastAPI) -> None:
    """Let `app.openapi` tell of problems, of who must be logged in, and of keys where they count."""
    build = app.openapi

    def openapi() -> Document:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = build()
        _add_problem(document)
        guarded = frozenset(_for_citizens(app))
        for path, item in document["paths"].items():
            for method, operation in item.items():
                _complete(operation, path, method, is_guarded=(path, method) in guarded)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _add_problem(document: Document) -> None:
    components = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components.update(problem.pop("$defs", {}))
    components["Problem"] = problem
    for name in _FRAMEWORKS_OWN:
        components.pop(name, None)


def _complete(operation: Document, path: str, method: str, *, is_guarded: bool) -> None:
    _summarise(operation)
    if "422" in operation["responses"]:
        operation["responses"]["422"]["content"] = {"application/problem+json": {"schema": {"$ref": PROBLEM_SCHEMA}}}
    if "security" in operation and not is_guarded:
        # Without a token too: what is for everyone is shown, and with one what its owner may see besides.
        operation["security"] = [{}, *operation["security"]]
    if "parameters" in operation and (method != "post" or path.startswith("/auth/")):
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != _KEY]


def _summarise(operation: Document) -> None:
    """The first sentence of the endpoint's docstring in place of its name, and what follows as its description."""
    text = operation.pop("description", "")
    first, _, rest = text.partition("\n\n")
    sentence, _, more = first.replace("\n", " ").partition(". ")
    operation["summary"] = sentence.removesuffix(".")
    if description := "\n\n".join(part for part in (more, rest) if part):
        operation["description"] = description


def _for_citizens(app: FastAPI) -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and _asks_who_calls(route.dependant):
            for method in route.methods or ():
                yield context.path or route.path, method.lower()


def _asks_who_calls(dependant: Dependant) -> bool:
    return any(each.call is authenticated_call or _asks_who_calls(each) for each in dependant.dependencies)
