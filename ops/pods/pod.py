"""A pod as its `.env` describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from shared.territory.registry import TerritoryRegistry, build_registry
from shared.territory.territory import Territory

PODS_FOLDER = Path(__file__).resolve().parents[2] / "pods"
FOLDERS = {"dk": "denmark", "no": "norway", "se": "sweden", "eu": "europe"}


HIGHEST_PORT = 65_535
FEWEST_CONNECTIONS = 10


class UnknownPod(Exception):
    """There is no such pod."""


class WrongVariable(Exception):
    """A variable of a pod is missing or of no use; one line that names it."""


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

    def check_numbers(self) -> None:
        """Look at the variables that are read as numbers, before anybody does.

        Raises: WrongVariable.
        """
        ports = {name: self._number(name, 1, HIGHEST_PORT) for name in ("API_PORT", "WEBSOCKET_PORT")}
        if len(set(ports.values())) < len(ports):
            raise WrongVariable(f"WEBSOCKET_PORT: {ports['WEBSOCKET_PORT']} is API_PORT too")
        self._number("POSTGRES_MAX_CONNECTIONS", FEWEST_CONNECTIONS)

    def _number(self, name: str, lowest: int, highest: int | None = None) -> int:
        text = self.environment.get(name)
        if text is None:
            raise WrongVariable(f"{name} is missing")
        wanted = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"
        if not (text.isascii() and text.isdigit()) or not lowest <= int(text) <= (highest or int(text)):
            raise WrongVariable(f"{name}: {text!r} is not a number of {wanted}")
        return int(text)


def load_pod(name: str) -> Pod:
    """A pod by its id (`dk`) or folder (`denmark`).

    Raises:
        UnknownPod: with a text that names the ones there are; WrongVariable: its `.env` cannot be used.
    """
    folder = FOLDERS.get(name, name)
    if folder not in FOLDERS.values():
        message = f"there is no pod {name!r}: there are {', '.join(FOLDERS)}"
        raise UnknownPod(message)
    try:
        return describe_pod(folder, read_environment(PODS_FOLDER / folder / ".env"))
    except KeyError as error:
        raise WrongVariable(f"pods/{folder}/.env: {error.args[0]} is missing") from None
    except ValueError as error:
        raise WrongVariable(f"pods/{folder}/.env: {error}") from None


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
