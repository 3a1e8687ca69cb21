"""Each operation's checks, compiled once from the API document: of the path, the query, and a JSON body."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from starlette.datastructures import Headers

from services.gateway.policies.matching import Arguments
from services.gateway.policies.route import Route
from services.gateway.validation.translation import Schema, Translation
from shared.web.bodies import has_body, parse_json, require_json, require_plain
from shared.web.problems import validation_failed

Faults = list[Mapping[str, Any]]

# Paths that were right, for each operation: the same ones are asked for again and again.
REMEMBERED = 1024
LONGEST_REMEMBERED = 100

_JSON = "application/json"
_BRACES = re.compile(r"\{([^}]+)\}")


class Checks:
    """Those of all operations of a document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        components = document["components"]["schemas"]
        of_text, of_json = (Translation(components, of_json=is_json) for is_json in (False, True))
        self._by_operation = {
            (method.upper(), path): OperationChecks(of_text, of_json, path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }
        self.unknown = of_text.unknown | of_json.unknown
        """Words of the document that are not checked here."""

    def of(self, route: Route) -> "OperationChecks | None":
        """Those of a row; None for one that the document does not describe."""
        return self._by_operation.get((route.method, route.path))


class OperationChecks:
    """What a request of one operation must hold to; what it does not is said in the words of the services."""

    def __init__(self, of_text: Translation, of_json: Translation, path: str, operation: Mapping[str, Any]) -> None:
        self._names = tuple(_BRACES.findall(path))
        self._right: set[Arguments] = set()
        self._path = _Rules("path", _parameters(of_text, operation, "path"))
        queries = _named(operation, "query")
        self._has_query = bool(queries)
        self._needs_query = any(parameter["required"] for parameter in queries.values())
        self._lists = frozenset(name for name, parameter in queries.items() if _is_list(parameter["schema"]))
        self._query = _Rules("query", _parameters(of_text, operation, "query"))
        body = operation.get("requestBody", {})
        schema = body.get("content", {}).get(_JSON, {}).get("schema")
        self._body = _Rules("body", of_json.rules_of(schema)) if schema is not None else None
        self._needs_body = bool(body.get("required"))

    @property
    def takes_json(self) -> bool:
        """Whether the body is to be read before it is passed on; others stream through."""
        return self._body is not None

    def check_head(self, headers: Headers) -> None:
        """Go on to read the body only if it is of the kind that this operation takes.

        Raises:
            ServiceError: unsupported `unsupported-encoding`, `unsupported-media-type`.
        """
        require_plain(headers)
        if has_body(headers):
            require_json(headers)

    def check(self, arguments: Arguments, query: bytes, body: bytes = b"") -> None:
        """Go on only with a path, a query and a body that the document allows; the answer names the faults of all.

        Raises:
            ServiceError: malformed `malformed-json`; invalid `json-not-storable`, `validation-failed`.
        """
        faults = self._faults_of_body(body) if self._body is not None else []
        if self._has_query and (query or self._needs_query):
            faults = self._query.faults(self._values(query)) + faults
        if self._names and arguments not in self._right:
            faults = self._faults_of_path(arguments) + faults
        if faults:
            raise validation_failed(faults)

    def _faults_of_path(self, arguments: Arguments) -> Faults:
        faults = self._path.faults(dict(zip(self._names, arguments, strict=True)))
        if not faults and sum(map(len, arguments)) <= LONGEST_REMEMBERED:
            if len(self._right) >= REMEMBERED:
                self._right.clear()
            self._right.add(arguments)
        return faults

    def _faults_of_body(self, body: bytes) -> Faults:
        if body and self._body is not None:
            return self._body.faults(parse_json(body))
        return [{"type": "missing", "loc": ("body",), "msg": "Field required"}] if self._needs_body else []

    def _values(self, query: bytes) -> dict[str, str | list[str]]:
        """As the services read it: of a name that stands twice the last, unless it is a list's."""
        values: dict[str, Any] = {}
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            if name in self._lists:
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        return values


class _Rules:
    """A compiled validator, and where what it looks at stands in a request."""

    def __init__(self, location: str, rules: CoreSchema) -> None:
        self._location = location
        self._validator = SchemaValidator(rules)

    def faults(self, value: object) -> Faults:
        try:
            self._validator.validate_python(value, from_attributes=True)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            return [{**fault, "loc": (self._location, *fault["loc"])} for fault in found]
        return []


def _named(operation: Mapping[str, Any], location: str) -> dict[str, Mapping[str, Any]]:
    return {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == location}


def _parameters(translation: Translation, operation: Mapping[str, Any], location: str) -> CoreSchema:
    named = _named(operation, location)
    required = frozenset(name for name, parameter in named.items() if parameter["required"])
    return translation.fields({name: parameter["schema"] for name, parameter in named.items()}, required, "ignore")


def _is_list(schema: Schema) -> bool:
    return schema.get("type") == "array" or any(_is_list(each) for each in schema.get("anyOf", ()))
