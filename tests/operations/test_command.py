"""The `unityplan` command as an operator meets it."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest

from ops.embedded.service_plans import SERVICES
from tests.support.eventually import eventually
from tests.support.pod import PROCESSES, ROOT, Pod, command_environment, data_folder, free_port, is_alive, unityplan


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


class TestUp:
    async def test_an_unknown_pod_is_one_line_that_names_the_known_ones(self) -> None:
        outcome = await unityplan("up", "atlantis")
        assert outcome.code == 2
        line = one_line(outcome.err)
        assert "atlantis" in line
        assert "dk" in line

    async def test_a_taken_port_is_one_line_with_its_holder(self) -> None:
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            taken = Pod("dk", data_folder("dk"), api_port=port)
            outcome = await taken.command("up")
        assert outcome.code == 2
        line = one_line(outcome.err)
        assert str(port) in line
        assert f"pid {os.getpid()}" in line
        assert list(taken.data.iterdir()) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"API_PORT": "abc"},
            {"API_PORT": "0"},
            {"WEBSOCKET_PORT": "65536"},
            {"API_PORT": "28080", "WEBSOCKET_PORT": "28080"},
            {"POSTGRES_MAX_CONNECTIONS": "many"},
        ],
    )
    async def test_a_number_that_is_none_is_one_line_that_names_it(self, wrong: dict[str, str]) -> None:
        pod = Pod("dk", data_folder("dk"), settings=wrong)
        outcome = await pod.command("up")
        assert outcome.code == 2
        assert [name for name in wrong if name in one_line(outcome.err)]
        assert list(pod.data.iterdir()) == []

    async def test_a_data_folder_that_cannot_be_made_is_one_line(self) -> None:
        outcome = await Pod("dk", Path("/proc/1/pod")).command("up")
        assert outcome.code == 2
        assert "/proc/1/pod" in one_line(outcome.err)

    async def test_a_pod_that_runs_already_is_one_line(self, dk: Pod) -> None:
        outcome = await dk.command("up")
        assert outcome.code == 2
        assert "already" in one_line(outcome.err)

    async def test_a_pod_of_that_name_with_a_folder_of_its_own_is_not_in_the_way(self, dk: Pod) -> None:
        assert (await dk.status())["state"] == "running"
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            outcome = await unityplan("up", "dk", environment={"API_PORT": str(port)})
        assert outcome.code == 2
        assert f"port {port} is taken" in one_line(outcome.err)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")
    async def test_a_data_folder_that_the_servers_user_cannot_enter_is_one_line(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        outcome = await Pod("dk", closed / "data").command("up")
        assert outcome.code == 2
        assert str(closed) in one_line(outcome.err)
        assert list(closed.iterdir()) == []

    async def test_a_missing_argument_is_wrong_use(self) -> None:
        outcome = await unityplan("up")
        assert outcome.code == 2
        assert "POD" in one_line(outcome.err)

    async def test_ctrl_c_stops_everything_and_leaves_no_sockets(self) -> None:
        pod = Pod("no", data_folder("no"))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops.cli", "up", "no", "--data", str(pod.data)),
            cwd=ROOT,
            env=command_environment(pod.environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        await pod.all_run(within=60)
        pids = [state.pid for state in pod.processes().values()]
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(40):
            printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        assert f"http://localhost:{pod.api_port}/api" in printed.decode()
        assert not [pid for pid in pids if pid and is_alive(pid)]
        assert (await pod.status())["state"] == "stopped"
        await pod.destroy()

    async def test_a_pod_that_cannot_start_says_why_and_leaves_nothing(self) -> None:
        pod = Pod("se", data_folder("se"), settings={"LOG_LEVEL": "nonsense"})
        outcome = await pod.command("up", "--detach")
        assert outcome.code == 2
        assert "LOG_LEVEL" in one_line(outcome.err)
        assert (await pod.status())["state"] == "stopped"
        await pod.destroy()


class TestTheDataFolder:
    async def test_nobody_else_can_read_what_the_pod_keeps(self, dk: Pod) -> None:
        await dk.all_run()
        open_to_others = [
            path.name
            for path in dk.data.iterdir()
            if path.is_dir() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        ]
        assert open_to_others == []


class TestStatus:
    async def test_it_has_the_documented_shape(self, dk: Pod) -> None:
        await dk.all_run()
        status = await dk.status()
        assert status["pod"] == "dk"
        assert status["state"] == "running"
        assert {service["name"] for service in status["services"]} == set(PROCESSES)
        for service in status["services"]:
            assert service["rss_bytes"] > 1_000_000, service
            assert service["state"] == "running"
            assert is_alive(service["pid"])
        ports = {service["name"]: service["port"] for service in status["services"]}
        assert ports["gateway"] == dk.api_port
        assert ports["websocket"] == dk.websocket_port
        assert ports["auth"] is None
        assert status["urls"]["api"] == f"http://localhost:{dk.api_port}/api"

    async def test_a_stopped_pod_is_no_error(self) -> None:
        status = await Pod("se", data_folder("se")).status()
        assert status["state"] == "stopped"
        assert {service["pid"] for service in status["services"]} == {None}

    async def test_a_person_sees_memory_and_connections(self, dk: Pod) -> None:
        outcome = await dk.command("status")
        assert outcome.code == 0
        for word in ("postgres", "MiB", "total", "idle"):
            assert word in outcome.out


class TestLogs:
    async def test_one_service_alone(self, dk: Pod) -> None:
        outcome = await dk.command("logs", "nats")
        assert outcome.code == 0
        assert {line.split()[1] for line in outcome.out.splitlines() if line[:2].strip()} <= {"nats"}

    async def test_all_of_them_in_one(self, dk: Pod) -> None:
        outcome = await dk.command("logs", "-n", "2000")
        assert "process.ready" in outcome.out

    async def test_an_unknown_service_is_one_line(self, dk: Pod) -> None:
        outcome = await dk.command("logs", "florist")
        assert outcome.code == 2
        assert "florist" in one_line(outcome.err)
        assert "gateway" in outcome.err


class TestGrant:
    async def test_an_unknown_citizen_is_one_line(self, dk: Pod) -> None:
        outcome = await dk.command("grant", "nobody_at_all", "auditor")
        assert outcome.code == 1
        assert "account-not-found" in one_line(outcome.err)

    async def test_an_unknown_role_is_one_line(self, dk: Pod) -> None:
        outcome = await dk.command("grant", "nobody_at_all", "emperor")
        assert outcome.code == 1
        assert "unknown-role" in one_line(outcome.err)

    async def test_a_pod_of_several_territories_asks_which(self, eu: Pod) -> None:
        outcome = await eu.command("grant", "nobody_at_all", "auditor")
        assert outcome.code == 2
        assert "--territory" in one_line(outcome.err)

    async def test_a_pod_that_does_not_run_is_one_line(self) -> None:
        outcome = await Pod("se", data_folder("se")).command("grant", "someone", "auditor")
        assert outcome.code == 1
        assert "not running" in one_line(outcome.err)


class TestSeed:
    async def test_it_can_be_repeated(self, dk: Pod) -> None:
        for _ in range(2):
            outcome = await dk.command("seed")
            assert outcome.code == 0, outcome.err
            assert "demo" in outcome.out


class TestEnv:
    async def test_it_gives_urls_and_credentials_of_each_territory(self, eu: Pod) -> None:
        outcome = await eu.command("env", "--json")
        found = json.loads(outcome.out)
        for code in ("DE", "FR", "ES"):
            assert found[f"DATABASE_URL_{code}"].startswith(f"postgresql://territory_{code.lower()}:")
            assert found[f"NATS_URL_{code}"].startswith("nats://")

    async def test_it_gives_the_ports_that_the_pod_has_taken(self, dk: Pod) -> None:
        outcome = await unityplan("env", "dk", "--json", "--data", str(dk.data))
        found = json.loads(outcome.out)
        assert found["API_URL"] == f"http://localhost:{dk.api_port}/api"
        assert found["WEBSOCKET_URL"] == f"ws://localhost:{dk.websocket_port}/ws"

    async def test_it_gives_the_environment_of_one_service(self, dk: Pod) -> None:
        outcome = await dk.command("env", "auth")
        assert "JWT_SECRET_FILE=" in outcome.out
        assert "TREE_HEAD_SECRET" not in outcome.out


class TestMigrate:
    async def test_a_running_pod_stays_up(self, dk: Pod) -> None:
        outcome = await dk.command("migrate")
        assert outcome.code == 0, outcome.out + outcome.err
        await dk.all_run()


class TestDoctor:
    async def test_it_prints_the_port_plan_without_clashes(self) -> None:
        outcome = await unityplan("doctor")
        assert outcome.code == 0, outcome.out
        for port in ("8080", "8180", "8280", "8380", "9000", "9300", "18080"):
            assert port in outcome.out


async def test_no_process_outlives_a_killed_supervisor() -> None:
    pod = Pod("se", data_folder("se"))
    await pod.up()
    pids = [service["pid"] for service in (await pod.status())["services"]]
    supervisor = next(iter(await _supervisor_pid(pod)))
    os.kill(supervisor, signal.SIGKILL)
    await eventually(lambda: not [pid for pid in pids if is_alive(pid)], within=15)
    assert (await pod.status())["state"] == "stopped"
    await pod.up()
    await pod.destroy()


async def _supervisor_pid(pod: Pod) -> list[int]:
    return [(await pod.status())["supervisor"]["pid"]]


def test_every_service_is_planned() -> None:
    assert set(SERVICES) <= set(PROCESSES)


def test_two_pods_of_a_test_get_ports_of_their_own() -> None:
    assert free_port() != free_port()
