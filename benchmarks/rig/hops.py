"""The hops that are measured: what stands between wrk and an upstream in each row of each table."""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from benchmarks.peers import nginx, traefik
from benchmarks.rig.gateway import PATH, gateway, inner_socket
from benchmarks.rig.load import BROWSER, ENCODING
from benchmarks.rig.programs import CORE_UNDER_TEST, Program, running
from benchmarks.rig.stand import Stand
from benchmarks.rig.upstreams import Upstream
from tests.support.pod import free_port

NO_LIMITS = {"RATE_LIMITS": "off"}
ALL = ("direct", "nginx", "traefik", "bare", "full", "aiohttp", "httpx", "nginx-gzip", "full-encoded")
OURS = frozenset(("bare", "full", "full-encoded"))
SIGNED_IN = frozenset(("full", "full-encoded", "aiohttp", "httpx"))
ENCODED = frozenset(("nginx-gzip", "full-encoded"))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows before one upstream."""

    name: str
    title: str
    upstream: Literal["service", "fast"]
    rows: tuple[str, ...]
    connections: int = 64
    is_unix: bool = False

    def behind(self, stand: Stand) -> Upstream:
        """Its upstream."""
        return stand.service if self.upstream == "service" else stand.fast


TABLES = {
    table.name: table
    for table in (
        Table("service", "A service under uvicorn, over TCP", "service", ALL),
        Table("one", "The same, one connection", "service", ALL[:7], connections=1),
        Table("fast", "nginx as the upstream, over TCP", "fast", ("direct", "nginx", "traefik", "bare", "full")),
        Table("unix", "A service under uvicorn, over a unix socket", "service", ("nginx", "full"), is_unix=True),
        Table("fast-unix", "nginx as the upstream, over a unix socket", "fast", ("nginx", "full"), is_unix=True),
    )
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where wrk asks, how, and whose CPU is counted; `inner` is where a gateway of ours says how it answered."""

    url: str
    headers: Mapping[str, str]
    process: psutil.Process
    inner: Path | None = None


@asynccontextmanager
async def open_target(stand: Stand, table: Table, row: str) -> AsyncIterator[Target]:
    """The row's hop, ready."""
    upstream = table.behind(stand)
    headers = {
        **(stand.pod.signed_in if row in SIGNED_IN else BROWSER),
        **(ENCODING if row in ENCODED else {}),
    }
    if row == "direct":
        yield Target(f"http://{upstream.tcp}{PATH}", headers, upstream.process)
        return
    port = free_port()
    name = f"{table.name}-{row}"
    program = _HOPS[row](stand, name, port, upstream.unix if table.is_unix else upstream.tcp)
    async with running(program, stand.folder) as process:
        inner = inner_socket(name, stand.folder) if row in OURS else None
        yield Target(f"http://127.0.0.1:{port}{PATH}", headers, process, inner)


def _nginx(stand: Stand, name: str, port: int, upstream: str) -> Program:
    return nginx.proxy(name, stand.folder, CORE_UNDER_TEST, port, upstream)


def _traefik(stand: Stand, name: str, port: int, upstream: str) -> Program:
    binary = stand.peers / "bin" / "traefik"
    return traefik.proxy(name, stand.folder, CORE_UNDER_TEST, port, upstream, program=binary)


def _bare(stand: Stand, name: str, port: int, upstream: str) -> Program:
    return gateway(name, stand.pod, port, upstream, settings=NO_LIMITS, folder=stand.folder)


def _full(stand: Stand, name: str, port: int, upstream: str) -> Program:
    return gateway(name, stand.pod, port, upstream, folder=stand.folder)


def _aiohttp(stand: Stand, name: str, port: int, upstream: str) -> Program:
    argv = (str(stand.peers / "bin" / "python"), "-m", "benchmarks.peers.aiohttp_gateway", str(port))
    return _with_policy(stand, name, argv, port, upstream)


def _httpx(stand: Stand, name: str, port: int, upstream: str) -> Program:
    argv = (
        sys.executable, "-m", "uvicorn", "benchmarks.peers.httpx_gateway:app", f"--port={port}", "--no-access-log",
        "--loop=uvloop", "--http=httptools", "--log-level=warning",
    )  # fmt: skip
    return _with_policy(stand, name, argv, port, upstream)


def _with_policy(stand: Stand, name: str, argv: tuple[str, ...], port: int, upstream: str) -> Program:
    environment = stand.pod.policy(upstream).to_environment()
    url = f"http://127.0.0.1:{port}{PATH}"
    return Program(name, argv, CORE_UNDER_TEST, url, environment, stand.pod.signed_in)


_HOPS: dict[str, Callable[[Stand, str, int, str], Program]] = {
    "nginx": _nginx,
    "traefik": _traefik,
    "bare": _bare,
    "full": _full,
    "full-encoded": _full,
    "nginx-gzip": _nginx,
    "aiohttp": _aiohttp,
    "httpx": _httpx,
}
