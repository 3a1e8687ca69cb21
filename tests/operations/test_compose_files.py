"""The compose files say what the plan says, of every pod, in production and in staging. No engine is needed."""

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from ops.embedded.service_plans import OPTIONAL
from ops.pods.pod import FOLDERS, PODS_FOLDER, load_pod, read_environment
from ops.pods.port_plan import STAGING_OFFSET, clashes, machine_plan
from tests.support.citizen import Json
from tests.support.compose import KEEPER, SERVERS, SERVICES, configuration, has_compose
from tests.support.pod import ROOT

POD, STAGING, GLOBAL, DEV = (f"docker-compose.{name}.yml" for name in ("pod", "staging", "global", "dev"))
BESIDE = ("ipfs", "meilisearch", "matrix", "postgres-exporter", "redis-exporter", "nats-exporter", "node-exporter")
PODS = pytest.mark.parametrize("pod", FOLDERS)
NEEDS_COMPOSE = pytest.mark.skipif(not has_compose(), reason="no Docker Compose")

# What staging may say otherwise; everything else is production's.
FIGURES = {"POSTGRES_MAX_CONNECTIONS", "DATABASE_POOL_SIZE", "POSTGRES_SHARED_BUFFERS", "REDIS_MAXMEMORY"}
FIGURES |= {"NATS_MAX_PAYLOAD", "ARGON2_WORKERS"}
FIGURES |= {
    f"{server}_{what}" for server in ("POSTGRES", "REDIS", "NATS", "SERVICE", "FRONTEND") for what in ("MEMORY", "CPUS")
}
TO_BE_SEEN = {"LOG_LEVEL", "DEBUG_MODE", "ENABLE_PROFILING"}
PLACE = {"STAGE", "ENVIRONMENT", "TRAEFIK_HOSTS", "MESH_PREFIX"}
OF_ENVIRONMENT = (
    "*_URL", "STAGE", "ENVIRONMENT", "TRUSTED_PROXIES", "POSTGRES_HOST", "REDIS_ADDR", "DATA_SOURCE_URI", "LOG_LEVEL",
    "POSTGRES_MAX_CONNECTIONS", "DATABASE_POOL_SIZE", "NATS_MAX_PAYLOAD", "DEBUG_MODE", "ENABLE_PROFILING",
    "ARGON2_WORKERS",
)  # fmt: skip
OF_SERVICE = ("container_name", "mem_limit", "cpus", "labels.*", "ports.*.published")
WITH_FIGURES_AND_NAMES = ("postgres", "redis", "nats-exporter", "debug-ports")
MAY_DIFFER = (
    *(f"services.*.environment.{name}" for name in OF_ENVIRONMENT),
    *(f"services.*.{name}" for name in OF_SERVICE),
    *(f"services.{name}.command.*" for name in WITH_FIGURES_AND_NAMES),
    *("networks.*.name", "networks.mesh.ipam.*", "volumes.*.name", "name", "x-*"),
)


def folder_of(pod: str) -> Path:
    return PODS_FOLDER / FOLDERS[pod]


@cache
def production(pod: str) -> Json:
    return configuration(POD, str(folder_of(pod) / ".env"))


@cache
def staging(pod: str) -> Json:
    return configuration(STAGING, str(folder_of(pod) / ".env.staging"))


@NEEDS_COMPOSE
class TestNames:
    @PODS
    def test_containers_networks_and_volumes_have_the_names_of_the_plan(self, pod: str) -> None:
        described = production(pod)
        names = {service: one["container_name"] for service, one in described["services"].items()}
        jobs = {"init": f"job-init-{pod}", "migrate": f"job-migrate-{pod}"}
        expected = {name: f"service-{name}-{pod}" for name in (*SERVICES, *SERVERS, *BESIDE, KEEPER, "debug-ports")}
        assert names == {**expected, **jobs, "frontend": f"app-frontend-{pod}"}
        assert described["networks"]["pod"]["name"] == f"pod-{pod}-net"
        assert described["networks"]["mesh"]["name"] == "mesh-network"
        assert described["volumes"]["postgres-data"]["name"] == f"pod-{pod}-postgres-data"
        assert described["name"] == f"pod-{pod}"

    @PODS
    def test_nothing_of_staging_has_a_name_of_production(self, pod: str) -> None:
        there, here = named(staging(pod)), named(production(pod))
        assert not there & here
        assert all(name.startswith("staging-") for name in there)

    def test_a_file_without_its_variables_says_which_are_wanted(self) -> None:
        with pytest.raises(AssertionError, match=r"--env-file pods/<name>/\.env"):
            configuration(POD)
        with pytest.raises(AssertionError, match=r"\.env\.staging"):
            configuration(STAGING, str(folder_of("dk") / ".env"))


def named(described: Json) -> set[str]:
    """Every name that is the machine's, not the project's."""
    found = {one["container_name"] for one in described["services"].values()}
    found |= {one["name"] for kind in ("networks", "volumes") for one in described[kind].values()}
    return {*found, described["name"]}


class TestStaging:
    @PODS
    def test_it_has_the_variables_of_production_and_other_figures(self, pod: str) -> None:
        here, there = (read_environment(folder_of(pod) / name) for name in (".env", ".env.staging"))
        assert there.keys() == {*here, "STAGE"}
        ports = {name for name in here if name.endswith("_PORT")}
        assert {name for name in here if here[name] != there[name]} <= FIGURES | TO_BE_SEEN | PLACE | ports
        assert {name: int(there[name]) for name in ports} == {name: int(here[name]) + STAGING_OFFSET for name in ports}
        assert there["TRAEFIK_HOSTS"] == here["TRAEFIK_HOSTS"].replace("unityplan.org", "staging.unityplan.org")

    @PODS
    def test_it_has_at_most_the_half_of_everything(self, pod: str) -> None:
        here, there = (read_environment(folder_of(pod) / name) for name in (".env", ".env.staging"))
        for name in FIGURES:
            assert amount(there[name]) * 2 <= amount(here[name]), name

    @NEEDS_COMPOSE
    @PODS
    def test_it_is_the_pod_itself_but_for_names_ports_and_figures(self, pod: str) -> None:
        here, there = dict(leaves(production(pod))), dict(leaves(staging(pod)))
        differ = {path for path in here.keys() | there.keys() if here.get(path) != there.get(path)}
        assert not {path for path in differ if not any(fnmatch(path, allowed) for allowed in MAY_DIFFER)}

    @NEEDS_COMPOSE
    @PODS
    def test_all_that_a_pod_runs_fits_into_its_memory(self, pod: str) -> None:
        for described, gib in ((production(pod), 8), (staging(pod), 4)):
            running = [one for one in described["services"].values() if one.get("restart") != "no"]
            small = [one for one in running if not one.get("profiles") or one["profiles"] == ["frontend"]]
            assert sum(int(one["mem_limit"]) for one in small) <= gib * 1024**3


def amount(text: str) -> float:
    """A figure with its unit: `2GB`, `512mb`, `1.0`."""
    match = re.fullmatch(r"([0-9.]+)([kmg]?)b?", text.lower())
    assert match, text
    return float(match[1]) * float(1024 ** " kmg".index(match[2] or " "))


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value at the end of a path. Labels are compared by their part that says no name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{index}")
    else:
        yield path, value


@NEEDS_COMPOSE
class TestWhatIsReachable:
    def test_no_two_want_the_same_port_and_all_are_on_loopback(self) -> None:
        described = [production(pod) for pod in FOLDERS] + [staging(pod) for pod in FOLDERS]
        described += [configuration(GLOBAL), configuration(GLOBAL, str(PODS_FOLDER / "global" / ".env.staging"))]
        dev = configuration(DEV)
        tools = {name: one for name, one in dev["services"].items() if one["container_name"].startswith("global-")}
        owners = defaultdict(list)
        for one in [*described, {**dev, "services": tools}]:
            for service in one["services"].values():
                for port in service.get("ports", ()):
                    assert port["host_ip"] == "127.0.0.1", service["container_name"]
                    owners[port["published"]].append(service["container_name"])
        assert {port: names for port, names in owners.items() if len(names) > 1} == {}
        planned = {str(one.port) for one in machine_plan()}
        assert owners.keys() <= planned

    @PODS
    def test_without_profiles_a_pod_publishes_two_ports_and_for_debugging_its_servers(self, pod: str) -> None:
        published = {
            name: {port["published"] for port in one["ports"]}
            for name, one in production(pod)["services"].items()
            if one.get("ports")
        }
        variables = load_pod(pod).environment
        assert published.pop(KEEPER) == {variables["API_PORT"], variables["WEBSOCKET_PORT"]}
        assert published.pop("frontend") == {variables["FRONTEND_PORT"]}
        assert published.keys() == {"debug-ports"}
        assert {variables["POSTGRES_PORT"], variables["NATS_CLIENT_PORT"]} <= published["debug-ports"]

    @PODS
    def test_traefik_is_told_the_hosts_of_the_pods_territories_and_no_others(self, pod: str) -> None:
        loaded = load_pod(pod)
        hosts = set(re.findall(r"Host\(`([a-z.]+)`\)", loaded.environment["TRAEFIK_HOSTS"]))
        expected = {territory.host for territory in loaded.territories}
        assert hosts == (expected if len(expected) == 1 else {*expected, loaded.environment["TERRITORY_DOMAIN"]})
        for described, prefix in ((production(pod), ""), (staging(pod), "staging-")):
            labels = described["services"][KEEPER]["labels"]
            rules = {
                name: labels[f"traefik.http.routers.{prefix}{name}-{pod}.rule"] for name in ("api-gateway", "websocket")
            }
            assert "&& (PathPrefix(`/api`) ||" in rules["api-gateway"]
            assert rules["websocket"].endswith("&& Path(`/ws`)")
            page = described["services"]["frontend"]["labels"]
            assert f"({page[f'traefik.http.routers.{prefix}frontend-{pod}.rule']})" in rules["api-gateway"]

    def test_pods_and_traefik_say_the_same_of_the_mesh(self) -> None:
        assert production("dk")["networks"]["mesh"] == configuration(GLOBAL)["networks"]["mesh"]
        of_staging = configuration(GLOBAL, str(PODS_FOLDER / "global" / ".env.staging"))["networks"]["mesh"]
        assert staging("eu")["networks"]["mesh"] == of_staging


@NEEDS_COMPOSE
class TestEveryContainer:
    @pytest.mark.parametrize("file", [POD, GLOBAL, DEV])
    def test_is_confined_limited_and_watched(self, file: str) -> None:
        described = production("eu") if file == POD else configuration(file)
        for name, one in described["services"].items():
            assert one["read_only"] is True, name
            assert one["cap_drop"] == ["ALL"], name
            assert one["security_opt"] == ["no-new-privileges:true"], name
            assert {"mem_limit", "cpus", "pids_limit", "logging"} <= one.keys(), name
            assert one["init"] is True, name
            assert one["user"], name
            if one.get("restart") != "no":
                assert {"healthcheck", "stop_grace_period"} <= one.keys(), name
            assert not re.search(r":latest$|^[^:]+$", one["image"]), name

    def test_nobody_starts_before_what_it_needs_is_healthy(self) -> None:
        for described in (production("dk"), configuration(DEV)):
            for name, one in described["services"].items():
                conditions = {needed["condition"] for needed in one.get("depends_on", {}).values()}
                assert conditions <= {"service_healthy", "service_completed_successfully"}, name

    def test_every_setting_of_a_service_can_be_given(self) -> None:
        text = (ROOT / POD).read_text()
        plain = {name for name in OPTIONAL if not name.endswith("_FILE")}
        assert {name for name in plain if f"${{{name}:-" not in text and f"{name}_FILE:" not in text} == set()

    def test_no_secret_stands_in_an_environment(self) -> None:
        for name, one in production("dk")["services"].items():
            for variable, value in one.get("environment", {}).items():
                if re.search("SECRET|PASSWORD(?!S)|PASS$|_KEY$", variable):
                    assert variable.endswith("_FILE"), (name, variable, value)


@pytest.mark.parametrize(
    "argv",
    [
        ("compose-lint", "check", "--fail-on", "low", POD, STAGING, GLOBAL, DEV),
        ("hadolint", "docker/Dockerfile", "docker/pipeline.Dockerfile"),
    ],
    ids=lambda argv: argv[0],
)
def test_linters_find_nothing(argv: tuple[str, ...]) -> None:
    tool = Path(sys.executable).with_name(argv[0])
    answer = subprocess.run([tool, *argv[1:]], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_ports_of_the_plan_do_not_clash() -> None:
    assert clashes(machine_plan()) == {}
