"""Being asked to end while a change is under way: heeded between two steps, so that nothing is left half done."""

import signal
from types import FrameType
from typing import Any, Self

from ops.deployment.failures import DeploymentError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Notes the signals while its block runs."""

    def __init__(self) -> None:
        self._is_asked = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._former = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def heed(self) -> None:
        """Raises: DeploymentError when the end was asked for."""
        if self._is_asked:
            raise DeploymentError("it was interrupted")

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked = True
