"""The document that the gateway serves: committed, so that the gateway starts whether or not a service is up."""

import json
from importlib.metadata import version
from typing import Any

from ops.embedded.service_plans import PROJECT_ROOT
from ops.openapi.merge import merge_documents
from ops.openapi.service_documents import service_documents
from services.gateway.policies.route_table import OUTSIDE
from shared.web.problems import problems

GATEWAY = "gateway"
DOCUMENT = PROJECT_ROOT / "services" / "gateway" / "documentation" / "openapi.json"
ON_EVERY_SERVICE = ("/health", "/health/live", "/health/ready", "/version", "/metrics")
# What the gateway refuses before anyone is asked, and what it answers when a service does not.
AT_THE_DOOR = (400, 401, 403, 414, 421, 429, 431)
ON_THE_WAY = (502, 503, 504)


def build_document() -> dict[str, Any]:
    """Merge what the services say now. Cost: imports all seven services."""
    documents = {name: _below_the_api(document) for name, document in service_documents().items()}
    merged = merge_documents(documents, version=version("unityplan-pod"), first=GATEWAY, hidden=ON_EVERY_SERVICE)
    for operation in (each for item in merged["paths"].values() for each in item.values()):
        _add_refusals(operation, AT_THE_DOOR if operation["tags"] == [GATEWAY] else AT_THE_DOOR + ON_THE_WAY)
    return merged


def _below_the_api(document: dict[str, Any]) -> dict[str, Any]:
    """Without what the gateway answers outside the API."""
    outside = {route.path for route in OUTSIDE}
    return {**document, "paths": {path: item for path, item in document["paths"].items() if path not in outside}}


def _add_refusals(operation: dict[str, Any], statuses: tuple[int, ...]) -> None:
    added = {str(status): problem for status, problem in problems(*statuses).items()}
    operation["responses"] = dict(sorted({**added, **operation["responses"]}.items()))


def render(document: dict[str, Any]) -> str:
    """The text of the committed file."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
