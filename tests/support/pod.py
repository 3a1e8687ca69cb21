"""A whole pod as real processes, driven through the `unityplan` command as an operator would."""

import asyncio
import atexit
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ops.embedded.places import find_place
from ops.supervisor.state_file import ProcessState, start_ticks
from tests.support.citizen import Json, PodAddress
from tests.support.eventually import eventually

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ("postgres", "valkey", "nats", "gateway", "auth", "community", "user", "event", "search", "websocket")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


async def unityplan(*argv: str, environment: dict[str, str] | None = None, within: float = 120) -> Outcome:
    """Run the command as a process of its own and wait for its end."""
    return await ended(await begin_unityplan(*argv, environment=environment), within)


async def begin_unityplan(*argv: str, environment: dict[str, str] | None = None) -> Process:
    """The command as a process of its own, which runs."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ops.cli",
        *argv,
        cwd=ROOT,
        env=command_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: Process, within: float = 120) -> Outcome:
    """Wait for its end."""
    async with asyncio.timeout(within):
        out, err = await process.communicate()
    return Outcome(process.returncode or 0, out.decode(), err.decode())


def command_environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: this process's, without what would keep bytecode from being cached."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "COLUMNS": "200", "NO_COLOR": "1", **(more or {})}


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def data_folder(name: str) -> Path:
    """A folder that any user may enter: PostgreSQL does not run as root, and pytest's own are private."""
    folder = Path(tempfile.mkdtemp(prefix=f"unityplan-{name}-", dir="/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(slots=True)
class Pod:
    """A pod with a data folder and ports of its own."""

    name: str
    data: Path
    api_port: int = field(default_factory=free_port)
    websocket_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=lambda: {"RATE_LIMITS": "off"})

    @classmethod
    async def start(cls, name: str, *options: str, **settings: str) -> Self:
        pod = cls(name, data_folder(name))
        pod.settings.update(settings)
        await pod.up(*options)
        return pod

    @property
    def environment(self) -> dict[str, str]:
        return {"API_PORT": str(self.api_port), "WEBSOCKET_PORT": str(self.websocket_port), **self.settings}

    def address(self, host: str | None = None) -> PodAddress:
        """Where citizens reach it; with a host, a territory of a pod of several."""
        return PodAddress(f"http://127.0.0.1:{self.api_port}/api", f"ws://127.0.0.1:{self.websocket_port}/ws", host)

    async def command(self, verb: str, *argv: str) -> Outcome:
        return await unityplan(verb, self.name, *argv, "--data", str(self.data), environment=self.environment)

    async def up(self, *options: str) -> Outcome:
        outcome = await self.command("up", "--detach", *options)
        assert outcome.code == 0, outcome.out + outcome.err + self.log_tail()
        return outcome

    async def down(self) -> None:
        outcome = await self.command("down")
        assert outcome.code == 0, outcome.out + outcome.err

    async def destroy(self) -> None:
        """Stop the pod and remove what it kept."""
        try:
            await self.down()
        finally:
            shutil.rmtree(self.data, ignore_errors=True)

    async def status(self) -> Json:
        outcome = await self.command("status", "--json")
        assert outcome.code == 0, outcome.err
        return json.loads(outcome.out)

    def processes(self) -> dict[str, ProcessState]:
        """What the supervisor says of each process that is really there; asked from its state file, which is quick."""
        running = find_place(self.name, self.data).running()
        states = running.processes if running and running.state == "running" else ()
        return {state.name: state for state in states if state.pid and start_ticks(state.pid) == state.started}

    def kill(self, name: str) -> int:
        """Kill one process with -9; its pid."""
        pid = self.processes()[name].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    async def is_back(self, name: str, killed: int, within: float = 30) -> None:
        """Wait until the process runs again under another pid."""

        def runs() -> bool:
            process = self.processes()[name]
            return process.state == "running" and process.pid != killed

        await eventually(runs, within=within)

    async def all_run(self, within: float = 30) -> None:
        """Wait until the pod is up and every process of it runs."""

        def all_are_running() -> bool:
            return [state.state for state in self.processes().values()] == ["running"] * len(PROCESSES)

        await eventually(all_are_running, within=within)

    def log_tail(self, lines: int = 15) -> str:
        """The end of every log, for the message of a failed assertion."""
        parts = []
        for path in sorted((self.data / "logs").glob("*.log")):
            parts += [f"--- {path.name}", *path.read_text(errors="replace").splitlines()[-lines:]]
        return "\n".join(parts)


def is_alive(pid: int) -> bool:
    return start_ticks(pid) is not None
