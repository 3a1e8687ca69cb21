"""The same algorithm in this process, for the time that Redis is away. Source: ITU-T I.371, annex A."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

MICROSECONDS = 1_000_000
REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Quota:
    """A sustained rate, as microseconds from one request to the next, and what may come at once."""

    interval: int
    burst: int

    @classmethod
    def of(cls, requests_per_second: float, burst: float) -> "Quota":
        """At least one request at a time, and a million a second at most."""
        return cls(max(1, round(MICROSECONDS / requests_per_second)), max(1, int(burst)))

    @property
    def tolerance(self) -> int:
        """How far ahead of its schedule a subject may be, in microseconds."""
        return self.interval * (self.burst - 1)

    @property
    def window_seconds(self) -> int:
        """How long it takes until a burst may come again."""
        return ceil(self.interval * self.burst / MICROSECONDS)

    def shared_by(self, processes: int) -> "Quota":
        """What each may give when they do not know of one another."""
        return Quota(self.interval * processes, max(1, self.burst // processes))


@dataclass(slots=True)
class LocalLimiter:
    """Remembers the newest 50,000 subjects; the clock is passed in, in microseconds."""

    _arrivals: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def charge(self, subjects: Sequence[str], quotas: Sequence[Quota], now: int) -> list[int]:
        """As the script answers: the wait, 0 for a request that passes; then how far each subject is ahead."""
        ahead = [max(self._arrivals.get(subject, 0) - now, 0) for subject in subjects]
        wait = max(0, *(at - quota.tolerance for at, quota in zip(ahead, quotas, strict=True)))
        if wait > 0:
            return [wait, *ahead]
        ahead = [at + quota.interval for at, quota in zip(ahead, quotas, strict=True)]
        for subject, at in zip(subjects, ahead, strict=True):
            self._arrivals[subject] = now + at
            self._arrivals.move_to_end(subject)
        while len(self._arrivals) > REMEMBERED:
            self._arrivals.popitem(last=False)
        return [0, *ahead]
