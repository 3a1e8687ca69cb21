"""The compose files and pods in containers, by the commands that operators give."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.support.citizen import Json
from tests.support.pod import ROOT, command_environment

SERVICES = ("api-gateway", "auth", "community", "user", "event", "search", "websocket")
SERVERS = ("postgres", "redis", "nats")
KEEPER = "port-keeper"
# What a test pod needs less of than a real one: memory that PostgreSQL would take at once.
SMALL = {"POSTGRES_SHARED_BUFFERS": "128MB", "RATE_LIMITS": "off"}


@cache
def has_compose() -> bool:
    """Whether files can be read as Compose reads them; that needs no engine."""
    docker = shutil.which("docker")
    argv = [str(docker), "compose", "version"]
    return docker is not None and subprocess.run(argv, capture_output=True, check=False).returncode == 0  # noqa: S603 (fixed words)


@cache
def has_engine() -> bool:
    docker = shutil.which("docker")
    argv = [str(docker), "info"]
    return docker is not None and subprocess.run(argv, capture_output=True, check=False).returncode == 0  # noqa: S603 (fixed words)


@dataclass(frozen=True, slots=True)
class Project:
    """One project: its file, its env file, and what the environment says before both."""

    name: str
    file: str
    env_file: str | None
    settings: Mapping[str, str] = field(default_factory=dict)

    async def run(self, *words: str) -> str:
        """`docker compose …`; what it printed. Raises: AssertionError with the end of that."""
        env_file = ("--env-file", self.env_file) if self.env_file else ()
        process = await asyncio.create_subprocess_exec(
            "docker", "compose", "-f", self.file, *env_file, "-p", self.name, *words,
            cwd=ROOT,
            env=command_environment(dict(self.settings)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()[-4000:]
        return output.decode()

    async def up(self, *services: str) -> None:
        await self.run("up", "--detach", "--wait", "--no-build", "--pull", "never", *services)

    async def destroy(self) -> None:
        await self.run("--profile", "*", "down", "--volumes", "--timeout", "20")


def configuration(file: str, env_file: str | None = None, **settings: str) -> Json:
    """A file as Compose reads it, all profiles included; anything on standard error fails."""
    env = ["--env-file", env_file] if env_file else []
    argv = ["docker", "compose", "-f", file, *env, "--profile", "*", "config", "--format", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings}
    answer = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    return json.loads(answer.stdout)


def inspected(*containers: str) -> dict[str, Json]:
    """What the engine says of each, by name."""
    answer = subprocess.run(["docker", "inspect", *containers], capture_output=True, check=True)  # noqa: S603, S607 (fixed words)
    return {one["Name"].removeprefix("/"): one for one in json.loads(answer.stdout)}


def in_container(container: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", "exec", container, *words], capture_output=True, text=True, check=False)  # noqa: S603, S607 (fixed words)


async def build_images() -> None:
    """Every image under its name, as a release builds them.

    Raises:
        AssertionError: with the end of what was printed.
    """
    process = await asyncio.create_subprocess_exec(
        "docker", "buildx", "bake", cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-4000:]
