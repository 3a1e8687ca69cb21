"""The Docker engine, through its command: it knows contexts, hosts and credentials as operators have set them."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ops.deployment.failures import DeploymentError

GONE = ("No such container", "No such object", "No such image")


class EngineError(DeploymentError):
    """The engine did not do what was asked; its own last line."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container as the engine describes it."""

    id: str
    name: str
    image: str
    """As it was named when the container was made."""
    image_id: str
    is_running: bool
    exit_code: int
    restarts: int
    health: str
    """What the engine's own check says, empty when there is none."""
    project: str
    service: str
    version: str
    """What its build calls itself, as its image or its environment says."""

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Self:
        """Read from `docker inspect`."""
        state, config = described["State"], described["Config"]
        labels = config.get("Labels") or {}
        return cls(
            id=described["Id"],
            name=described["Name"].removeprefix("/"),
            image=config["Image"],
            image_id=described["Image"],
            is_running=bool(state["Running"]) and not state.get("Restarting"),
            exit_code=int(state["ExitCode"]),
            restarts=int(described["RestartCount"]),
            health=(state.get("Health") or {}).get("Status", ""),
            project=labels.get("com.docker.compose.project", ""),
            service=labels.get("com.docker.compose.service", ""),
            version=build_version(config),
        )


def build_version(config: Mapping[str, Any]) -> str:
    """The version that an image or a container was built as, empty when it does not say."""
    given = dict(word.split("=", 1) for word in config.get("Env") or [])
    return str(given.get("BUILD_VERSION", ""))


def docker(*words: str, given: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What `docker …` printed. Raises: EngineError."""
    try:
        # In a session of its own: Ctrl-C is for us, who then end it in order.
        done = subprocess.run(  # noqa: S603 (an argument list, no shell)
            ["docker", *words],  # noqa: S607 (found as the operator's shell finds it)
            input=given,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise EngineError("there is no docker command on this machine") from None
    if done.returncode != 0:
        raise EngineError(_last_line(done.stderr) or f"docker {words[0]} ended with {done.returncode}")
    return done.stdout


def fetch(path: Path, *words: str) -> None:
    """Write what `docker …` prints into a file that is for us alone. Raises: EngineError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        done = subprocess.run(  # noqa: S603 (an argument list, no shell)
            ["docker", *words],  # noqa: S607
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
            start_new_session=True,
        )
    if done.returncode != 0:
        raise EngineError(_last_line(done.stderr.decode(errors="replace")) or f"it ended with {done.returncode}")


def feed(chunks: Iterable[bytes], *words: str) -> None:
    """Give all of it to `docker …`; when the giving fails, its input ends there. Raises: EngineError."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 (an argument list, no shell)
            ["docker", *words],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        # One that ends before it has all says why below.
        with suppress(BrokenPipeError), process:
            if process.stdin is not None:
                process.stdin.writelines(chunks)
        said.seek(0)
        if process.returncode != 0:
            raise EngineError(_last_line(said.read().decode(errors="replace")) or f"it ended with {process.returncode}")


def find_container(name: str) -> Container | None:
    """A container by name or id, None when there is none."""
    described = _described("container", name)
    return Container.of(described) if described else None


def find_image(name: str) -> Mapping[str, Any] | None:
    """What the engine says of an image, None when it has none of that name."""
    return _described("image", name)


def containers_of(project: str, service: str) -> list[str]:
    """The ids of a service's containers, running or not, without those that somebody runs once (`compose run`)."""
    of_compose = {"project": project, "service": service, "oneoff": "False"}
    labels = (f"com.docker.compose.{name}={value}" for name, value in of_compose.items())
    filters = [word for label in labels for word in ("--filter", f"label={label}")]
    return docker("ps", "--all", "--quiet", "--no-trunc", *filters).split()


def last_words(container: str, lines: int = 3) -> str:
    """The end of a container's log, on one line."""
    done = subprocess.run(  # noqa: S603 (an argument list, no shell)
        ["docker", "logs", "--tail", str(lines), container],  # noqa: S607
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return " | ".join(line.strip() for line in done.stdout.splitlines() if line.strip())


def remove(names: Sequence[str]) -> None:
    """Remove containers, whatever they do."""
    if names:
        docker("rm", "--force", *names)


def _described(kind: str, name: str) -> Mapping[str, Any] | None:
    try:
        found: list[Mapping[str, Any]] = json.loads(docker(kind, "inspect", name))
    except EngineError as error:
        if any(word.lower() in str(error).lower() for word in GONE):
            return None
        raise
    return found[0]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
