"""Where a request came in: at the public address of a service or at its inner one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.settings.service_settings import ServiceSettings

UNIX = "unix:"
INHERITED = "fd:"
_UNNAMED = "~"


def unnamed(path: Path) -> Path:
    """Where a socket is made, before it takes its name; its server goes on to know it by this one."""
    return path.with_name(path.name + _UNNAMED)


def is_inner(scope: Mapping[str, Any], settings: ServiceSettings) -> bool:
    """Whether the request came in at the inner address; a service without one of its own has only that."""
    if settings.inner_listen is None:
        return True
    host, port = scope.get("server") or (None, None)
    if settings.inner_listen.startswith(UNIX):
        return port is None and host == settings.inner_listen.removeprefix(UNIX) + _UNNAMED
    return port is not None and str(port) == settings.inner_listen.rpartition(":")[2]
