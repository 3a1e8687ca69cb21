"""What the peers that keep our policies are told: who signs, whom they limit, where the service is."""

import base64
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

AUDIENCE = "unityplan"
VARIABLE = "PEER_POLICY"
LIMIT_SCRIPT = Path(__file__).with_name("limit.lua").read_text()
# A microsecond between requests and ten seconds of tolerance: nobody is refused, everybody is counted.
LIMIT_ARGUMENTS = ("1", "10000000")

DROPPED = frozenset(
    (
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade", "host", "content-length", "x-territory-id", "x-forwarded-for", "x-request-id",
    )
)  # fmt: skip
"""Headers that are not passed on, in either direction."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`upstream` is an address `host:port`, `public_key` the raw Ed25519 key in base64."""

    upstream: str
    redis_url: str
    key_prefix: str
    public_key: str
    issuer: str

    @property
    def raw_key(self) -> bytes:
        """The 32 bytes of the key."""
        return base64.b64decode(self.public_key)

    def keys_of(self, address: str, account: str) -> list[str]:
        """What is counted in Redis."""
        return [f"{self.key_prefix}limit:address:{address}", f"{self.key_prefix}limit:account:{account}"]

    def to_environment(self) -> dict[str, str]:
        """As a process is told of it."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def from_environment(cls) -> Self:
        """As this process was told."""
        told: dict[str, Any] = json.loads(os.environ[VARIABLE])
        return cls(**told)
