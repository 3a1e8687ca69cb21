"""The API's document as it was published with a version, kept so that no client is broken unawares."""

import json
from typing import Any

from ops.clients.compatibility import breaking_changes, may_break
from ops.embedded.service_plans import PROJECT_ROOT

PUBLISHED = PROJECT_ROOT / "clients" / "published.json"


class BreakingChangeError(Exception):
    """Clients of the published version would break, and the version does not say so."""


def keep_published(document: dict[str, Any]) -> None:
    """Keep the document as that of its version, once for each version.

    Raises: BreakingChangeError.
    """
    published = read_published()
    if breaks := unannounced_breaks(published, document):
        raise BreakingChangeError(
            "\n".join(["raise the version in pyproject.toml, or keep what clients have:", *breaks])
        )
    if published["info"]["version"] != document["info"]["version"]:
        PUBLISHED.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def read_published() -> dict[str, Any]:
    """The document of the version that clients have."""
    document: dict[str, Any] = json.loads(PUBLISHED.read_text())
    return document


def unannounced_breaks(published: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """What breaks clients of the published document, unless the new version says so."""
    if may_break(published["info"]["version"], document["info"]["version"]):
        return []
    return breaking_changes(published, document)
