"""How a room that works on one territory ends as a program: what it says stands alone on its output."""

import sys
from collections.abc import Callable, Iterable

from shared.errors import ServiceError
from shared.observability.logging import configure_logging


def told(name: str, answer: Callable[[], Iterable[str]]) -> int:
    """Write the lines of an answer; exit code 0, or 1 with one line on standard error when it was refused."""
    configure_logging(name, "critical")
    try:
        sys.stdout.writelines(f"{line}\n" for line in answer())
    except ServiceError as error:
        sys.stderr.write(f"unityplan: {error.detail} ({error.code})\n")
        return 1
    return 0
