"""Two gateways of a pod, as real processes: whoever is counted is counted by both."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest_asyncio

from tests.support.eventually import eventually
from tests.support.pod import ROOT, Pod, free_port

# So little that a busy machine asks for more than is given.
A_SECOND, AT_ONCE = 20, 100
SECONDS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def limited() -> AsyncIterator[Pod]:
    pod = await Pod.start("no", RATE_LIMITS="on", REQUESTS_PER_SECOND=str(A_SECOND), REQUEST_BURST=str(AT_ONCE))
    yield pod
    await pod.destroy()


def environment_of_first(pod: Pod) -> dict[str, str]:
    given = Path(f"/proc/{pod.processes()['gateway'].pid}/environ").read_text()
    return dict(pair.split("=", 1) for pair in given.split("\0") if pair)


@asynccontextmanager
async def second_gateway(pod: Pod) -> AsyncIterator[str]:
    """Another process with the first one's environment and addresses of its own; where it answers."""
    port = free_port()
    addresses = {"LISTEN": f"127.0.0.1:{port}", "INNER_LISTEN": f"127.0.0.1:{free_port()}"}
    environment = {**environment_of_first(pod), **addresses}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.service", "gateway"), cwd=ROOT, env=environment
    )
    address = f"http://127.0.0.1:{port}/api"
    try:
        await eventually(lambda: answers(address))
        yield address
    finally:
        process.terminate()
        await process.wait()


async def answers(address: str) -> bool:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{address}/openapi.json")).status_code == 200


async def given_by(address: str, until: float) -> int:
    """How many requests pass that come as fast as they are answered."""
    passed = 0
    async with httpx.AsyncClient() as http:
        while time.monotonic() < until:
            passed += (await http.get(f"{address}/territory")).status_code == 200
    return passed


async def test_two_gateways_share_one_budget(limited: Pod) -> None:
    first = limited.address().api_url
    async with second_gateway(limited) as second:
        began = time.monotonic()
        given = await asyncio.gather(*(given_by(address, began + SECONDS) for address in [first, second] * 2))
        due = AT_ONCE + A_SECOND * (time.monotonic() - began)
    assert 0.95 * due <= sum(given) <= 1.05 * due
    assert min(given[0] + given[2], given[1] + given[3]) > due / 10
