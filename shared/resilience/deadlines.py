"""Deadlines that move with what has been achieved. Pure: elapsed time is passed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """A time that is given freely, and after it a pace that must be kept."""

    patience_seconds: float
    slowest_bytes_per_second: float

    def seconds_left(self, elapsed_seconds: float, received_bytes: int) -> float:
        """How long the next piece may still take, from 0 on."""
        allowed = self.patience_seconds + received_bytes / self.slowest_bytes_per_second
        return max(allowed - elapsed_seconds, 0.0)
