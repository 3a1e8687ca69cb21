"""What the gateway is told."""

from typing import ClassVar, Literal

from pydantic import Field

from shared.settings.service_settings import ServiceSettings


class GatewaySettings(ServiceSettings):
    """Beside the common ones: where the services are, and whether limits are kept."""

    service: ClassVar[str] = "gateway"

    upstream_url: str = Field(pattern=r"^(unix:/.*|tcp:.*)\{service\}.*$")
    """`unix:/folder/{service}.sock` or `tcp:host-{service}:port`."""
    rate_limits: Literal["on", "off"] = "on"
    requests_per_second: float = Field(default=1000, gt=0)
    """Sustained, for an address and for an account."""
    request_burst: int = Field(default=5000, ge=1)
    """Requests that may come at once after a quiet time."""
