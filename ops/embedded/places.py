"""Where a pod keeps its state, where it runs, and whether it can start there."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ops.embedded.ports import LOOPBACK, holder_of, is_free
from ops.embedded.running_pods import STATE_FILE, running_pods
from ops.pods.pod import Pod, UnknownPod, load_pod
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
        return self.settings.id

    @property
    def secrets(self) -> SecretStore:
        return SecretStore(self.data / "secrets")

    @property
    def postgres(self) -> Postgres:
        return Postgres(
            data=self.data / "postgres",
            socket_folder=self.run / "postgres",
            password=self.secrets.read("postgres_superuser"),
            max_connections=self.settings.max_connections,
            credentials=server_credentials(),
        )

    @property
    def valkey(self) -> Valkey:
        return Valkey(data=self.data / "valkey", socket=self.run / "valkey.sock")

    @property
    def nats(self) -> Nats:
        return Nats(self.data / "nats")

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK}:{self.settings.api_port}/api"

    @property
    def hosts(self) -> list[str]:
        """A name for each territory that the gateway knows on every machine."""
        return [f"{code.lower()}.localhost" for code in self.codes]

    @property
    def codes(self) -> list[str]:
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
    """The place of a pod: with `data` there; else where it runs now; else in the default folder.

    The environment overrides single settings of the pod's `.env`, its ports for instance.

    Raises: PlaceError for an unknown pod, or when several of that name run.
    """
    try:
        pod = load_pod(name)
    except UnknownPod as error:
        raise PlaceError(str(error)) from None
    if data is not None:
        return _place(pod, data.expanduser().resolve())
    found = [running for _, running in running_pods(run_base()) if running.pod == pod.id]
    if len(found) > 1:
        folders = ", ".join(running.data for running in found)
        raise PlaceError(f"several pods {pod.id} run; choose one with --data: {folders}")
    return _place(pod, Path(found[0].data) if found else data_base() / pod.id)


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

    Raises: PlaceError when somebody else's folder stands there.
    """
    missing = [path for path in folder.parents if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        # A strict umask must not lock the servers' user out on the way.
        path.chmod(PASSABLE)
    if folder.stat().st_uid != os.geteuid():
        raise PlaceError(f"{folder} belongs to somebody else")
    folder.chmod(PASSABLE)


def _place(pod: Pod, data: Path) -> Place:
    mark = hashlib.sha256(str(data).encode()).hexdigest()[:8]
    return Place(replace(pod, environment=_overridden(pod.environment)), data, run_base() / f"{pod.id}-{mark}")


def _overridden(environment: Mapping[str, str]) -> dict[str, str]:
    own = {"POD_ID", "TERRITORY_ID", "TERRITORIES", "TERRITORY_NAME", "TERRITORY_LOCALE", "ENVIRONMENT"}
    return {name: value if name in own else os.environ.get(name, value) for name, value in environment.items()}
