"""Errors as RFC 9457 problem documents: one shape, one place."""

import http
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.errors import FieldError, Kind, ServiceError
from shared.observability.logging import get_logger
from shared.observability.request_context import current_request

log = get_logger()

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "https://unityplan.org/problems/"

_METHOD_NOT_ALLOWED = 405
MOST_ERRORS = 50
LONGEST_POINTER = 200


class ProblemField(BaseModel):
    """One wrong field."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457, with a stable code, the request's id, and the fields that are wrong."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[ProblemField] = []


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: these statuses are problem documents."""
    return {
        status: {"description": _title(status), "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_SCHEMA}}}}
        for status in statuses
    }


PROBLEM_SCHEMA = "#/components/schemas/Problem"


def problem_bytes(error: ServiceError, instance: str, request_id: str) -> bytes:
    """The document as bytes."""
    status = error.kind.status
    document = {
        "type": TYPE_PREFIX + error.code,
        "title": _title(status),
        "status": status,
        "detail": error.detail,
        "instance": instance,
        "code": error.code,
        "request_id": request_id,
    }
    if error.errors:
        document["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in error.errors]
    return orjson.dumps(document)


def problem_headers(error: ServiceError) -> dict[str, str]:
    """The headers that go with it."""
    headers = {"content-type": MEDIA_TYPE, "cache-control": "no-store", **error.headers}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    if error.kind is Kind.UNAUTHENTICATED:
        headers.setdefault("www-authenticate", 'Bearer realm="unityplan"')
    if error.kind is Kind.UPGRADE_REQUIRED:
        headers["upgrade"] = "websocket"
        headers["sec-websocket-version"] = "13"
    if error.kind is Kind.TIMEOUT:
        # The rest of the request may still come, and must not be read as the next one.
        headers["connection"] = "close"
    return headers


def problem_response(error: ServiceError, instance: str, headers: Mapping[str, str] | None = None) -> Response:
    """The document as a response."""
    context = current_request.get()
    body = problem_bytes(error, instance, context.request_id if context else "")
    return Response(body, error.kind.status, {**problem_headers(error), **(headers or {})})


def install_problem_handlers(app: FastAPI) -> None:
    """Every refusal of the app is a problem document; what nobody expected is the edge's to answer."""
    app.add_exception_handler(ServiceError, _on_service_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_service_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceError):
        raise error
    if error.kind.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request.refused", code=error.code, cause=type(error.__cause__).__name__)
    return problem_response(error, request.scope["path"])


async def _on_validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(validation_failed(error.errors()), request.scope["path"])


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    # FastAPI wraps whatever fails while it reads a body; ours says more.
    refusal = error.__cause__ if isinstance(error.__cause__, ServiceError) else from_status(error.status_code)
    headers = {"allow": ", ".join(_methods_at(request))} if error.status_code == _METHOD_NOT_ALLOWED else error.headers
    return problem_response(refusal, request.scope["path"], headers)


def _methods_at(request: Request) -> list[str]:
    """What the path takes in all its routes; the framework names only the first one's."""
    path = request.scope["path"]
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(path):
            methods |= route.methods or set()
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def internal_error() -> ServiceError:
    """500 with a text that tells nothing."""
    return ServiceError(Kind.INTERNAL, "internal-error", "Something went wrong here; it has been noted.")


def from_status(status: int) -> ServiceError:
    """What the framework itself refuses."""
    match status:
        case 404:
            return ServiceError(Kind.NOT_FOUND, "route-not-found", "There is nothing at this path.")
        case 405:
            return ServiceError(Kind.METHOD_NOT_ALLOWED, "method-not-allowed", "This path does not take that method.")
        case _ if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            return internal_error()
        case _:
            return ServiceError(Kind.MALFORMED, "bad-request", "The request cannot be read.")


def validation_failed(errors: Sequence[Mapping[str, Any]]) -> ServiceError:
    """422 from pydantic's complaints, which name the field and never repeat its value; fifty at most."""
    fields = [
        FieldError(_pointer(error["loc"]), _code(str(error["type"])), _detail(error)) for error in errors[:MOST_ERRORS]
    ]
    return ServiceError(Kind.INVALID, "validation-failed", "The request has fields that are wrong.", errors=fields)


def _pointer(location: Sequence[str | int]) -> str:
    where, *path = location or ("body",)
    if where in ("query", "header", "path", "cookie"):
        text = f"{'?' if where == 'query' else f'{where}:'}{'.'.join(map(str, path))}"
    else:
        text = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return text[:LONGEST_POINTER]


def _code(kind: str) -> str:
    return kind.replace("_", "-").replace(".", "-")


def _detail(error: Mapping[str, Any]) -> str:
    """Pydantic's own sentence; custom validators of ours raise ValueError with a fixed text.

    A parser's own words after the comma are left out: they quote what was sent.
    """
    message = str(error["msg"])
    if error["type"] in ("value_error", "assertion_error"):
        return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message.partition(", ")[0] if "error" in error.get("ctx", {}) else message


def _title(status: int) -> str:
    return http.HTTPStatus(status).phrase
