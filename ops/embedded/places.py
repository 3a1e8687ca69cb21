"""Where a pod keeps its state, where it runs, and whether it can start there."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ops.embedded.ports import LOOPBACK, holder_of, is_free
from ops.embedded.running_pods import STATE_FILE, running_pods
from ops.pods.pod import Pod, UnknownPod, WrongVariable, load_pod
from ops.provisioning.secrets import SecretStore
from ops.servers.nats import Nats
from ops.servers.postgres import Postgres
from ops.servers.run_as import can_enter, server_credentials
from ops.servers.valkey import Valkey
from ops.supervisor.state_file import RunningPod

DATA_FOR_ROOT = Path("/var/lib/unityplan")
RUN_FOR_ROOT = Path("/run/unityplan")
# Others may pass through, as PostgreSQL's user must, but not look around.
PASSABLE = 0o711
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = "/postgres/.s.PGSQL.5432.lock"


class PlaceError(Exception):
    """The pod cannot be found, or cannot start there; one line that says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A pod with its data folder and its run folder (sockets and state file)."""

    settings: Pod
    data: Path
    run: Path

    @property
    def pod(self) -> str:
        """Its id."""
        return self.settings.id

    @property
    def secrets(self) -> SecretStore:
        """The secrets of pod and territories, one file each."""
        return SecretStore(self.data / "secrets")

    @property
    def postgres(self) -> Postgres:
        """Its PostgreSQL. Raises: OSError before the secrets were made."""
        return Postgres(
            data=self.data / "postgres",
            socket_folder=self.run / "postgres",
            password=self.secrets.read("postgres_superuser"),
            max_connections=self.settings.max_connections,
            credentials=server_credentials(),
        )

    @property
    def valkey(self) -> Valkey:
        """Its Valkey."""
        return Valkey(data=self.data / "valkey", socket=self.run / "valkey.sock")

    @property
    def nats(self) -> Nats:
        """Its NATS."""
        return Nats(self.data / "nats")

    @property
    def api_url(self) -> str:
        """The API's base, on loopback."""
        return f"http://{LOOPBACK}:{self.settings.api_port}/api"

    @property
    def hosts(self) -> list[str]:
        """A name for each territory that the gateway knows on every machine."""
        return [f"{code.lower()}.localhost" for code in self.codes]

    @property
    def codes(self) -> list[str]:
        """The codes of its territories, in the order of the `.env`."""
        return [territory.code for territory in self.settings.territories]

    def running(self) -> RunningPod | None:
        """The pod as its supervisor last wrote it, when that is alive."""
        found = RunningPod.read(self.run / STATE_FILE)
        return found if found is not None and found.is_alive() else None

    def check_can_start(self) -> None:
        """Look at everything that would stop the pod, before anything is touched.

        Raises: PlaceError.
        """
        if self.running() is not None:
            raise PlaceError(f"pod {self.pod} is already running on {self.data}: unityplan status {self.pod}")
        for port in (self.settings.api_port, self.settings.websocket_port):
            if not is_free(port):
                raise PlaceError(f"port {port} is taken by {holder_of(port)}")
        self._check_folders()

    def _check_folders(self) -> None:
        try:
            credentials = server_credentials()
        except LookupError as error:
            raise PlaceError(str(error)) from None
        if not can_enter(self.data, credentials):
            raise PlaceError(f"the servers' user cannot enter {self.data}: choose another folder with --data")
        if len(f"{self.run}{LONGEST_SOCKET_NAME}") > LONGEST_SOCKET_PATH:
            raise PlaceError(f"{self.run} is too long for sockets: set XDG_RUNTIME_DIR to a shorter folder")


def find_place(name: str, data: Path | None) -> Place:
    """The place of a pod: with `data` there; else where it runs, the default folder first; else the default folder.

    The environment overrides single settings of the pod's `.env`, its ports for instance.

    Raises: PlaceError for an unknown pod, or when several of that name run and none of them in the default folder.
    """
    place = place_to_start(name, data)
    if data is None and place.running() is None:
        found = [running for _, running in running_pods(run_base()) if running.pod == place.pod]
        if len(found) > 1:
            folders = ", ".join(running.data for running in found)
            raise PlaceError(f"several pods {place.pod} run; choose one with --data: {folders}")
        place = _place(place.settings, Path(found[0].data)) if found else place
    return _as_it_runs(place)


def place_to_start(name: str, data: Path | None) -> Place:
    """The place in which a pod is started: `data`, else the default folder, whatever runs elsewhere under its name.

    Raises: PlaceError for an unknown pod, and for a variable that is missing or wrong.
    """
    try:
        pod = load_pod(name)
        pod = replace(pod, environment=_overridden(pod.environment))
        pod.check_numbers()
    except (UnknownPod, WrongVariable) as error:
        raise PlaceError(str(error)) from None
    return _place(pod, data.expanduser().resolve() if data is not None else data_base() / pod.id)


def data_base() -> Path:
    """Where pods keep their data when nobody says otherwise."""
    if os.geteuid() == 0:
        return DATA_FOR_ROOT
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "unityplan"


def run_base() -> Path:
    """Where the run folders of this user's pods are."""
    if os.geteuid() == 0:
        return RUN_FOR_ROOT
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "unityplan" if runtime else Path(f"/tmp/unityplan-{os.geteuid()}")  # noqa: S108 - owner is checked


def make_passable(folder: Path) -> None:
    """Make a folder of ours through which PostgreSQL's user may pass.

    Raises: PlaceError when it cannot be made, or somebody else's folder stands there.
    """
    missing = [path for path in folder.parents if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlaceError(f"{folder} cannot be made: {error.strerror}") from None
    for path in missing:
        # A strict umask must not lock the servers' user out on the way.
        path.chmod(PASSABLE)
    if folder.stat().st_uid != os.geteuid():
        raise PlaceError(f"{folder} belongs to somebody else")
    folder.chmod(PASSABLE)


def _place(pod: Pod, data: Path) -> Place:
    mark = hashlib.sha256(str(data).encode()).hexdigest()[:8]
    return Place(pod, data, run_base() / f"{pod.id}-{mark}")


def _as_it_runs(place: Place) -> Place:
    """With the ports that it took when it was started, whatever this command's environment says of them."""
    running = place.running()
    taken = {process.name: process.port for process in running.processes} if running else {}
    ports = {"API_PORT": taken.get("gateway"), "WEBSOCKET_PORT": taken.get("websocket")}
    known = {name: str(port) for name, port in ports.items() if port is not None}
    return replace(place, settings=replace(place.settings, environment={**place.settings.environment, **known}))


def _overridden(environment: Mapping[str, str]) -> dict[str, str]:
    own = {"POD_ID", "TERRITORY_ID", "TERRITORIES", "TERRITORY_NAME", "TERRITORY_LOCALE", "ENVIRONMENT"}
    return {name: value if name in own else os.environ.get(name) or value for name, value in environment.items()}
