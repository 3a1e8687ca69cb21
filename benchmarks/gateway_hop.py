"""What the gateway costs: the same read through it and straight at the service, in turns, against a running pod dk.

.venv/bin/python benchmarks/gateway_hop.py [--data DIR] [--api-port 8080]
"""

import argparse
import asyncio
import json
import statistics
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from ops.embedded.places import find_place

CONNECTIONS = 32
SECONDS = 3.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes and how it reads."""

    name: str
    address: Path | int
    request: bytes


async def open_connection(address: Path | int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(address, Path):
        return await asyncio.open_unix_connection(str(address))
    return await asyncio.open_connection("127.0.0.1", address)


async def ask_until(target: Target, deadline: float) -> int:
    """Requests answered with 200 on one connection until then."""
    reader, writer = await open_connection(target.address)
    count = 0
    while time.monotonic() < deadline:
        writer.write(target.request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
        if b"content-length" in fields:
            await reader.readexactly(int(fields[b"content-length"]))
        else:
            await read_chunks(reader)
        count += 1
    writer.close()
    return count


async def read_chunks(reader: asyncio.StreamReader) -> None:
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()


async def rate(target: Target) -> float:
    """Requests a second over all connections."""
    deadline = time.monotonic() + SECONDS
    counts = await asyncio.gather(*(ask_until(target, deadline) for _ in range(CONNECTIONS)))
    return sum(counts) / SECONDS


def post(url: str, body: dict[str, str], token: str = "") -> dict[str, str]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 (our own pod)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (our own pod)
        found: dict[str, str] = json.load(answer)
        return found


def targets(api_port: int, run: Path) -> list[Target]:
    base, name = f"http://localhost:{api_port}/api", f"bench_{int(time.time())}"
    credentials = {"username": name, "email": f"{name}@example.org", "password": "a sentence is a good password"}
    token = post(f"{base}/auth/register", credentials)["access_token"]
    founded = {"name": f"Bench {name}", "visibility": "public", "join_policy": "open"}
    community = post(f"{base}/communities", founded, token)["id"]

    def request(path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

    return [
        Target("straight at the service", run / "community.sock", request(f"/communities/{community}")),
        Target("through the gateway", api_port, request(f"/api/communities/{community}")),
    ]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--api-port", type=int, default=8080)
    given = parser.parse_args()
    both = targets(given.api_port, find_place("dk", given.data).run)
    rates: dict[str, list[float]] = {target.name: [] for target in both}
    for _ in range(ROUNDS):
        for target in both:
            rates[target.name].append(await rate(target))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, median in medians.items():
        print(f"{name:26} {median:8.0f} requests/s   {[round(r) for r in rates[name]]}")
    straight, through = medians.values()
    print(f"ratio {through / straight:.2f} ({CONNECTIONS} connections, client on the same cores)")


if __name__ == "__main__":
    asyncio.run(main())
