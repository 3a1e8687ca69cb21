"""Logging in: one time for unknown, wrong and disabled; as many as Argon2id allows; and nobody else is slowed down.

    .venv/bin/python -m benchmarks.login [--tries 1000] [--seconds 3] [--rounds 7]

A real auth service on a unix socket, with PostgreSQL, Valkey and NATS of its own, all on the same cores. The peer is
Argon2id alone, in as many threads, with the same parameters. Times of the three kinds of failure are interleaved, each
try with a name that was not tried before, and compared by their medians and by Mann and Whitney's test.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from math import erfc, sqrt
from pathlib import Path

from argon2 import PasswordHasher, Type

from benchmarks.rig.lines import Lines
from benchmarks.rig.verdicts import Goal, judge
from services.auth.passwords.hashing import NICENESS
from services.auth.settings import AuthSettings
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD
from tests.support.eventually import eventually
from tests.support.pod import ROOT
from tests.support.servers import Servers, started_servers
from tests.support.service_process import environment_of

WRONG = "a wrong guess it is"
CLIENTS = 8
READERS = 2
KINDS = ("unknown", "wrong", "disabled")

ACCOUNTS = """
INSERT INTO {schema}.accounts
 (id, username, email, email_folded, display_name, password_hash, status, created_at, updated_at)
SELECT uuidv7(), kind || '_' || n, kind || n || '@example.org', kind || n || '@example.org', 'Somebody', $1,
 CASE kind WHEN 'disabled' THEN 'disabled' ELSE 'active' END, now(), now()
FROM unnest(ARRAY['wrong', 'disabled', 'right']) kind, generate_series(1, $2) n
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """An auth service, and somebody who is logged in."""

    lines: Lines
    token: str

    async def login(self, identifier: str, password: str) -> int:
        return (await self.lines.ask("POST", "/auth/login", {"identifier": identifier, "password": password})).status

    async def read(self) -> float:
        """Seconds of a read of one's own account."""
        began = time.perf_counter()
        answer = await self.lines.ask("GET", "/auth/me", more=f"authorization: Bearer {self.token}\r\n")
        assert answer.status == 200, answer.body
        return time.perf_counter() - began


def hasher() -> PasswordHasher:
    fields = AuthSettings.model_fields
    return PasswordHasher(
        time_cost=fields["argon2_time_cost"].default,
        memory_cost=fields["argon2_memory_kib"].default,
        parallelism=fields["argon2_parallelism"].default,
        type=Type.ID,
    )


@asynccontextmanager
async def stand(servers: Servers, territory: Territory, folder: Path, accounts: int) -> AsyncIterator[Stand]:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(ACCOUNTS.format(schema=territory.schema), hasher().hash(PASSWORD), accounts)
    await connection.close()
    socket = folder / "auth.sock"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "POD_ID": "test",
        "ENVIRONMENT": "embedded",
        "LISTEN": f"unix:{socket}",
        "LOG_LEVEL": "error",
        "JWT_SECRET": servers.secrets.read("jwt_secret"),
        "PERSON_KEY_SECRET": servers.secrets.read("person_key_secret"),
        **environment_of(servers, territory),
    }
    with (folder / "auth.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shared.service", "auth", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        with closing(Lines(str(socket))) as lines:

            async def token() -> str:
                answer = await lines.ask("POST", "/auth/login", {"identifier": "right_1", "password": PASSWORD})
                return str(answer.json()["access_token"])

            yield Stand(lines, await eventually(token, within=30))
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def time_failures(found: Stand, tries: int) -> dict[str, list[float]]:
    """Seconds of each failure, one after the other, in a random order of kinds."""
    each = tries // len(KINDS)
    order = [(kind, n) for kind in KINDS for n in range(1, each + 1)]
    random.shuffle(order)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for kind, n in order:
        began = time.perf_counter()
        status = await found.login(f"{kind}_{n}", PASSWORD if kind == "disabled" else WRONG)
        seconds[kind].append(time.perf_counter() - began)
        assert status == 401, status
    return seconds


def mann_whitney(left: Sequence[float], right: Sequence[float]) -> float:
    """How probable it is that two samples of one distribution differ so much (two-sided, normal approximation)."""
    ranked = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks = sum(rank for rank, (_, side) in enumerate(ranked, 1) if side == 0)
    count, other = len(left), len(right)
    u = ranks - count * (count + 1) / 2
    deviation = sqrt(count * other * (count + other + 1) / 12)
    return erfc(abs(u - count * other / 2) / deviation / sqrt(2))


def bare_rate(seconds: float) -> float:
    """Argon2id alone in a thread for each core, as the service has them: checks a second."""
    ours, hashed = hasher(), hasher().hash(PASSWORD)
    deadline = time.perf_counter() + seconds
    done: list[int] = []

    def check() -> None:
        # As far behind whatever else the machine does as the service's own threads are.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        count = 0
        while time.perf_counter() < deadline:
            ours.verify(hashed, PASSWORD)
            count += 1
        done.append(count)

    threads = [threading.Thread(target=check) for _ in range(os.cpu_count() or 1)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


async def login_rate(found: Stand, seconds: float, accounts: int) -> tuple[float, list[float]]:
    """Logins a second of eight clients, and the seconds of the reads of others meanwhile."""
    deadline = time.perf_counter() + seconds
    counts: list[int] = []
    reads: list[float] = []

    async def log_in() -> None:
        count = 0
        while time.perf_counter() < deadline:
            status = await found.login(f"right_{random.randint(1, accounts)}", PASSWORD)
            assert status == 200, status
            count += 1
        counts.append(count)

    began = time.perf_counter()
    await asyncio.gather(*(log_in() for _ in range(CLIENTS)), read_on(found, deadline, reads))
    return sum(counts) / (time.perf_counter() - began), reads


async def read_on(found: Stand, deadline: float, reads: list[float]) -> None:
    """Reads of somebody who is logged in already, ten a second."""
    while time.perf_counter() < deadline:
        reads += await asyncio.gather(*(found.read() for _ in range(READERS)))
        await asyncio.sleep(0.1)


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))] * 1000


def print_times(times: dict[str, list[float]]) -> None:
    print(f"\n{'a login that fails':24}{'median ms':>10}{'p99 ms':>10}")
    for kind, seconds in times.items():
        print(f"{kind:24}{statistics.median(seconds) * 1000:>10.2f}{percentile(seconds, 0.99):>10.2f}")
    medians = [statistics.median(seconds) for seconds in times.values()]
    judge(Goal("the medians, the greatest of the least", 1.05, is_most=True), max(medians) / min(medians))
    for kind in KINDS[1:]:
        judge(Goal(f"p that unknown and {kind} are alike", 0.01), mann_whitney(times["unknown"], times[kind]))


async def measure(arguments: argparse.Namespace) -> None:
    accounts = max(arguments.tries // len(KINDS), 200)
    async with started_servers() as servers:
        territory = await servers.new_territory()
        with tempfile.TemporaryDirectory(prefix="unityplan-login-") as name:
            async with stand(servers, territory, Path(name), accounts) as found:
                print_times(await time_failures(found, arguments.tries))
                ratios, quiet, busy = [], [], []
                for _ in range(arguments.rounds):
                    bare = await asyncio.to_thread(bare_rate, arguments.seconds)
                    await read_on(found, time.perf_counter() + arguments.seconds, quiet)
                    rate, reads = await login_rate(found, arguments.seconds, accounts)
                    busy += reads
                    ratios.append(rate / bare)
                    print(f"bare Argon2id {bare:6.1f}/s   logins {rate:6.1f}/s   {rate / bare:.2f}")
    print(f"\n{'reads of others':24}{'p50 ms':>10}{'p99 ms':>10}")
    for words, reads in (("at rest", quiet), ("while all log in", busy)):
        print(f"{words:24}{percentile(reads, 0.5):>10.2f}{percentile(reads, 0.99):>10.2f}")
    print()
    judge(Goal("logins, of bare Argon2id on the same cores", 0.8), statistics.median(ratios))
    judge(
        Goal("p99 of reads meanwhile, of that at rest", 1.5, is_most=True),
        percentile(busy, 0.99) / percentile(quiet, 0.99),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
