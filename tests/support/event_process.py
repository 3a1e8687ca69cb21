"""The event service as a real process, as a neighbour meets it over HTTP."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson

from services.event.proofs.tree_head import TreeHeadSigner
from services.event.settings import EventSettings
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.pod import ROOT, free_port
from tests.support.servers import Servers
from tests.support.service_process import environment_of


@dataclass(slots=True)
class EventProcess:
    """A territory's event service: stopped and started at will, always at the same port."""

    servers: Servers
    territory: Territory
    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def as_peer(self) -> str:
        """As WITNESS_PEERS names it."""
        return peer(self.servers, self.territory, self.url)

    @property
    def client(self) -> httpx.AsyncClient:
        headers = {"X-Territory-ID": self.territory.code}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)

    async def start(self) -> None:
        argv = (sys.executable, "-m", "shared.service", "event")
        with (self.folder / f"{self.territory.slug}.log").open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *argv, cwd=ROOT, env=self._environment(), stdout=output, stderr=output
            )
        await eventually(self._is_ready, within=30)

    async def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                await self.process.wait()
            self.process = None

    async def restart(self) -> None:
        """`kill -9`, and start again."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        await self.start()

    def elected_at(self) -> str:
        """When it last became the sealer, as its log says; before every time if never."""
        lines = (self.folder / f"{self.territory.slug}.log").read_bytes().splitlines()
        elected = (orjson.loads(line) for line in lines if b"sealer.elected" in line)
        return max((str(line["timestamp"]) for line in elected), default="")

    async def has_sealed(self, size: int) -> None:
        async def has() -> bool:
            async with self.client as client:
                return bool((await client.get("/events/head")).json()["tree_size"] >= size)

        await eventually(has)

    async def _is_ready(self) -> bool:
        async with self.client as client:
            return (await client.get("/events/head")).status_code == 200

    def _environment(self) -> dict[str, str]:
        settings = self.servers.settings(EventSettings, self.territory)
        secrets = self.servers.secrets
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "POD_ID": "test",
            "ENVIRONMENT": "embedded",
            "LISTEN": f"127.0.0.1:{self.port}",
            "SEALER_DATABASE_URL": settings.sealer_database_url,
            "TREE_HEAD_SECRET": secrets.read("tree_head_secret"),
            "PERSON_KEY_SECRET": secrets.read("person_key_secret"),
            **environment_of(self.servers, self.territory),
            **self.settings,
        }


def public_key(servers: Servers, territory: Territory) -> bytes:
    """The key that a territory's heads are signed with."""
    return TreeHeadSigner(Secret(servers.secrets.read("tree_head_secret")), territory).public_key


def peer(servers: Servers, territory: Territory, url: str) -> str:
    """A neighbour as WITNESS_PEERS names it."""
    return f"{territory.code}={url}#{base64.b64encode(public_key(servers, territory)).decode()}"


@asynccontextmanager
async def event_process(
    servers: Servers, folder: Path, territory: Territory | None = None, **settings: str
) -> AsyncIterator[EventProcess]:
    """The event service of a territory, ready."""
    running = EventProcess(servers, territory or await servers.new_territory(), folder, settings)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()
