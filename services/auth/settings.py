"""What the auth service reads from its environment."""

import os
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings

LONGEST_JWT_EXPIRY = 24 * 3600


class AuthSettings(ServiceSettings):
    """Auth alone holds `JWT_SECRET`; everyone else verifies with public keys."""

    service: ClassVar[str] = "auth"

    jwt_secret: Secret
    """Seals the private signing keys and derives the refresh tokens; at least 32 random characters."""
    jwt_expiry: int = Field(default=900, ge=30, le=LONGEST_JWT_EXPIRY)
    """Lifetime of an access token in seconds."""
    person_key_secret: Secret
    """Wraps the keys under which personal fields of events are encrypted."""
    person_key_secret_previous: Secret | None = None
    """Opens keys that were not wrapped anew since the last rotation."""

    argon2_memory_kib: int = Field(default=19 * 1024, ge=8, le=1024 * 1024)
    """Memory of one password hash in KiB; 19 MiB with two passes is OWASP's minimum, 20 ms here."""
    argon2_time_cost: int = Field(default=2, ge=1, le=20)
    """Passes over that memory."""
    argon2_parallelism: int = Field(default=1, ge=1, le=16)
    """Lanes of one hash."""
    argon2_workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64)
    """Hashes computed at once; each holds `argon2_memory_kib`."""

    @property
    def access_token_lifetime(self) -> timedelta:
        """`jwt_expiry` as a duration."""
        return timedelta(seconds=self.jwt_expiry)
