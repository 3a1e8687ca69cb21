"""Versions to deploy, made of the images that the suite has built, and the commands that deploy them."""

import asyncio
import base64
import json
import subprocess
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.citizen import Json
from tests.support.compose import KEEPER, SERVERS, SERVICES, Project, in_container, inspected
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Outcome, begin_unityplan, unityplan

BUILT, GOOD, SILENT, CRASHING, UNMIGRATABLE = "0.1.0", "0.1.1", "0.1.2", "0.1.3", "0.1.4"
NEXT, TAKING = "0.2.0", "0.2.1"
IMAGES = {
    "websocket": "websocket-gateway",
    "search": "search-service",
    "event": "event-service",
    "user": "user-service",
    "community": "community-service",
    "auth": "auth-service",
    "api-gateway": "api-gateway",
    "migrate": "pod-operations",
}
MIGRATION = """
revision = "{revision}"
down_revision = "{below}"

from alembic import op

def upgrade():
    {up}

def downgrade():
    {down}
"""
GIVE, TAKE = 'op.execute("CREATE TABLE bread (id int)")', 'op.drop_table("bread")'
# The migrations that a version adds: what they are called, what they do, and what undoes it.
MIGRATIONS = {
    UNMIGRATABLE: (("9999", 'op.execute("SELECT 1 / 0")', "pass"),),
    TAKING: (("9998", GIVE, TAKE), ("9999", TAKE, GIVE)),
}
# What is wrong with a version: lines added to the image of one service.
FAULTS = {
    (SILENT, "search"): 'ENTRYPOINT ["sleep", "600"]',
    (CRASHING, "websocket"): 'ENTRYPOINT ["python", "-c", "raise SystemExit(\'there is no bread\')"]',
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A pod in containers as its operator handles it."""

    project: Project
    pod: str = "dk"

    def name(self, service: str) -> str:
        return f"{self.project.settings['STAGE']}-{service}-{self.pod}"

    async def command(self, verb: str, *argv: str) -> Outcome:
        return await unityplan(verb, *argv, environment=dict(self.project.settings), within=600)

    async def deploy(self, version: str, *argv: str) -> Outcome:
        return await self.command("deploy", version, "--pod", self.pod, *argv)

    async def begin(self, version: str, *argv: str, **settings: str) -> Process:
        """A deployment that is under way: the first service is replaced."""
        before = self.containers()
        process = await begin_unityplan(
            "deploy", version, "--pod", self.pod, *argv, environment={**self.project.settings, **settings}
        )
        await eventually(lambda: self.containers()["websocket"] != before["websocket"], within=120)
        return process

    async def record(self) -> list[Json]:
        outcome = await self.command("deployments", self.pod, "--json")
        assert outcome.code == 0, outcome.err
        return list(json.loads(outcome.out))

    def containers(self) -> Mapping[str, str]:
        names = {service: self.name(service) for service in SERVICES}
        found = inspected(*names.values())
        return {service: found[name]["Id"] for service, name in names.items()}

    def healths(self) -> list[str]:
        """What the engine finds of everything that runs."""
        names = [self.name(service) for service in (*SERVICES, *SERVERS, KEEPER)]
        return [one["State"]["Health"]["Status"] for one in inspected(*names).values()]

    def left_over(self) -> list[str]:
        """Containers of the pod beside those of the plan."""
        argv = ["docker", "ps", "--all", "--format", "{{.Names}}", "--filter"]
        label = f"label=com.docker.compose.project={self.project.name}"
        named = subprocess.run([*argv, label], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 (fixed words)
        planned = {self.name(service) for service in (*SERVICES, *SERVERS, KEEPER, "init", "migrate")}
        return sorted(set(named) - planned)

    def version(self, service: str) -> str:
        """What the service says of itself."""
        asking = "import urllib.request as r; print(r.urlopen('http://localhost:8080/version').read().decode())"
        answer = in_container(self.name(service), "python", "-c", asking)
        return str(json.loads(answer.stdout)["version"])

    def versions(self) -> set[str]:
        return {self.version(service) for service in SERVICES}

    def schema(self) -> str:
        """The territory's schema as pg_dump sees it, without its random marks."""
        words = ("pg_dump", "-h", "/var/run/postgresql", "-U", "unityplan", "--schema-only", "unityplan_dk")
        lines = in_container(self.name("postgres"), *words).stdout.splitlines()
        return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


async def make_versions(head: str, *versions: str) -> None:
    """These versions, of every image."""
    await _bake(
        [_target(version, service, _fault(version, service, head)) for version in versions for service in IMAGES]
    )


async def make_other(version: str, service: str) -> None:
    """Another image under the name of a version that was made."""
    await _bake([_target(version, service, "LABEL other=yes")])


def _fault(version: str, service: str, head: str) -> str:
    if service == "migrate" and version in MIGRATIONS:
        return _with_migrations(version, head)
    return FAULTS.get((version, service), "")


def _with_migrations(version: str, head: str) -> str:
    lines, below = ["USER root"], head
    for revision, up, down in MIGRATIONS[version]:
        text = MIGRATION.format(revision=revision, below=below, up=up, down=down)
        path = f"/opt/unityplan/app/ops/migrations/versions/{revision}_bread.py"
        lines.append(f"RUN echo {base64.b64encode(text.encode()).decode()} | base64 -d > {path}")
        below = revision
    return "\n".join([*lines, "USER 10001:10001"])


def _target(version: str, service: str, more: str) -> Json:
    image = f"localhost/unityplan/{IMAGES[service]}"
    lines = f"FROM {image}:{BUILT}\nENV BUILD_VERSION={version}\n{more}\n"
    return {"name": f"{service}-{version.replace('.', '-')}", "lines": lines, "tag": f"{image}:{version}"}


async def _bake(targets: list[Json]) -> None:
    described = {
        each["name"]: {"dockerfile-inline": each["lines"], "tags": [each["tag"]], "output": ["type=docker"]}
        for each in targets
    }
    bake = json.dumps({"group": {"default": {"targets": list(described)}}, "target": described})
    process = await asyncio.create_subprocess_exec(
        "docker", "buildx", "bake", "--file", "-",
        cwd=ROOT / "docker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate(bake.encode())
    assert process.returncode == 0, output.decode()[-4000:]
