"""A token that was verified before, beside PyJWT, which verifies it each time: signature, times, audience, issuer.

    .venv/bin/python -m benchmarks.token_cache [--rounds 5]

One core, one EdDSA token of the auth service, rounds interleaved, medians compared. `known` is what the fast path of
the gateway asks, `verify` the ordinary one; both look whether the token has ended or was revoked meanwhile.
"""

import argparse
import asyncio
import hashlib
import os
import statistics
import time
from collections.abc import Awaitable, Callable

import jwt
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from benchmarks.peers.policy import AUDIENCE
from benchmarks.rig.gateway import Pod, pod
from benchmarks.rig.programs import CORE_UNDER_TEST
from benchmarks.rig.verdicts import Goal, judge
from shared.identity.tokens import issuer_of
from shared.identity.verifier import TerritoryVerifier
from tests.support.event_store import event_store

CALLS = 20_000
SLOW_CALLS = 2_000


async def microseconds(calls: int, call: Callable[[], Awaitable[object]]) -> float:
    """Of one call."""
    began = time.perf_counter()
    for _ in range(calls):
        await call()
    return (time.perf_counter() - began) / calls * 1e6


def microseconds_of(calls: int, call: Callable[[], object]) -> float:
    """Of one call that waits for nothing."""
    began = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - began) / calls * 1e6


async def measure(pod: Pod, verifier: TerritoryVerifier, rounds: int) -> dict[str, float]:
    """Medians by name."""
    raw, key = pod.token.encode(), Ed25519PublicKey.from_public_bytes(pod.policy("").raw_key)
    issuer = issuer_of(pod.territory)
    found: dict[str, list[float]] = {"PyJWT": [], "verify": [], "known": []}
    for _ in range(rounds):
        found["PyJWT"].append(
            microseconds_of(
                SLOW_CALLS,
                lambda: jwt.decode(pod.token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=issuer),
            )
        )
        found["verify"].append(await microseconds(CALLS, lambda: verifier.verify(pod.token)))
        found["known"].append(microseconds_of(CALLS, lambda: verifier.known_by(hashlib.sha256(raw).digest())))
        # Long loops without a pause keep the connections of the servers waiting.
        await asyncio.sleep(0)
    return {name: statistics.median(taken) for name, taken in found.items()}


async def main(rounds: int) -> None:
    async with pod() as running_pod, event_store(running_pod.servers, running_pod.territory) as record:
        os.sched_setaffinity(0, {CORE_UNDER_TEST})
        verifier = TerritoryVerifier(running_pod.territory, record.pool)
        await verifier.verify(running_pod.token)
        assert verifier.known_by(hashlib.sha256(running_pod.token.encode()).digest()) is not None
        taken = await measure(running_pod, verifier, rounds)
    for name, median in taken.items():
        print(f"{name:10}{median:>8.2f} µs   {1e6 / median:>12,.0f} a second")
    for name in ("known", "verify"):
        judge(Goal(f"{name}, of PyJWT", 100), taken["PyJWT"] / taken[name])


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    uvloop.run(main(arguments.parse_args().rounds))
