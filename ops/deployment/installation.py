"""A pod in containers as its compose file describes it, in production or staging."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ops.deployment.engine import docker, find_container
from ops.deployment.failures import RefusedError
from ops.pods.pod import PODS_FOLDER, Pod, UnknownPod, WrongVariable, load_pod

ROOT = PODS_FOLDER.parent
Stage: TypeAlias = Literal["production", "staging"]
# What others ask of one another is there before the gateway asks it.
SERVICES = ("websocket", "search", "event", "user", "community", "auth", "api-gateway")
# Of a pod that has it; what serves it publishes its own port.
PAGE = "frontend"
SECRETS, OPERATIONS = "init", "migrate"
# Staging is the same file, told other figures.
FILE = "docker-compose.pod.yml"
ENV_FILES = {"production": ".env", "staging": ".env.staging"}
DATABASE = "postgres"
# Where nothing that is asked depends on the version.
ANY = "0.0.0"
SUPERUSER = "unityplan"


@dataclass(slots=True)
class Installation:
    """One pod's containers: their planned names and images, and the commands that make them."""

    pod: Pod
    stage: Stage
    _models: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _project: str = ""

    @property
    def label(self) -> str:
        """For people."""
        return self.pod_id if self.stage == "production" else f"{self.stage} {self.pod_id}"

    @property
    def pod_id(self) -> str:
        """As in compose, the environment's word is above the file's."""
        return os.environ.get("POD_ID") or self.pod.id

    @property
    def project(self) -> str:
        """The one in which the pod runs; when it does not, the planned one."""
        if not self._project:
            found = find_container(self.planned_name(DATABASE))
            self._project = found.project if found else str(self._model(ANY)["name"])
        return self._project

    def planned_name(self, service: str) -> str:
        """The name of the container that serves."""
        name: str = self._described(service)["container_name"]
        return name

    def publishes(self, service: str) -> bool:
        """Whether it takes a port of the host, which two instances cannot have at once."""
        return bool(self._described(service).get("ports"))

    def image(self, service: str, version: str) -> str:
        """The image of a service in a version."""
        name: str = self._described(service, version)["image"]
        return name

    def compose(self, *words: str, version: str, override: Path | None = None) -> str:
        """What `docker compose …` printed for this pod. Raises: EngineError."""
        files = ["--file", str(ROOT / FILE)]
        if override is not None:
            files += ["--file", str(override)]
        where = ("--project-name", self.project, "--project-directory", str(ROOT), "--env-file", str(self.env_file))
        return docker("compose", *files, *where, *words, environment={"VERSION": version})

    @contextmanager
    def beside(self, service: str) -> Iterator[Path]:
        """A compose file by which a second instance may stand beside the first, whose name it cannot have."""
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(f"services: {{{service}: {{container_name: !reset null}}}}\n")
            file.flush()
            yield Path(file.name)

    def sql(self, text: str, *, database: str = "postgres", **values: str) -> str:
        """What PostgreSQL answered, rows as lines; `:'name'` in the text stands for a value. Raises: EngineError."""
        return docker(*self.psql(database, **values), given=text).strip()

    def psql(self, database: str = "postgres", **values: str) -> list[str]:
        """The words of a `docker` command that speaks SQL as the superuser."""
        options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", SUPERUSER, "-d", database]
        given = [word for name, value in values.items() for word in ("-v", f"{name}={value}")]
        return ["exec", "-i", self.planned_name(DATABASE), "psql", "-h", "/var/run/postgresql", *options, *given]

    @property
    def env_file(self) -> Path:
        """Its variables."""
        return PODS_FOLDER / self.pod.folder / ENV_FILES[self.stage]

    def _described(self, service: str, version: str = ANY) -> Mapping[str, Any]:
        try:
            described: Mapping[str, Any] = self._model(version)["services"][service]
        except KeyError:
            raise RefusedError(f"{FILE} has no service {service}") from None
        return described

    def _model(self, version: str) -> Mapping[str, Any]:
        if version not in self._models:
            file = ROOT / FILE
            words = ("--file", str(file), "--project-directory", str(ROOT), "--env-file", str(self.env_file))
            text = docker(
                "compose", *words, "--profile", "*", "config", "--format", "json", environment={"VERSION": version}
            )
            self._models[version] = json.loads(text)
        return self._models[version]


def find_installation(name: str, stage: Stage) -> Installation:
    """The pod of that name in containers. Raises: RefusedError for one that nobody planned."""
    try:
        pod = load_pod(name)
    except (UnknownPod, WrongVariable) as error:
        raise RefusedError(str(error)) from None
    found = Installation(pod, stage)
    missing = [path for path in (ROOT / FILE, found.env_file) if not path.exists()]
    if missing:
        raise RefusedError(f"{missing[0].relative_to(ROOT)} is missing")
    return found
