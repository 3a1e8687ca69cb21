"""A load by wrk: one thread, kept connections, each asking again as soon as it is answered."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil

from benchmarks.rig.programs import CORE_OF_THE_REST, cpu_seconds

REPORT = Path(__file__).with_name("load.lua")
PATIENCE_SECONDS = 10

BROWSER = {
    "Host": "localhost",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "da-DK,da;q=0.8,en-US;q=0.5,en;q=0.3",
    "Accept-Encoding": "identity",
    "Referer": "http://localhost/communities/the-harbour",
    "Cookie": "theme=dark; consent=necessary; seen=2026-11-26",
    "DNT": "1",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Cache-Control": "no-cache",
}
"""Twelve headers as a browser sends them with a call to an API, but for one: bodies are wanted as they are, since of
all that is measured only the gateway encodes them unless it is told not to.
"""

ENCODING = {"Accept-Encoding": "gzip, deflate, br, zstd"}
"""As a browser really has it."""


class Refused(Exception):
    """Some requests were not answered, or not with success: what was measured is worth nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, milliseconds, and microseconds of CPU that the process took for each request."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


async def load(
    url: str,
    headers: Mapping[str, str],
    process: psutil.Process,
    *,
    connections: int,
    seconds: int,
    paths: Path | None = None,
) -> Measured:
    """Ask for so long, on the core of the rest; for the paths in a file, one a line, in turn, if there is one.

    Raises:
        Refused: an answer was missing or no success.
    """
    fields = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before = cpu_seconds(process)
    wrk = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(CORE_OF_THE_REST), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
        f"--timeout={PATIENCE_SECONDS}s", "--latency", "-s", str(REPORT), *fields, url, stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **({"PATHS": str(paths)} if paths else {})},
    )  # fmt: skip
    out, _ = await wrk.communicate()
    spent = cpu_seconds(process) - before
    found = orjson.loads(out.splitlines()[-1])
    if found["refused"] or found["broken"] or not found["requests"]:
        raise Refused(f"{url}: {found}")
    return Measured(
        rate=found["requests"] / found["microseconds"] * 1e6,
        p50_ms=found["p50"] / 1000,
        p99_ms=found["p99"] / 1000,
        cpu_us=spent / found["requests"] * 1e6,
    )
