"""Argon2id in threads of its own, so that hashing never holds the loop and a flood of logins stays bounded."""

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from services.auth.passwords.rules import normalise
from shared.errors import Kind, ServiceError

R = TypeVar("R")

MAX_WAITING = 32
# Of the thread alone, which Linux schedules by itself: whoever logs in does not slow down who is in already.
NICENESS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a password found; `new_hash` is set when the stored one was made with weaker parameters."""

    is_right: bool
    new_hash: str | None = None


class PasswordHashing:
    """Hashes and checks passwords; at most `workers` at once and `MAX_WAITING` in line.

    A permit belongs to the work, not to the request: a cancelled request does not make room for another hash while
    its own is still being computed (measured elsewhere as a way round the bound).
    """

    def __init__(self, *, memory_kib: int, time_cost: int, parallelism: int, workers: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism, type=Type.ID
        )
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="argon2", initializer=_yield_to_others)
        self._permits = threading.BoundedSemaphore(workers + MAX_WAITING)
        self._nobody = ""

    async def prepare(self) -> None:
        """Make the hash that unknown names are checked against; needed once before the first `check`."""
        self._nobody = await self.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """The encoded Argon2id hash of the normalised password. Raises: unavailable `login-busy`."""
        return await self._run(lambda: self._hasher.hash(normalise(password)))

    async def check(self, stored: str | None, password: str) -> Verdict:
        """Whether `password` is the one hashed in `stored`; none costs the same time and is never right.

        Raises: unavailable `login-busy`.
        """
        return await self._run(lambda: self._check(stored, password))

    def close(self) -> None:
        """Wait for the hashes being computed and drop those in line."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _check(self, stored: str | None, password: str) -> Verdict:
        normalised = normalise(password)
        try:
            self._hasher.verify(stored or self._nobody, normalised)
        except (VerificationError, InvalidHashError):
            return Verdict(is_right=False)
        if not stored:
            return Verdict(is_right=False)
        stale = self._hasher.check_needs_rehash(stored)
        return Verdict(is_right=True, new_hash=self._hasher.hash(normalised) if stale else None)

    async def _run(self, work: Callable[[], R]) -> R:
        if not self._permits.acquire(blocking=False):
            raise ServiceError(
                Kind.UNAVAILABLE, "login-busy", "Too many logins at once; try again in a second.", retry_after_seconds=1
            )
        future = self._executor.submit(work)
        future.add_done_callback(self._give_back)
        return await asyncio.wrap_future(future)

    def _give_back(self, _: Future[R]) -> None:
        self._permits.release()


def _yield_to_others() -> None:
    """Let the loop's thread go first on a busy core."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
