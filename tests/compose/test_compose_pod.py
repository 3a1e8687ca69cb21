"""The pod in containers, on a real engine: one command brings it up, and the tour works against it."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.support.pod import ROOT, free_port
from tests.support.tour import take_the_tour

POD = "ci"
SERVICES = {"api-gateway", "auth", "community", "user", "event", "search", "websocket"}
SERVERS = {"postgres", "redis", "nats"}
UP_WITHIN_SECONDS = 600


def has_engine() -> bool:
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0  # noqa: S603 (fixed words)


pytestmark = [
    pytest.mark.compose,
    pytest.mark.skipif(not has_engine(), reason="no Docker engine"),
    pytest.mark.timeout(UP_WITHIN_SECONDS + 120),
]


@dataclass(frozen=True, slots=True)
class ComposePod:
    """The denmark pod under another id and other ports, so that it stands beside one that runs."""

    api_port: int
    websocket_port: int

    async def compose(self, *words: str) -> str:
        """`docker compose …` for this pod; what it printed."""
        environment = {
            **os.environ,
            "POD_ID": POD,
            "API_PORT": str(self.api_port),
            "WEBSOCKET_PORT": str(self.websocket_port),
        }
        file = ("-f", "docker-compose.pod.yml", "--env-file", "pods/denmark/.env", "-p", f"pod-{POD}")
        process = await asyncio.create_subprocess_exec(
            "docker", "compose", *file, *words, cwd=ROOT, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()[-4000:]
        return output.decode()


@pytest_asyncio.fixture(scope="module")
async def pod() -> AsyncIterator[ComposePod]:
    started = ComposePod(free_port(), free_port())
    try:
        await started.compose("up", "--detach", "--wait", "--build", "--quiet-pull")
        yield started
    finally:
        await started.compose("down", "--volumes", "--timeout", "20")


def inspected(service: str) -> dict[str, object]:
    name = f"service-{service}-{POD}"
    answer = subprocess.run(["docker", "inspect", name], capture_output=True, check=True)  # noqa: S603, S607 (fixed words)
    description: dict[str, object] = json.loads(answer.stdout)[0]
    return description


def in_container(service: str, *words: str) -> subprocess.CompletedProcess[str]:
    argv = ["docker", "exec", f"service-{service}-{POD}", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)


async def test_the_tour_works_against_the_pod_in_containers(pod: ComposePod) -> None:
    await take_the_tour(pod.api_port, pod.websocket_port)


@pytest.mark.usefixtures("pod")
async def test_every_service_and_server_is_healthy_under_its_name() -> None:
    for service in SERVICES | SERVERS:
        state = inspected(service)["State"]
        assert state["Health"]["Status"] == "healthy", service  # type: ignore[index]


@pytest.mark.usefixtures("pod")
async def test_services_run_without_root_without_capabilities_and_on_a_file_system_they_cannot_write() -> None:
    for service in SERVICES:
        assert in_container(service, "id", "-u").stdout.strip() == "10001"
        status = in_container(service, "cat", "/proc/self/status").stdout
        assert "CapEff:\t0000000000000000" in status
        assert in_container(service, "touch", "/written").returncode != 0


@pytest.mark.usefixtures("pod")
async def test_only_the_gateway_and_the_websocket_are_published_and_only_on_loopback() -> None:
    published = {}
    for service in SERVICES | SERVERS:
        ports = inspected(service)["NetworkSettings"]["Ports"]  # type: ignore[index]
        bindings = [binding for binding in ports.values() if binding]
        if bindings:
            published[service] = {host["HostIp"] for binding in bindings for host in binding}
    assert published == {"api-gateway": {"127.0.0.1"}, "websocket": {"127.0.0.1"}}


@pytest.mark.usefixtures("pod")
async def test_a_server_sees_its_own_secret_and_no_other() -> None:
    assert in_container("postgres", "ls", "/run/secrets/unityplan").stdout.split() == ["postgres_superuser"]
    assert in_container("nats", "ls", "/run/secrets/unityplan").stdout.split() == ["nats.conf"]
    assert in_container("redis", "ls", "/run/secrets/unityplan").stdout.split() == ["users.acl"]
    assert "jwt_secret" not in in_container("community", "find", "/run/secrets").stdout
    assert "jwt_secret" in in_container("auth", "find", "/run/secrets").stdout
    assert "sealer" not in in_container("community", "find", "/run/secrets").stdout


async def test_a_restart_keeps_everything(pod: ComposePod) -> None:
    await pod.compose("restart", "--timeout", "20")
    await pod.compose("up", "--detach", "--wait")
    await take_the_tour(pod.api_port, pod.websocket_port)
