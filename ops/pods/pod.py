"""A pod as its `.env` describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from shared.territory.registry import TerritoryRegistry, build_registry
from shared.territory.territory import Territory

PODS_FOLDER = Path(__file__).resolve().parents[2] / "pods"
FOLDERS = {"dk": "denmark", "no": "norway", "se": "sweden", "eu": "europe"}


class UnknownPod(Exception):
    """There is no such pod."""


@dataclass(frozen=True, slots=True)
class Pod:
    """Its id, its territories, and every variable of its `.env`."""

    id: str
    folder: str
    registry: TerritoryRegistry
    environment: Mapping[str, str]

    @property
    def territories(self) -> tuple[Territory, ...]:
        """In the order of the `.env`."""
        return tuple(self.registry)

    @property
    def api_port(self) -> int:
        """The gateway's."""
        return int(self.environment["API_PORT"])

    @property
    def websocket_port(self) -> int:
        """The websocket's."""
        return int(self.environment["WEBSOCKET_PORT"])

    @property
    def max_connections(self) -> int:
        """PostgreSQL's limit."""
        return int(self.environment["POSTGRES_MAX_CONNECTIONS"])


def load_pod(name: str) -> Pod:
    """A pod by its id (`dk`) or folder (`denmark`).

    Raises:
        UnknownPod: with a text that names the ones there are.
    """
    folder = FOLDERS.get(name, name)
    if folder not in FOLDERS.values():
        message = f"there is no pod {name!r}: there are {', '.join(FOLDERS)}"
        raise UnknownPod(message)
    return describe_pod(folder, read_environment(PODS_FOLDER / folder / ".env"))


def all_pods() -> tuple[Pod, ...]:
    """Every pod, in the order of the port plan."""
    return tuple(load_pod(pod_id) for pod_id in FOLDERS)


def read_environment(path: Path) -> dict[str, str]:
    """The variables of an env file."""
    return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}


def describe_pod(folder: str, environment: Mapping[str, str]) -> Pod:
    """A pod from its variables.

    Raises:
        ValueError: a malformed territory; KeyError: a variable is missing.
    """
    codes = environment.get("TERRITORIES") or environment["TERRITORY_ID"]
    registry = build_registry(
        pod=environment["POD_ID"],
        codes=_split(codes),
        names=_split(environment["TERRITORY_NAME"]),
        locales=_split(environment["TERRITORY_LOCALE"]),
        domain=environment["TERRITORY_DOMAIN"],
        extra_hosts=_split(environment.get("POD_HOSTS", "")),
    )
    return Pod(environment["POD_ID"], folder, registry, environment)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
