"""The document that the gateway serves: committed, so that the gateway starts whether or not a service is up."""

import json
from importlib.metadata import version
from typing import Any

from ops.embedded.service_plans import PROJECT_ROOT
from ops.openapi.merge import merge_documents
from ops.openapi.service_documents import service_documents
from services.gateway.proxy.routing_table import service_for

GATEWAY = "gateway"
DOCUMENT = PROJECT_ROOT / "services" / "gateway" / "documentation" / "openapi.json"
ON_EVERY_SERVICE = ("/health", "/health/live", "/health/ready", "/version", "/metrics")


def build_document() -> dict[str, Any]:
    """Merge what the services say now. Cost: imports all seven services."""
    documents = {name: _reachable(name, document) for name, document in service_documents().items()}
    return merge_documents(documents, version=version("unityplan-pod"), first=GATEWAY, hidden=ON_EVERY_SERVICE)


def _reachable(service: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with those paths only that the gateway passes on to this service."""
    if service == GATEWAY:
        return document
    paths = {path: item for path, item in document["paths"].items() if service_for(path) == service}
    return {**document, "paths": paths}


def render(document: dict[str, Any]) -> str:
    """The text of the committed file."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
