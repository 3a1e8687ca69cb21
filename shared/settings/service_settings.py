"""What every service reads from its environment; each variable may also be given as `NAME_FILE`."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar
from urllib.parse import quote, unquote, urlsplit

from pydantic import AliasChoices, Field, IPvAnyNetwork, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.settings.secrets import Secret, require_strong

Environment = Literal["embedded", "development", "staging", "production"]
CommaList = Annotated[tuple[str, ...], NoDecode]
NetworkList = Annotated[tuple[IPvAnyNetwork, ...], NoDecode]
S = TypeVar("S", bound="ServiceSettings")

CONFIGURATION_ERROR = 2
# What all services of a pod may open together, and what is left for sealers, migrations and an operator.
SERVICES = 7
RESERVED_CONNECTIONS = 20
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
SHORTEST_PASSWORD = 16
HIGHEST_PORT = 65_535
TERRITORY_CODE = re.compile(r"[A-Z]{2,}(-[A-Z0-9]+)*")


class ServiceSettings(BaseSettings):
    """The settings common to all services. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    service: ClassVar[str]

    pod_id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """The pod: dk, no, se, eu."""
    environment: Environment = "production"
    territories: CommaList = Field(validation_alias=AliasChoices("TERRITORIES", "TERRITORY_ID", "territories"))
    """Codes, comma-separated: `DE,FR,ES`; a pod of one territory gives TERRITORY_ID."""
    territory_name: CommaList
    """Names in the order of the codes."""
    territory_locale: CommaList
    """BCP 47 tags in the order of the codes."""
    territory_domain: str = "unityplan.org"
    pod_hosts: CommaList = ()
    """More neutral host names."""
    trusted_proxies: NetworkList = ()
    """Networks (CIDR) of the proxies before the pod, whose `X-Forwarded-*` and `Forwarded` are believed."""

    allowed_origins: CommaList = ()
    """Origins of pages beside the territory's own that may call from a browser: `https://app.example.org`."""

    database_url: str
    """`{territory}` and `{password}` are filled in for each territory."""
    redis_url: str
    nats_url: str
    territory_secrets_dir: Path | None = None
    """Folder with `postgres_<slug>`, `redis_<slug>`, `nats_<slug>` and `sealer_<slug>`."""

    listen: str = Field(pattern=r"^(unix:/.+|.+:[0-9]{1,5})$")
    """`unix:/path`, `host:port`, or `fd:N`: a bound socket that was inherited."""
    inner_listen: str | None = Field(default=None, pattern=r"^(unix:/.+|.+:[0-9]{1,5})$")
    """Where metrics and detailed health answer, for a service whose `listen` is public."""
    kept_port: Path | None = None
    """Socket at which the port keeper lends a public port, to be served beside `listen`."""
    takes_over: bool = False
    """Whether another instance serves an inherited socket: what comes to it is left to that until this one is ready."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    debug_mode: bool = False
    enable_profiling: bool = False
    database_pool_size: int = Field(default=8, ge=1, le=100)
    """Connections per territory, at most."""
    postgres_max_connections: int = Field(default=200, ge=10)
    drain_seconds: float = Field(default=10, ge=0, le=300)
    build_version: str = Field(default_factory=lambda: version("unityplan-pod"))
    build_commit: str = "unknown"

    @field_validator(
        "territories",
        "territory_name",
        "territory_locale",
        "pod_hosts",
        "trusted_proxies",
        "allowed_origins",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _exact(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ORIGIN.fullmatch(origin) for origin in origins):
            message = "an origin is written as browsers send it, https://app.example.org, and none stands for all"
            raise ValueError(message)
        return origins

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("listen", "inner_listen")
    @classmethod
    def _has_a_port_that_exists(cls, value: str | None) -> str | None:
        if value and not value.startswith(("unix:", "fd:")) and int(value.rpartition(":")[2]) > HIGHEST_PORT:
            message = f"a port is at most {HIGHEST_PORT}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _one_name_and_locale_for_each(self) -> Self:
        if not self.territories or len(set(self.territories)) != len(self.territories):
            message = "TERRITORY_ID: give a code, or several as TERRITORIES, each once"
            raise ValueError(message)
        if not all(TERRITORY_CODE.fullmatch(code) for code in self.territories):
            message = "TERRITORIES: a code is of the form DK or HAIDA-FN-CA"
            raise ValueError(message)
        for name in ("territory_name", "territory_locale"):
            if len(getattr(self, name)) != len(self.territories):
                message = f"{name.upper()}: give one for each of TERRITORIES"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _pools_fit_the_server(self) -> Self:
        wanted = SERVICES * self.database_pool_size * len(self.territories) + RESERVED_CONNECTIONS
        if wanted > self.postgres_max_connections:
            message = f"DATABASE_POOL_SIZE: the pod's pools need POSTGRES_MAX_CONNECTIONS of {wanted} or more"
            raise ValueError(message)
        return self

    def url_for(self, template: str, secret: str, slug: str) -> str:
        """A URL template filled in; the password is in `<territory_secrets_dir>/<secret>_<slug>`.

        Raises:
            ValueError: there is no folder of secrets; OSError: the file cannot be read.
        """
        url = template.replace("{territory}", slug)
        if "{password}" not in url:
            return url
        if self.territory_secrets_dir is None:
            message = "TERRITORY_SECRETS_DIR: needed for {password} in a URL"
            raise ValueError(message)
        password = (self.territory_secrets_dir / f"{secret}_{slug}").read_text().strip()
        return url.replace("{password}", quote(password, safe=""))

    def database_url_for(self, slug: str) -> str:
        """The services' database URL of a territory."""
        return self.url_for(self.database_url, "postgres", slug)

    def redis_url_for(self, slug: str) -> str:
        """The Redis URL of a territory's user."""
        return self.url_for(self.redis_url, "redis", slug)

    def nats_url_for(self, slug: str) -> str:
        """The NATS URL of a territory's account."""
        return self.url_for(self.nats_url, "nats", slug)

    def require_credentials(self) -> None:
        """Read each territory's password once, so that a missing one stops the start and not the first request.

        Raises:
            ValueError: as `url_for`, or a password that could be guessed; OSError: as `url_for`.
        """
        for slug in (code.lower().replace("-", "_") for code in self.territories):
            self._refuse_weak("DATABASE_URL", self.database_url_for(slug))
            self._refuse_weak("REDIS_URL", self.redis_url_for(slug))
            self._refuse_weak("NATS_URL", self.nats_url_for(slug))

    def _refuse_weak(self, variable: str, url: str) -> None:
        password = urlsplit(url).password
        # The embedded pod makes its own; a URL without one relies on something else than a password.
        if password is None or self.environment == "embedded":
            return
        try:
            require_strong(unquote(password), SHORTEST_PASSWORD)
        except ValueError as error:
            message = f"{variable}: its password {error}"
            raise ValueError(message) from None


def load_settings(cls: type[S]) -> S:
    """Read the environment. Wrong or missing variables: one line on standard error that names them, exit 2."""
    try:
        given: dict[str, Any] = dict(_from_files(cls))
        settings = cls(**given)
        settings.require_credentials()
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{cls.__name__}: {' '.join(_complaint(error).split())}\n")
        raise SystemExit(CONFIGURATION_ERROR) from None
    return settings


def current_secret(settings: ServiceSettings, field: str) -> Secret | None:
    """A secret as its `NAME_FILE` holds it now, or as the settings had it; None when it was not given."""
    variable = field.upper()
    path = os.environ.get(f"{variable}_FILE")
    if path and variable not in os.environ and field in type(settings).model_fields:
        with suppress(OSError, ValueError):
            return Secret(Path(path).read_text().strip())
    secret: Secret | None = getattr(settings, field, None)
    return secret


class UnreadableFile(ValueError):
    """A `NAME_FILE` that cannot be read."""


def _from_files(cls: type[ServiceSettings]) -> Iterator[tuple[str, str]]:
    """`NAME_FILE` stands for `NAME`, as the public server images have it; NAME itself wins.

    What is read stays out of `os.environ`, which child processes inherit.
    """
    fields = {name.upper(): name for name in cls.model_fields} | {"TERRITORY_ID": "territories"}
    for variable, field in fields.items():
        path = os.environ.get(f"{variable}_FILE")
        if path and variable not in os.environ:
            try:
                text = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                message = f"{variable}_FILE: {getattr(error, 'strerror', None) or 'is not text'}"
                raise UnreadableFile(message) from error
            # As an empty variable, an empty file says nothing.
            if text:
                yield field, text


def _complaint(error: ValueError | OSError) -> str:
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False)
        return "; ".join(_sentence(item["loc"], item["msg"]) for item in found)
    if isinstance(error, OSError):
        return f"TERRITORY_SECRETS_DIR: {error.filename}: {error.strerror}"
    return str(error)


def _sentence(location: Sequence[int | str], message: str) -> str:
    name = str(location[0]).upper() if location else ""
    text = message.removeprefix("Value error, ")
    return f"{name}: {text}" if name else text
