"""Pods in containers, on a real engine: side by side, behind one Traefik, with staging beside them."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime

import asyncpg
import httpx
import pytest

from tests.compose.machine import STAGE, STAGING, Machine
from tests.support.citizen import Json
from tests.support.compose import KEEPER, SERVERS, SERVICES, in_container, inspected
from tests.support.eventually import eventually
from tests.support.tour import take_the_tour, take_the_tour_by_host

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

TERRITORIES = {
    "dk.unityplan.org": "DK",
    "de.europe.unityplan.org": "DE",
    "fr.europe.unityplan.org": "FR",
    "es.europe.unityplan.org": "ES",
}
BESIDE_A_POD = (f"{STAGE}-global-traefik", f"{STAGE}-global-container-list")


def containers() -> Iterator[str]:
    """All that keep running, by name."""
    for stage, pod in ((STAGE, "dk"), (STAGE, "eu"), (STAGING, "dk")):
        for service in (*SERVICES, *SERVERS, KEEPER):
            yield f"{stage}-{service}-{pod}"
    yield from BESIDE_A_POD


async def asked(port: int, host: str, path: str = "/api/territory") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host})


class TestByHost:
    async def test_each_territory_is_answered_by_its_pod(self, pods: Machine) -> None:
        async def leads_to(host: str, code: str) -> None:
            async def does() -> bool:
                answer = await asked(pods.door, host)
                return answer.status_code == 200 and answer.json()["code"] == code

            # Traefik takes up a new pod within seconds.
            await eventually(does, within=20)

        await asyncio.gather(*(leads_to(host, code) for host, code in TERRITORIES.items()))
        assert (await asked(pods.door, "europe.unityplan.org")).json()["code"] == "missing-territory"

    async def test_a_host_of_nobody_reaches_no_pod(self, pods: Machine) -> None:
        for host in ("no.unityplan.org", "dk.staging.unityplan.org", "localhost"):
            answer = await asked(pods.door, host)
            assert (answer.status_code, answer.headers.get("x-request-id")) == (404, None)

    async def test_only_what_outsiders_know_leads_into_a_pod(self, pods: Machine) -> None:
        for path in ("/", "/metrics", "/health/ready", "/ws/else"):
            assert "x-request-id" not in (await asked(pods.door, "dk.unityplan.org", path)).headers
        for path in ("/version", "/.well-known/jwks.json"):
            assert (await asked(pods.door, "fr.europe.unityplan.org", path)).status_code == 200

    async def test_the_tour_works_by_the_territorys_name(self, pods: Machine) -> None:
        await take_the_tour_by_host("dk.unityplan.org", pods.door)

    async def test_the_client_is_who_called_traefik(self, pods: Machine) -> None:
        """HTTPS is told on by Traefik alone: whoever says so to the pod itself is not believed."""
        claim = {"X-Forwarded-Proto": "https", "Host": "dk.unityplan.org"}
        doors = (pods.door, int(pods.dk.settings["API_PORT"]))
        async with httpx.AsyncClient(verify=False) as client:  # noqa: S501 (Traefik's own certificate)
            secure = f"https://127.0.0.1:{pods.traefik.settings['HTTPS_PORT']}/api/territory"
            assert "strict-transport-security" in (await client.get(secure, headers={"Host": claim["Host"]})).headers
            for door in doors:
                answer = await client.get(f"http://127.0.0.1:{door}/api/territory", headers=claim)
                assert answer.status_code == 200
                assert "strict-transport-security" not in answer.headers


class TestStagingBesideProduction:
    async def test_the_same_tour_at_its_own_ports(self, pods: Machine) -> None:
        settings = pods.staging.settings
        await take_the_tour(int(settings["API_PORT"]), int(settings["WEBSOCKET_PORT"]))

    @pytest.mark.usefixtures("pods")
    async def test_it_has_secrets_of_its_own(self) -> None:
        secret = ("sha256sum", "/run/secrets/unityplan/auth/jwt_secret")
        known = [in_container(f"{stage}-auth-dk", *secret) for stage in (STAGE, STAGING)]
        assert [one.returncode for one in known] == [0, 0]
        assert known[0].stdout != known[1].stdout

    @pytest.mark.usefixtures("pods")
    async def test_its_servers_have_its_figures(self) -> None:
        asking = (
            "psql",
            "-U",
            "unityplan",
            "-h",
            "/var/run/postgresql",
            "-d",
            "postgres",
            "-tAc",
            "SHOW max_connections",
        )
        assert in_container(f"{STAGING}-postgres-dk", *asking).stdout.strip() == "50"
        assert in_container(f"{STAGE}-postgres-dk", *asking).stdout.strip() == "200"


@pytest.mark.usefixtures("pods")
class TestEveryContainer:
    async def test_is_healthy_under_its_name(self) -> None:
        states = {name: one["State"]["Health"]["Status"] for name, one in inspected(*containers()).items()}
        assert set(states.values()) == {"healthy"}, states

    async def test_is_asked_seldom_once_it_is_well(self) -> None:
        def pauses() -> list[float]:
            logs = [one["State"]["Health"]["Log"] for one in inspected(*containers()).values()]
            starts = [[datetime.fromisoformat(one["Start"]) for one in log[-2:]] for log in logs]
            return [(last - before).total_seconds() for before, last in starts]

        await eventually(lambda: min(pauses()) > 20, within=90)

    async def test_cannot_write_gains_nothing_and_is_nobody(self) -> None:
        for name, described in inspected(*containers()).items():
            confined = described["HostConfig"]
            assert confined["ReadonlyRootfs"], name
            assert confined["CapDrop"] == ["ALL"], name
            assert confined["SecurityOpt"] == ["no-new-privileges:true"], name
            assert 0 < confined["Memory"] <= 3 << 30, name
            assert confined["PidsLimit"] > 0, name
            # The list of containers alone is root, of a kind that may do nothing but open the engine's socket.
            assert described["Config"]["User"].startswith("0:") == (name == BESIDE_A_POD[1]), name

    async def test_has_no_capability_in_fact(self) -> None:
        for service in (*SERVICES, KEEPER):
            name = f"{STAGE}-{service}-dk"
            status = in_container(name, "cat", "/proc/self/status").stdout
            assert "CapEff:\t0000000000000000" in status, name
            assert "NoNewPrivs:\t1" in status, name
            assert in_container(name, "id", "-u").stdout.strip() == "10001"
            assert in_container(name, "touch", "/written").returncode != 0

    async def test_publishes_what_is_planned_on_loopback_and_nothing_else(self, pods: Machine) -> None:
        published = {}
        for name, described in inspected(*containers()).items():
            bindings = [one for one in described["NetworkSettings"]["Ports"].values() if one]
            if bindings:
                published[name] = {f"{one['HostIp']}:{one['HostPort']}" for each in bindings for one in each}
        expected = {
            f"{stage}-{KEEPER}-{pod}": {
                f"127.0.0.1:{project.settings[port]}" for port in ("API_PORT", "WEBSOCKET_PORT")
            }
            for stage, pod, project in ((STAGE, "dk", pods.dk), (STAGE, "eu", pods.eu), (STAGING, "dk", pods.staging))
        }
        doors = {f"127.0.0.1:{pods.traefik.settings[port]}" for port in ("HTTP_PORT", "HTTPS_PORT")}
        assert published == {**expected, BESIDE_A_POD[0]: doors}

    async def test_is_in_the_networks_of_the_plan(self) -> None:
        found = inspected(*containers())

        def networks(name: str) -> set[str]:
            return set(found[name]["NetworkSettings"]["Networks"])

        for pod in ("dk", "eu"):
            for service in (*SERVICES, *SERVERS):
                ways_out = {"event": {f"{STAGE}-neighbours-{pod}"}, "auth": {f"{STAGE}-outside-{pod}"}}
                beside = ways_out.get(service, set())
                assert networks(f"{STAGE}-{service}-{pod}") == {f"{STAGE}-pod-{pod}-net", *beside}
            assert networks(f"{STAGE}-{KEEPER}-{pod}") == {f"{STAGE}-mesh-network"}

    async def test_a_server_sees_its_own_secret_and_no_other(self) -> None:
        def seen(service: str) -> str:
            return in_container(f"{STAGE}-{service}-eu", "find", "/run/secrets/unityplan", "-type", "f").stdout

        assert seen("postgres").split() == ["/run/secrets/unityplan/postgres_superuser"]
        assert seen("nats").split() == ["/run/secrets/unityplan/nats.conf"]
        assert seen("redis").split() == ["/run/secrets/unityplan/users.acl"]
        assert "jwt_secret" not in seen("community")
        assert "jwt_secret" in seen("auth")
        assert "sealer" not in seen("community")
        assert "sealer_fr" in seen("event")


@pytest.mark.usefixtures("pods")
class TestImages:
    async def test_all_are_of_one_version_and_say_so(self) -> None:
        for described in inspected(*(f"{STAGE}-{service}-dk" for service in SERVICES)).values():
            labels = described["Config"]["Labels"]
            assert labels["org.opencontainers.image.version"] == "0.1.0"
            assert labels["org.opencontainers.image.title"].startswith("UnityPlan ")

    async def test_nothing_that_builds_is_inside(self) -> None:
        found = in_container(f"{STAGE}-auth-dk", "sh", "-c", "command -v gcc cc make pip pip3 curl git; true").stdout
        assert found == ""
        assert in_container(f"{STAGE}-auth-dk", "python", "-c", "import pip").returncode != 0

    async def test_the_bill_of_materials_names_what_is_locked(self) -> None:
        bill: Json = json.loads(
            in_container(f"{STAGE}-auth-dk", "cat", "/opt/unityplan/bill-of-materials.cdx.json").stdout
        )
        inside = {one["purl"] for one in bill["components"]}
        locked = in_container(f"{STAGE}-auth-dk", "python", "-c", LIST_INSTALLED).stdout.split()
        assert {f"pkg:pypi/{one}" for one in locked} == inside
        assert any(one.startswith("pkg:pypi/asyncpg@") for one in inside)


LIST_INSTALLED = (
    "import importlib.metadata as m, re; "
    "[print(re.sub('[-_.]+', '-', d.metadata['Name']).lower() + '@' + d.version) for d in m.distributions()]"
)


class TestProfiles:
    async def test_the_ports_of_the_servers_are_there_for_debugging_alone(self, pods: Machine) -> None:
        port = int(pods.dk.settings["POSTGRES_PORT"])
        password = in_container(f"{STAGE}-postgres-dk", "cat", "/run/secrets/unityplan/postgres_superuser").stdout

        async def version() -> str:
            connection = await asyncpg.connect(
                host="127.0.0.1", port=port, user="unityplan", password=password.strip(), database="postgres", timeout=5
            )
            try:
                return str(await connection.fetchval("SHOW server_version"))
            finally:
                await connection.close()

        with pytest.raises(OSError, match=r"refused|Connect call failed"):
            await version()
        await pods.dk.run("--profile", "debug", "up", "--detach", "--wait", "--no-deps", "debug-ports")
        try:
            assert re.match(r"[0-9]+\.", await version())
        finally:
            await pods.dk.run("--profile", "debug", "rm", "--stop", "--force", "debug-ports")

    @pytest.mark.usefixtures("pods")
    async def test_who_reads_figures_or_keeps_chat_may_not_enter_a_territory(self) -> None:
        question = (
            "SELECT r.rolname || ' ' || d.datname FROM pg_roles r, pg_database d "
            "WHERE r.rolname IN ('monitor', 'matrix') AND d.datallowconn "
            "AND has_database_privilege(r.oid, d.oid, 'CONNECT') ORDER BY 1"
        )
        asking = ("psql", "-U", "unityplan", "-h", "/var/run/postgresql", "-d", "postgres", "-tAc", question)
        assert in_container(f"{STAGE}-postgres-eu", *asking).stdout.split("\n")[:-1] == [
            "matrix matrix",
            "monitor postgres",
        ]


async def test_a_developers_pod_starts_a_service_again_when_its_source_changes(images: None) -> None:  # noqa: ARG001
    """One container is enough, of a module that says its word and ends."""
    argv = ["docker", "run", "--rm", "--read-only", "--tmpfs", "/tmp", "--entrypoint", "sh"]
    told = "until [ $(grep -c Linux /tmp/said) = {} ]; do sleep 0.2; done"
    script = "; ".join(
        [
            "python -m ops.compose.reloading /tmp -- platform >/tmp/said &",
            told.format(1),
            "touch /tmp/new.py",
            told.format(2),
            "kill $!",
            "wait $!",
        ]
    ).replace("&;", "&")
    answer = subprocess.run(  # noqa: ASYNC221, S603 (a few seconds of a shell)
        [*argv, "localhost/unityplan/pod-operations:0.1.0", "-c", script], timeout=60, check=False
    )
    assert answer.returncode == 0


async def test_a_restart_keeps_everything(pods: Machine) -> None:
    await pods.dk.run("restart", "--timeout", "20", *SERVERS, *SERVICES, KEEPER)
    await pods.dk.up()
    await take_the_tour(int(pods.dk.settings["API_PORT"]), int(pods.dk.settings["WEBSOCKET_PORT"]))
