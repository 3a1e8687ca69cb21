"""What a territory is."""

from dataclasses import dataclass

from shared.errors import Kind, ServiceError
from shared.settings.service_settings import TERRITORY_CODE


class UnknownTerritory(ServiceError):
    """404: the code is not of this pod."""

    def __init__(self) -> None:
        super().__init__(Kind.NOT_FOUND, "unknown-territory", "This pod has no such territory.")


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory and every name derived from its code; made by `describe_territory` alone."""

    code: str
    pod: str
    name: str
    locale: str
    host: str
    staging_host: str
    database: str
    schema: str
    key_prefix: str
    subject_prefix: str

    @property
    def slug(self) -> str:
        """The code as databases, roles and files spell it: `dk`, `haida_fn_ca`."""
        return self.code.lower().replace("-", "_")


def describe_territory(code: str, *, pod: str, name: str, locale: str, domain: str) -> Territory:
    """Derive all names from the code. `domain`: `unityplan.org`, or `europe.unityplan.org` for several.

    Raises:
        ValueError: the code is not of the form `DK` or `HAIDA-FN-CA`.
    """
    if not TERRITORY_CODE.fullmatch(code):
        message = f"{code!r} is not a territory code"
        raise ValueError(message)
    lower = code.lower()
    slug = lower.replace("-", "_")
    return Territory(
        code=code,
        pod=pod,
        name=name,
        locale=locale,
        host=f"{lower}.{domain}",
        staging_host=f"{lower}.{_staging(domain)}",
        database=f"unityplan_{slug}",
        schema=f"territory_{slug}",
        key_prefix=f"{lower}:",
        subject_prefix=f"territory.{lower}",
    )


def _staging(domain: str) -> str:
    """`staging` goes before the registered name: `europe.staging.unityplan.org`."""
    labels = domain.split(".")
    return ".".join([*labels[:-2], "staging", *labels[-2:]])
