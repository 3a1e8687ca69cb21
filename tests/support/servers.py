"""Real PostgreSQL, Valkey and NATS for the tests of services, and a fresh territory for each test that asks.

    async def test_something(territory: Territory, servers: Servers) -> None:
        async with servers.running(AuthSettings, create_app, territory) as client:   # an httpx client over ASGI
            ...

`servers` lives for the whole run. A territory is a copy of a migrated one: its walls, roles and accounts are real.
"""

import asyncio
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from ops.migrations.runner import migrate_all
from ops.provisioning.grants import grant_access
from ops.provisioning.postgres_walls import build_walls
from ops.provisioning.secrets import SecretStore
from ops.servers.nats import Nats
from ops.servers.postgres import Postgres
from ops.servers.run_as import server_credentials
from ops.servers.valkey import Valkey
from ops.supervisor.process_plan import ProcessPlan
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory, describe_territory
from tests.support.eventually import eventually

S = TypeVar("S", bound=ServiceSettings)

PRE_MADE = 600
POD = "test"
DOMAIN = "test.unityplan.org"


def described(code: str) -> Territory:
    """A territory of the test pod."""
    return describe_territory(code, pod=POD, name=code, locale="da-DK", domain=DOMAIN)


@dataclass(slots=True)
class Servers:
    """The three servers, running, with accounts for every territory that a test may be given."""

    folder: Path
    secrets: SecretStore
    postgres: Postgres
    valkey: Valkey
    nats: Nats
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    unused: Iterator[Territory] = field(
        default_factory=lambda: iter([described(f"TT-{n:03}") for n in range(PRE_MADE)])
    )
    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    template: Territory = field(default_factory=lambda: described("TEMPLATE"))

    async def start(self) -> None:
        """Start all three and migrate the territory that the others are copied from."""
        territories = [described(f"TT-{n:03}") for n in range(PRE_MADE)]
        self.secrets.ensure([*territories, self.template])
        self.postgres.prepare()
        self.valkey.prepare(territories, self.secrets)
        self.nats.prepare(territories, self.secrets)
        for server in (self.postgres, self.valkey, self.nats):
            self.processes.append(spawn(server.plan()))
        for server in (self.postgres, self.valkey, self.nats):
            await eventually(server.is_ready)
        await build_walls(self.postgres.connect_to, [self.template], self.secrets)
        (outcome,) = await migrate_all([self.template], self.postgres.connect_to, self.postgres.url)
        assert outcome.failure is None, outcome.failure

    def stop(self) -> None:
        """Stop them all and remove their folder."""
        postgres, *others = self.processes
        for process in others:
            process.kill()
        # At once: on SIGTERM it waits for clients that a failed test left, on SIGINT it writes out what is about to be
        # removed; killed outright, it would leave its children behind.
        postgres.send_signal(signal.SIGQUIT)
        for process in self.processes:
            process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def new_territory(self) -> Territory:
        """A territory that nobody has used: empty tables, own roles, own accounts."""
        territory = next(self.unused)
        template = self.template
        async with self.making:
            connection = await self.postgres.connect_to("postgres")
            await connection.execute(f"CREATE DATABASE {territory.database} TEMPLATE {template.database}")
            await connection.close()
            await build_walls(self.postgres.connect_to, [territory], self.secrets)
            connection = await self.postgres.connect_to(territory.database)
            await connection.execute(f"DROP SCHEMA {territory.schema}")
            await connection.execute(f"ALTER SCHEMA {template.schema} RENAME TO {territory.schema}")
            await connection.execute(f"REASSIGN OWNED BY owner_{template.slug} TO owner_{territory.slug}")
            for role in ("territory", "sealer"):
                await connection.execute(f"GRANT USAGE ON SCHEMA {territory.schema} TO {role}_{territory.slug}")
            await grant_access(connection, territory)
            await connection.close()
        return territory

    def settings(self, settings_class: type[S], *territories: Territory, **more: Any) -> S:  # noqa: ANN401 (any setting)
        """Settings of a service for these territories, as its environment would give them."""
        values: dict[str, Any] = {
            "pod_id": POD,
            "environment": "embedded",
            "territories": tuple(t.code for t in territories),
            "territory_name": tuple(t.name for t in territories),
            "territory_locale": tuple(t.locale for t in territories),
            "territory_domain": DOMAIN,
            "database_url": f"postgresql://territory_{{territory}}:{{password}}@/unityplan_{{territory}}"
            f"?host={self.postgres.socket_folder}",
            "sealer_database_url": f"postgresql://sealer_{{territory}}:{{password}}@/unityplan_{{territory}}"
            f"?host={self.postgres.socket_folder}",
            "redis_url": f"unix://{{territory}}:{{password}}@{self.valkey.socket}",
            "nats_url": f"nats://{{territory}}:{{password}}@127.0.0.1:{self.nats.port}",
            "territory_secrets_dir": self.secrets.folder,
            "listen": "127.0.0.1:1",
            "log_level": "error",
            "jwt_secret": self.secrets.read("jwt_secret"),
            "person_key_secret": self.secrets.read("person_key_secret"),
            "tree_head_secret": self.secrets.read("tree_head_secret"),
            "search_data": self.folder / "search",
            "upstream_url": f"unix:{self.folder}/{{service}}.sock",
            "rate_limits": "off",
        }
        known = {name: value for name, value in values.items() if name in settings_class.model_fields}
        return settings_class(**{**known, **more})

    @asynccontextmanager
    async def running(
        self,
        settings_class: type[S],
        create_app: Callable[[S], FastAPI],
        *territories: Territory,
        **more: Any,  # noqa: ANN401 (any setting)
    ) -> AsyncIterator[httpx.AsyncClient]:
        """The service as in production but for the sockets: its lifespan is open, requests come over ASGI.

        Anonymous requests are of the first territory.
        """
        app = create_app(self.settings(settings_class, *territories, **more))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            headers = {"X-Territory-ID": territories[0].code}
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
                yield client


def spawn(plan: ProcessPlan) -> subprocess.Popen[bytes]:
    """A server as its plan says, silent."""
    credentials = plan.credentials
    return subprocess.Popen(  # noqa: S603 (our own plan)
        plan.argv,
        env=dict(plan.environment),
        cwd=plan.working_directory,
        user=credentials.user_id if credentials else None,
        group=credentials.group_id if credentials else None,
        extra_groups=[] if credentials else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@asynccontextmanager
async def started_servers() -> AsyncIterator[Servers]:
    """Servers in a folder of their own that PostgreSQL's user may enter, gone afterwards."""
    folder = _folder()
    secrets = SecretStore(folder / "secrets")
    secrets.ensure([])
    postgres = Postgres(
        folder / "postgres", folder / "run", secrets.read("postgres_superuser"), 300, server_credentials()
    )
    servers = Servers(
        folder, secrets, postgres, Valkey(folder / "valkey", folder / "valkey.sock"), Nats(folder / "nats")
    )
    try:
        await servers.start()
        yield servers
    finally:
        servers.stop()


def _folder() -> Path:
    """A folder that PostgreSQL's user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="unityplan-test-", dir="/tmp"))
    folder.chmod(0o755)
    return folder
