"""A NATS server that one test may kill, wipe and start again without harm to the others."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.servers.nats import Nats
from ops.supervisor.process_plan import ProcessPlan
from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.servers import Servers


@dataclass(slots=True)
class LoneNats:
    """One server with the account of one territory."""

    nats: Nats
    url: str
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it on its port, and wait until it greets."""
        self.process = _spawned(self.nats.plan())
        await eventually(self.nats.is_ready)

    def kill(self) -> None:
        """`kill -9`."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def lose_disk(self) -> None:
        """As after the loss of its disk; it must not be running."""
        shutil.rmtree(self.nats.data / "store", ignore_errors=True)


@asynccontextmanager
async def lone_nats(servers: Servers, territory: Territory, folder: Path) -> AsyncIterator[LoneNats]:
    """Prepared and running."""
    nats = Nats(folder / "nats")
    nats.prepare([territory], servers.secrets)
    password = servers.secrets.of("nats", territory)
    server = LoneNats(nats, f"nats://{territory.slug}:{password}@127.0.0.1:{nats.port}")
    try:
        await server.start()
        yield server
    finally:
        server.kill()


def _spawned(plan: ProcessPlan) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own plan)
        plan.argv,
        env=dict(plan.environment),
        cwd=plan.working_directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
