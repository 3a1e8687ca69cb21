"""A circuit breaker: after repeated failure nobody waits, and one probe at a time finds out whether it is over.

Source: M. Nygard, Release It!, 2nd ed., ch. 5. Pure: the clock is passed in.
"""

from collections.abc import Callable
from enum import Enum
from time import monotonic


class State(Enum):
    """Closed lets all pass, open none, half-open one probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class CircuitBreaker:
    """Opens after `failures` in a row; lets one probe through every `pause_seconds`."""

    def __init__(
        self, *, failures: int = 5, pause_seconds: float = 1.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._threshold = failures
        self._pause = pause_seconds
        self._clock = clock
        self._failed = 0
        self._probe_at = 0.0
        self.state = State.CLOSED

    @property
    def is_due(self) -> bool:
        """Whether a probe may be tried now."""
        return self.state is not State.CLOSED and self._clock() >= self._probe_at

    def allows(self) -> bool:
        """Whether a call may be tried now; when half-open, True is said once per pause."""
        if self.state is State.CLOSED:
            return True
        if not self.is_due:
            return False
        self.state = State.HALF_OPEN
        self._probe_at = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        """The call was answered."""
        self._failed = 0
        self.state = State.CLOSED

    def failed(self) -> None:
        """The call was not answered."""
        self._failed += 1
        if self.state is State.HALF_OPEN or self._failed >= self._threshold:
            self.state = State.OPEN
            self._probe_at = self._clock() + self._pause
