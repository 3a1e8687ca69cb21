"""The gateway as it runs in a pod: its own process, real servers behind it, every policy on."""

import base64
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.peers.policy import Policy
from benchmarks.rig.load import BROWSER
from benchmarks.rig.programs import CORE_OF_THE_REST, CORE_UNDER_TEST, Program, pin_tree
from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.gateway.settings import GatewaySettings
from shared.identity.tokens import issuer_of, read_header
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD
from tests.support.servers import Servers, started_servers
from tests.support.service_process import environment_of

PATH = "/api/communities/0197b8a4-5c1e-7000-8000-00000000002a"
SERVICES = ("auth", "community", "user", "event", "search", "websocket")
# So high that nobody is refused; each request is counted all the same.
QUOTA = {"REQUESTS_PER_SECOND": "1000000", "REQUEST_BURST": "10000000"}


@dataclass(frozen=True, slots=True)
class Pod:
    """Servers, a territory with one account, and the key that its token is signed with."""

    servers: Servers
    territory: Territory
    token: str
    public_key: str

    @property
    def signed_in(self) -> dict[str, str]:
        """A browser's headers and the token."""
        return {**BROWSER, "Authorization": f"Bearer {self.token}"}

    def policy(self, upstream: str) -> Policy:
        """What a peer is told to keep the same policies before `host:port`."""
        settings = self.servers.settings(GatewaySettings, self.territory)
        return Policy(
            upstream=upstream,
            redis_url=settings.redis_url_for(self.territory.slug),
            key_prefix=self.territory.key_prefix,
            public_key=self.public_key,
            issuer=issuer_of(self.territory),
        )


@asynccontextmanager
async def pod() -> AsyncIterator[Pod]:
    """PostgreSQL, Valkey and NATS on the core of the rest."""
    async with started_servers() as servers:
        for process in servers.processes:
            pin_tree(psutil.Process(process.pid), CORE_OF_THE_REST)
        territory = await servers.new_territory()
        async with servers.running(AuthSettings, create_auth, territory) as auth:
            body = {"username": "bench", "email": "bench@example.org", "password": PASSWORD}
            token = (await auth.post("/auth/register", json=body)).json()["access_token"]
            keys = {key["kid"]: key["x"] for key in (await auth.get("/auth/jwks.json")).json()["keys"]}
        raw = base64.urlsafe_b64decode(keys[read_header(token)["kid"]] + "=")
        yield Pod(servers, territory, token, base64.b64encode(raw).decode())


def gateway(  # noqa: PLR0913 (where it listens, what is behind it, how it is set)
    name: str,
    pod: Pod,
    port: int,
    upstream: str,
    *,
    folder: Path,
    settings: Mapping[str, str] | None = None,
    ready: str = PATH,
) -> Program:
    """`python -m shared.service gateway` before one upstream, `host:port` or `unix:/path`, for all services.

    The setting names a service, by its socket's name or its host's: each socket is a link to the one upstream, and the
    hosts are known to this process alone, through a hosts file of its own (which takes root).
    """
    environment = {
        "POD_ID": "test",
        "ENVIRONMENT": "embedded",
        "LISTEN": f"127.0.0.1:{port}",
        "INNER_LISTEN": f"unix:{inner_socket(name, folder)}",
        "UPSTREAM_URL": _upstream_url(name, upstream, folder),
        **environment_of(pod.servers, pod.territory),
        **QUOTA,
        **(settings or {}),
    }
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {' '.join(SERVICES)}\n")
    argv = ("unshare", "--mount", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh")
    service = (sys.executable, "-m", "shared.service", "gateway")
    url = f"http://127.0.0.1:{port}{ready}"
    return Program(name, (*argv, *service), CORE_UNDER_TEST, url, environment, pod.signed_in)


def inner_socket(name: str, folder: Path) -> Path:
    """Where a gateway's metrics are read."""
    return folder / f"{name}-inner.sock"


async def read_shares(inner: Path) -> str:
    """How it answered, as its metrics say: by the express lane or not, counted in Valkey or alone."""
    transport = httpx.AsyncHTTPTransport(uds=str(inner))
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as client:
        text = (await client.get("/metrics")).text
    totals: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            totals[sample.name] += int(sample.value)
    answered = totals["http_requests_total"] or 1
    express, alone = totals["http_express_requests_total"], totals["gateway_limited_locally_total"]
    return f"{express / answered:.1%} in the express lane, {alone / answered:.1%} counted without Valkey"


def _upstream_url(name: str, upstream: str, folder: Path) -> str:
    if not upstream.startswith("unix:"):
        return f"tcp:{{service}}:{upstream.rpartition(':')[2]}"
    links = folder / f"{name}-sockets"
    links.mkdir()
    for service in SERVICES:
        (links / f"{service}.sock").symlink_to(upstream.removeprefix("unix:"))
    return f"unix:{links}/{{service}}.sock"
