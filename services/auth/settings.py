"""What the auth service reads from its environment."""

import json
import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from services.auth.letters.relay import parse_relay
from services.auth.sign_up.rules import Mode, Terms
from services.auth.single_sign_on.provider import Provider
from shared.settings.secrets import Secret
from shared.settings.service_settings import NetworkList, ServiceSettings
from shared.territory.territory import Territory

LONGEST_JWT_EXPIRY = 24 * 3600


class Verification(StrEnum):
    """Whether an e-mail address must be confirmed."""

    OPTIONAL = "optional"
    REQUIRED = "required"


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

    authorize_page: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """A page of the operator's own where citizens agree that one of the pod's tools logs them in, instead of the one
    that the pod has; `{host}` is the territory's."""

    argon2_memory_kib: int = Field(default=19 * 1024, ge=8, le=1024 * 1024)
    """Memory of one password hash in KiB; 19 MiB with two passes is OWASP's minimum, 20 ms here."""
    argon2_time_cost: int = Field(default=2, ge=1, le=20)
    """Passes over that memory."""
    argon2_parallelism: int = Field(default=1, ge=1, le=16)
    """Lanes of one hash."""
    argon2_workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64)
    """Hashes computed at once; each holds `argon2_memory_kib`."""

    auth_sign_up: Mode = Mode.OPEN
    """Who is let in, until somebody switches it: `open`, `invitation` or `approval`."""
    auth_passwords: bool = True
    """Whether one may log in by password, until somebody switches it."""
    auth_verification: Verification | None = None
    """Whether an account opens only once its address is confirmed; `required` where there is an `SMTP_URL`."""

    smtp_url: str | None = Field(default=None, repr=False)
    """Where letters are handed to: `smtps://user:password@host:465`, `smtp://…:587` (STARTTLS), `smtp+plain://…:25`."""
    mail_from: str | None = None
    """The sender of letters; `no-reply@` at the territory's host when not given."""
    mail_folder: Path | None = None
    """Where letters are written to as files instead."""
    page_url: str = "https://{host}"
    """Where the links in letters lead to; `{host}` is the territory's."""

    oidc_providers: Annotated[tuple[Provider, ...], NoDecode] = ()
    """Where one may log in instead, as a JSON array of objects."""
    oidc_issuer: str | None = None
    """A single provider, without an array; `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` and `OIDC_NAME` belong to it."""
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "Single sign-on"
    oidc_allowed_networks: NetworkList = ()
    """Inner networks (CIDR, comma-separated) in which providers may be; others are at public addresses."""

    @field_validator("oidc_providers", mode="before")
    @classmethod
    def _read_providers(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("oidc_allowed_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _providers_are_different(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            message = "OIDC_ISSUER: give OIDC_CLIENT_ID with it"
            raise ValueError(message)
        if len({provider.id for provider in self.providers}) != len(self.providers):
            message = "OIDC_PROVIDERS: an id stands for one provider"
            raise ValueError(message)
        return self

    @property
    def providers(self) -> tuple[Provider, ...]:
        """All of them."""
        if self.oidc_issuer is None or self.oidc_client_id is None:
            return self.oidc_providers
        single = Provider(
            id="sso",
            name=self.oidc_name,
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
        )
        return (single, *self.oidc_providers)

    def page_of(self, territory: Territory) -> str:
        """Where a territory's pages are."""
        return self.page_url.replace("{host}", territory.host)

    @field_validator("smtp_url")
    @classmethod
    def _is_a_relay(cls, url: str | None) -> str | None:
        if url is not None:
            parse_relay(url)
        return url

    @model_validator(mode="after")
    def _letters_can_be_sent(self) -> Self:
        if self.auth_verification is Verification.REQUIRED and self.smtp_url is None and self.mail_folder is None:
            message = "AUTH_VERIFICATION: required needs SMTP_URL"
            raise ValueError(message)
        return self

    @property
    def terms(self) -> Terms:
        """The terms of sign-up until somebody switches them."""
        verification = self.auth_verification or (Verification.REQUIRED if self.smtp_url else Verification.OPTIONAL)
        return Terms(self.auth_sign_up, self.auth_passwords, verification is Verification.REQUIRED)

    @property
    def access_token_lifetime(self) -> timedelta:
        """`jwt_expiry` as a duration."""
        return timedelta(seconds=self.jwt_expiry)
