"""What the gateway is told."""

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from services.gateway.limits.classes import LIMIT_CLASSES
from services.gateway.limits.quotas import Allowance
from shared.settings.service_settings import CommaList, ServiceSettings

_CLASS_QUOTA = re.compile(rf"({'|'.join(limit.name for limit in LIMIT_CLASSES)})=([0-9]*\.?[0-9]+)/([1-9][0-9]*)")


class GatewaySettings(ServiceSettings):
    """Beside the common ones: where the services are, and whether limits are kept."""

    service: ClassVar[str] = "gateway"

    upstream_url: str = Field(pattern=r"^(unix:/|tcp:)[^,]*\{service\}[^,]*(,(unix:/|tcp:)[^,]*\{service\}[^,]*)*$")
    """`unix:/folder/{service}.sock` or `tcp:host-{service}:port`; several with commas between."""
    rate_limits: Literal["on", "off"] = "on"
    requests_per_second: float = Field(default=1000, gt=0)
    """Sustained, for an address and for an account, in each class of routes; most classes give a share of it."""
    request_burst: int = Field(default=5000, ge=1)
    """Requests that may come at once after a quiet time; shared out in the same way."""
    class_quotas: CommaList = ()
    """Quotas of single classes instead of their shares, `login=5/100,export=0.5/10`: sustained rate and burst."""
    territory_multiple: float = Field(default=10, ge=1)
    """How many times the quota of one address all requests of a territory have together."""
    gateway_replicas: int = Field(default=1, ge=1)
    """Gateways of the pod; while Redis is away each gives its part of every quota."""

    @field_validator("class_quotas", mode="before")
    @classmethod
    def _split_quotas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _every_class_quota_can_be_read(self) -> Self:
        if not all(match and float(match[2]) > 0 for match in map(_CLASS_QUOTA.fullmatch, self.class_quotas)):
            names = ", ".join(limit.name for limit in LIMIT_CLASSES)
            message = f"CLASS_QUOTAS: give class=rate/burst, as login=5/100; classes are {names}"
            raise ValueError(message)
        return self

    @property
    def allowance(self) -> Allowance:
        """What the settings say of limits."""
        found = [match for match in map(_CLASS_QUOTA.fullmatch, self.class_quotas) if match]
        of_class = {match[1]: (float(match[2]), int(match[3])) for match in found}
        return Allowance(self.requests_per_second, self.request_burst, of_class, self.territory_multiple)
