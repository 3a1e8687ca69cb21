"""What came of charging a request, as the client is told.

Source: draft-ietf-httpapi-ratelimit-headers-10. `RateLimit-Policy` names every quota that counts, `RateLimit` the one
that is closest to its end: `q` requests within `w` seconds, `r` of them left, all of them again after `t` seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from services.gateway.limits.classes import LimitClass
from services.gateway.limits.gcra import MICROSECONDS, Quota
from shared.errors import Kind, ServiceError

POLICY = b"ratelimit-policy"
STANDING = b"ratelimit"
_PLENTY = 1 << 62
# Requests; more than gateways pass on before they hear of one another.
MUCH = 500


@dataclass(frozen=True, slots=True)
class _Quota:
    """One that counts: how its standing is told, and when it is used up."""

    standing: bytes
    """The value of `RateLimit`, with `r` and `t` left open."""
    lines: bytes
    """Both fields as they stand in the head of an answer, with `r` and `t` left open."""
    interval: int
    whole: int
    """Microseconds that a burst takes of the schedule."""


@dataclass(slots=True)
class Verdict:
    """Whether a request may pass, and what is said of the quota that is closest to its end."""

    wait_seconds: float
    """0 for a request that may pass."""
    policy: bytes
    _quota: _Quota
    _left: int
    _again_seconds: int

    @property
    def is_clear(self) -> bool:
        """Whether much is left, and more than half, of the quota that is closest to its end."""
        left = self._left
        return left > MUCH and 2 * left * self._quota.interval > self._quota.whole and self.wait_seconds == 0

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ASGI has them."""
        return [(POLICY, self.policy), (STANDING, self._quota.standing % (self._left, self._again_seconds))]

    @property
    def lines(self) -> bytes:
        """As they stand in the head of an answer."""
        return self._quota.lines % (self._left, self._again_seconds)

    def require(self) -> None:
        """Go on only if it may pass.

        Raises:
            ServiceError: too_many `rate-limited`, with the seconds to wait.
        """
        if self.wait_seconds > 0:
            detail = "There were too many requests; wait a little."
            raise ServiceError(
                Kind.TOO_MANY, "rate-limited", detail, retry_after_seconds=max(1, ceil(self.wait_seconds))
            )


class Panel:
    """The quotas that count for a kind of request, each with its name."""

    def __init__(self, limit: LimitClass, quotas: Mapping[str, Quota]) -> None:
        self.quotas = tuple(quotas.values())
        self.arguments = [number for quota in self.quotas for number in (quota.interval, quota.tolerance)]
        """For the script."""
        named = {f'"{limit.name}-{name}"': quota for name, quota in quotas.items()}
        self._policy = ", ".join(f"{name};q={q.burst};w={q.window_seconds}" for name, q in named.items()).encode()
        self._quotas = tuple(self._told(f"{name};r=%d;t=%d".encode(), quota) for name, quota in named.items())

    def judge(self, standing: Sequence[int]) -> Verdict:
        """From what the script answered: whoever has the fewest requests left speaks for all."""
        least, closest, longest = _PLENTY, self._quotas[0], 0
        for quota, at in zip(self._quotas, standing[1:], strict=True):
            left = (quota.whole - at) // quota.interval if at < quota.whole else 0
            if left < least or (left == least and at > longest):
                least, closest, longest = left, quota, at
        # Whole seconds, rounded up.
        return Verdict(standing[0] / MICROSECONDS, self._policy, closest, least, -(-longest // MICROSECONDS))

    def _told(self, standing: bytes, quota: Quota) -> _Quota:
        lines = b"%b: %b\r\n%b: %b\r\n" % (POLICY, self._policy, STANDING, standing)
        return _Quota(standing, lines, quota.interval, quota.interval * quota.burst)
