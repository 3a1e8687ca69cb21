"""How often each subject of a class may call: the classes' shares of what the settings give."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.limits.classes import LIMIT_CLASSES, LimitClass
from services.gateway.limits.gcra import Quota

# A share of little is not so little that nobody could log in.
LEAST_RATE = 1.0
LEAST_BURST = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the settings give: a rate and a burst, others for classes by name, and how much more a territory has."""

    requests_per_second: float
    burst: int
    of_class: Mapping[str, tuple[float, int]]
    territory_multiple: float

    def rate_of(self, limit: LimitClass) -> tuple[float, float]:
        """The rate and the burst of an address, and of an account."""
        given = self.of_class.get(limit.name)
        if given is not None:
            return given
        rate, burst = self.requests_per_second, self.burst
        return max(rate * limit.rate_share, min(rate, LEAST_RATE)), max(
            burst * limit.burst_share, min(burst, LEAST_BURST)
        )


@dataclass(frozen=True, slots=True)
class Quotas:
    """Of one class."""

    address: Quota
    account: Quota
    territory: Quota

    def named(self, has_address: bool, has_account: bool) -> dict[str, Quota]:  # noqa: FBT001 (a pair of answers)
        """Those that count for a request."""
        asked = {"address": self.address if has_address else None, "account": self.account if has_account else None}
        return {name: quota for name, quota in {**asked, "territory": self.territory}.items() if quota is not None}


def quotas_by_class(allowance: Allowance) -> dict[LimitClass, Quotas]:
    """Those of all classes."""
    return {limit: _quotas(*allowance.rate_of(limit), allowance.territory_multiple) for limit in LIMIT_CLASSES}


def _quotas(rate: float, burst: float, multiple: float) -> Quotas:
    own = Quota.of(rate, burst)
    return Quotas(own, own, Quota.of(rate * multiple, burst * multiple))
