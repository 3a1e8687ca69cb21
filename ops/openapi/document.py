"""The document that the gateway serves: committed, so that the gateway starts whether or not a service is up."""

import json
from importlib.metadata import version
from typing import Any

from ops.embedded.service_plans import PROJECT_ROOT
from ops.openapi.merge import merge_documents
from ops.openapi.service_documents import service_documents

DOCUMENT = PROJECT_ROOT / "services" / "gateway" / "documentation" / "openapi.json"
ON_EVERY_SERVICE = ("/health", "/health/live", "/health/ready", "/version", "/metrics")


def build_document() -> dict[str, Any]:
    """Merge what the services say now. Cost: imports all seven services."""
    return merge_documents(
        service_documents(), version=version("unityplan-pod"), first="gateway", hidden=ON_EVERY_SERVICE
    )


def render(document: dict[str, Any]) -> str:
    """The text of the committed file."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
