"""The same algorithm in this process, for the time that Redis is away. Source: ITU-T I.371, annex A."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Quota:
    """A sustained rate and what may come at once."""

    interval_seconds: float
    burst: int

    @property
    def tolerance_seconds(self) -> float:
        """How far ahead of its schedule a subject may be."""
        return self.interval_seconds * (self.burst - 1)


@dataclass(slots=True)
class LocalLimiter:
    """Remembers the newest 50,000 subjects; the clock is passed in."""

    quota: Quota
    _arrivals: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def charge(self, subjects: Sequence[str], now: float) -> float:
        """0.0, or the seconds until the first refused subject may call again; nobody is charged for a refusal."""
        arrivals = {subject: max(self._arrivals.get(subject, 0.0), now) for subject in subjects}
        for arrival in arrivals.values():
            if arrival - now > self.quota.tolerance_seconds:
                return arrival - now - self.quota.tolerance_seconds
        for subject, arrival in arrivals.items():
            self._arrivals[subject] = arrival + self.quota.interval_seconds
            self._arrivals.move_to_end(subject)
        while len(self._arrivals) > REMEMBERED:
            self._arrivals.popitem(last=False)
        return 0.0
