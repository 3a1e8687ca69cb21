"""One process kept alive: started, watched, restarted with back-off, stopped with patience."""

import asyncio
import time
from asyncio import Event
from collections.abc import Callable
from contextlib import suppress
from signal import SIGKILL
from typing import Literal

from ops.supervisor.back_off import BackOff
from ops.supervisor.child import Child
from ops.supervisor.journal import Journal
from ops.supervisor.process_plan import ProcessPlan, Timing

# A wrong setting stays wrong: trying again would only delay the message.
CONFIGURATION_ERROR = 2

State = Literal["waiting", "starting", "running", "restarting", "stopping", "stopped"]


class StartFailedError(Exception):
    """A process did not become ready when the pod was started; the text says which and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} did not start: {reason}")
        self.name = name


class Supervised:
    """The life of one process over all its restarts. `changed` is called after each change of its state."""

    def __init__(self, plan: ProcessPlan, timing: Timing, journal: Journal, changed: Callable[[], None]) -> None:
        self.plan = plan
        self.state: State = "waiting"
        self.restarts = 0
        self.ready_once = Event()
        self.failed = Event()
        self.failure = ""
        self._timing = timing
        self._journal = journal
        self._changed = changed
        self._child: Child | None = None
        self._stopping = Event()
        self._hurrying = Event()
        self._back_off = BackOff(timing.first_delay, timing.longest_delay, timing.healthy_after)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def keep(self) -> None:
        """Run the process until it is asked to stop, again after every end."""
        while not self._stopping.is_set():
            code, lasted = await self._live_once()
            if self._stopping.is_set():
                break
            self._count_failed_start(code)
            await self._pause(code, self._back_off.delay_after(lasted))
        self._become("stopped")

    def stop(self, *, hurry: bool = False) -> None:
        """Ask the process to end; with `hurry` it gets no more time."""
        self._stopping.set()
        if hurry:
            self._hurrying.set()

    async def _live_once(self) -> tuple[int, float]:
        started = time.monotonic()
        try:
            child = Child.start(self.plan, self._journal.copy)
        except OSError as error:
            self._journal.error("process.start_failed", process=self.plan.name, reason=str(error))
            return 127, 0.0
        self._child = child
        self._become("starting")
        watch = asyncio.create_task(self._watch(child))
        end = asyncio.create_task(self._end_when_asked(child))
        code = await child.exited()
        for task in (watch, end):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await child.drained()
        self._child = None
        return code, time.monotonic() - started

    async def _watch(self, child: Child) -> None:
        started = time.monotonic()
        while True:
            if await self.plan.is_ready():
                break
            await asyncio.sleep(self._timing.ready_poll)
        self._journal.note(
            "process.ready", process=self.plan.name, pid=child.pid, seconds=round(time.monotonic() - started, 2)
        )
        self._become("running")
        self.ready_once.set()
        if self.plan.is_live is not None:
            await self._watch_health(child)

    async def _watch_health(self, child: Child) -> None:
        silent = 0
        while silent < self._timing.live_failures:
            await asyncio.sleep(self._timing.live_poll)
            silent = 0 if await self._answers() else silent + 1
        self._journal.error("process.hung", process=self.plan.name, pid=child.pid, probes=silent)
        child.send(SIGKILL)

    async def _answers(self) -> bool:
        assert self.plan.is_live is not None  # noqa: S101 - only narrows the type
        try:
            async with asyncio.timeout(self._timing.live_timeout):
                await self.plan.is_live()
        except TimeoutError:
            return False
        # Refused or unwell is an answer: only silence says that the process hangs.
        return True

    async def _end_when_asked(self, child: Child) -> None:
        await self._stopping.wait()
        self._become("stopping")
        child.send(self.plan.stop_signal)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.plan.grace_seconds):
                await self._hurrying.wait()
        child.send(self.plan.hurry_signal)
        await asyncio.sleep(self._timing.longest_delay)
        child.send(SIGKILL)

    async def _pause(self, code: int, delay: float) -> None:
        self.restarts += 1
        self._become("restarting")
        self._journal.warn(
            "process.exited", process=self.plan.name, code=code, restarts=self.restarts, restart_in_seconds=delay
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._stopping.wait()

    def _count_failed_start(self, code: int) -> None:
        attempts = self.restarts + 1
        is_hopeless = code == CONFIGURATION_ERROR or attempts >= self.plan.start_attempts
        if not self.ready_once.is_set() and is_hopeless:
            self.failure = f"it ended with code {code}" + (f", {attempts} times" if attempts > 1 else "")
            self.failed.set()

    def _become(self, state: State) -> None:
        self.state = state
        self._changed()
