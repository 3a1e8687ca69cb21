"""What a new API document takes from the clients of an older one.

A document is read as two sets of lines: what it promises (an operation, a value that is taken, a field that is there)
and what it demands (a field that must be sent, a value that must be understood). Clients break where a promise is gone,
or where a demand or a narrower bound is new at a place that they knew; what is added breaks nobody.

Of our own, since what compares documents well is a program in another language, and the rest is young.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
Document = dict[str, Any]

# By sign: a larger lower bound and a smaller upper one refuse what was taken before.
_BOUNDS = {"minimum": 1, "minLength": 1, "minItems": 1, "maximum": -1, "maxLength": -1, "maxItems": -1}


def breaking_changes(old: Document, new: Document) -> list[str]:
    """A line for each thing that clients of `old` had and `new` does not give them, or wants of them besides."""
    before, after = _read(old), _read(new)
    gone = (f"gone: {line}" for line in before.promises - after.promises)
    wanted = (
        f"wanted: {line}"
        for line, place in after.demands.items()
        if line not in before.demands and place in before.places
    )
    narrower = (
        f"narrower: {line}"
        for line, (place, bound) in after.bounds.items()
        if place in before.places and bound > before.bounds.get(line, (place, float("-inf")))[1]
    )
    return sorted([*gone, *wanted, *narrower])


def may_break(old_version: str, new_version: str) -> bool:
    """Whether the version tells clients to look: a new major one does, and before 1.0 a new minor one."""
    old, new = (tuple(int(part) for part in version.split(".")) for version in (old_version, new_version))
    telling = 1 if old[0] else 2
    return new[:telling] > old[:telling]


@dataclass(slots=True)
class _Lines:
    components: Document
    promises: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    demands: dict[str, str] = field(default_factory=dict)
    """Each with the place that demands it."""
    bounds: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Each with its place, and how narrow it is."""

    def demand(self, place: str, what: str) -> None:
        self.demands[f"{place} {what}"] = place


def _read(document: Document) -> _Lines:
    lines = _Lines(document["components"])
    lines.promises |= {f"model {name}" for name in document["components"]["schemas"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _read_operation(lines, f"{method.upper()} {path}", operation)
    return lines


def _read_operation(lines: _Lines, name: str, operation: Document) -> None:
    lines.places.add(name)
    lines.promises.add(f"{name} as {operation['operationId']}")
    if {} not in operation["security"]:
        lines.demand(name, "a token")
    for parameter in operation.get("parameters", ()):
        what = f"{parameter['in']} {parameter['name']}"
        if parameter.get("required"):
            lines.demand(name, what)
        _read_taken(lines, f"{name} {what}", parameter["schema"])
    body = operation.get("requestBody", {})
    if body.get("required"):
        lines.demand(name, "a body")
    for media_type, content in body.get("content", {}).items():
        lines.promises.add(f"{name} takes {media_type}")
        _read_taken(lines, f"{name} body", content["schema"])
    for status, response in operation["responses"].items():
        if status < "400":
            _read_response(lines, f"{name} {status}", response)


def _read_response(lines: _Lines, place: str, response: Document) -> None:
    lines.promises.add(place)
    for media_type, content in response.get("content", {}).items():
        lines.promises.add(f"{place} as {media_type}")
        _read_answered(lines, place, content["schema"])


def _read_taken(lines: _Lines, place: str, schema: Schema, inside: frozenset[str] = frozenset()) -> None:
    """What may be sent: each kind and value is a promise, each field that must be there a demand."""
    lines.places.add(place)
    for variant, within in _variants(lines, schema, inside):
        lines.promises |= {f"{place} takes {kind}" for kind in _kinds(variant)}
        if "pattern" in variant:
            lines.demand(place, f"like {variant['pattern']}")
        for bound, sign in _BOUNDS.items():
            if bound in variant:
                lines.bounds[f"{place} {bound}"] = (place, sign * variant[bound])
        for name in variant.get("required", ()):
            lines.demand(place, f"with {name}")
        for inner, part in _parts(place, variant):
            lines.promises.add(f"{inner} is read")
            _read_taken(lines, inner, part, within)


def _read_answered(lines: _Lines, place: str, schema: Schema, inside: frozenset[str] = frozenset()) -> None:
    """What is answered: each field is a promise, each kind and value a demand to understand it."""
    lines.places.add(place)
    for variant, within in _variants(lines, schema, inside):
        for kind in _kinds(variant):
            lines.demand(place, f"may be {kind}")
        lines.promises |= {f"{place}.{name} is always there" for name in variant.get("required", ())}
        for inner, part in _parts(place, variant):
            lines.promises.add(f"{inner} is answered")
            _read_answered(lines, inner, part, within)


def _variants(lines: _Lines, schema: Schema, inside: frozenset[str]) -> Iterator[tuple[Schema, frozenset[str]]]:
    """The schema itself or its alternatives, references followed; a model inside itself ends there."""
    reference = schema.get("$ref")
    if reference is not None:
        if reference not in inside:
            target = lines.components["schemas"][reference.rpartition("/")[2]]
            yield from _variants(lines, target, inside | {reference})
        return
    alternatives = [each for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, ())]
    if not alternatives:
        yield schema, inside
    for each in alternatives:
        yield from _variants(lines, each, inside)


def _kinds(schema: Schema) -> Iterable[str]:
    if "const" in schema:
        return [repr(schema["const"])]
    if "enum" in schema:
        return [repr(value) for value in schema["enum"]]
    return [" ".join(filter(None, (schema.get("type", "anything"), schema.get("format"))))]


def _parts(place: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{place}.{name}", part
    if "items" in schema:
        yield f"{place}[]", schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        yield f"{place}.*", schema["additionalProperties"]
