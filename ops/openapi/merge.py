"""Merges the OpenAPI documents of the services into the one that clients of the gateway see."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REFERENCE = "#/components/"

INFO = {
    "title": "UnityPlan pod",
    "description": "A territory's community platform. Errors are RFC 9457 problem documents with a stable `code`.",
}


class MergeError(Exception):
    """Two services claim the same operation, or one name for two."""


@dataclass(slots=True)
class _Merged:
    paths: Document = field(default_factory=dict)
    components: dict[str, Document] = field(default_factory=dict)
    operation_ids: set[str] = field(default_factory=set)
    tags: list[Document] = field(default_factory=list)


def merge_documents(documents: Mapping[str, Document], *, version: str, first: str, hidden: Iterable[str]) -> Document:
    """One OpenAPI 3.1 document with the paths below the server `/api`.

    Where the service `first` (the gateway) answers an operation itself, its description counts. `hidden` are paths that
    every service has and that only `first` shows. Components that differ but share a name get the service's name in
    front; equal ones are merged.

    Raises: MergeError when two other services describe the same operation, or two operations have one id.
    """
    merged = _Merged()
    secret = set(hidden)
    for service in sorted(documents, key=lambda name: (name != first, name)):
        document = _with_own_names(service, documents[service], merged.components)
        merged.tags.append({"name": service, "description": document["info"].get("description", "")})
        _add_components(merged, document)
        for path, item in document["paths"].items():
            if service == first or path not in secret:
                _add_path(merged, service, path, item, may_yield=first in documents)
    return _finished(merged, version)


def _finished(merged: _Merged, version: str) -> Document:
    return {
        "openapi": "3.1.0",
        "info": {**INFO, "version": version},
        "servers": [{"url": "/api"}],
        "tags": merged.tags,
        "paths": dict(sorted(merged.paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(merged.components.items())},
    }


def _add_components(merged: _Merged, document: Document) -> None:
    for kind, named in document.get("components", {}).items():
        merged.components.setdefault(kind, {}).update(named)


def _add_path(merged: _Merged, service: str, path: str, item: Document, *, may_yield: bool) -> None:
    target = merged.paths.setdefault(path, {})
    for key, value in item.items():
        if key not in METHODS:
            target[key] = value
        elif key not in target:
            target[key] = _operation(merged, service, value)
        elif not (may_yield and target[key]["tags"] == [merged.tags[0]["name"]]):
            raise MergeError(f"{key.upper()} {path} is described by {target[key]['tags'][0]} and by {service}")


def _operation(merged: _Merged, service: str, operation: Document) -> Document:
    name = str(operation["operationId"])
    if name in merged.operation_ids:
        raise MergeError(f"the operation id {name} of {service} is taken: clients need one name for each")
    merged.operation_ids.add(name)
    return {**operation, "tags": [service]}


def _with_own_names(service: str, document: Document, taken: Mapping[str, Document]) -> Document:
    """The document with each component renamed that another service describes differently under the same name.

    A component that points to a renamed one differs too, so this is repeated until nothing is renamed any more.
    """
    while renames := _clashes(service, document, taken):
        document = _renamed(document, renames)
    return document


def _clashes(service: str, document: Document, taken: Mapping[str, Document]) -> dict[tuple[str, str], str]:
    return {
        (kind, name): f"{service.capitalize()}{name}"
        for kind, named in document.get("components", {}).items()
        for name, component in named.items()
        if name in taken.get(kind, {}) and taken[kind][name] != component
    }


def _renamed(document: Document, renames: Mapping[tuple[str, str], str]) -> Document:
    references = {f"{REFERENCE}{kind}/{old}": f"{REFERENCE}{kind}/{new}" for (kind, old), new in renames.items()}
    copy: Document = _replace(json.loads(json.dumps(document)), references)
    for (kind, old), new in renames.items():
        copy["components"][kind][new] = copy["components"][kind].pop(old)
    return copy


def _replace(node: Any, references: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {key: _replace(value, references) for key, value in node.items()}
    if isinstance(node, list):
        return [_replace(value, references) for value in node]
    return references.get(node, node) if isinstance(node, str) else node
