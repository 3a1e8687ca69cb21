"""One process kept alive: started, watched, restarted with back-off, replaced on request, stopped with patience."""

import asyncio
import time
from asyncio import Event
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from signal import SIGKILL
from typing import Literal

from ops.supervisor.back_off import BackOff
from ops.supervisor.child import Child
from ops.supervisor.ending import end, ended
from ops.supervisor.journal import Journal
from ops.supervisor.listening import Listening
from ops.supervisor.process_plan import ProcessPlan, Succession, Timing
from ops.supervisor.replacement import ReplacementError, why_not

# A wrong setting stays wrong: trying again would only delay the message.
CONFIGURATION_ERROR = 2

State = Literal["waiting", "starting", "running", "restarting", "stopping", "stopped"]


class StartFailedError(Exception):
    """A process did not become ready when the pod was started; the text says which and why."""

    def __init__(self, name: str, reason: str, code: int | None = None) -> None:
        super().__init__(f"{name} did not start: {reason}")
        self.name = name
        self.has_wrong_setting = code == CONFIGURATION_ERROR
        """Whether its last words say which setting is wrong or missing."""


class Supervised:
    """The life of one process over all its restarts. `changed` is called after each change of its state."""

    def __init__(self, plan: ProcessPlan, timing: Timing, journal: Journal, changed: Callable[[], None]) -> None:
        self.plan = plan
        self.state: State = "waiting"
        self.restarts = 0
        self.ready_once = Event()
        self.failed = Event()
        self.failure = ""
        self.failure_code: int | None = None
        self._timing = timing
        self._journal = journal
        self._changed = changed
        self._child: Child | None = None
        self._heir: Child | None = None
        self._beside: Child | None = None
        self._replacing = asyncio.Lock()
        self._taken_over = Event()
        self._listening = Listening(plan.port) if plan.is_port_inherited and plan.port is not None else None
        self._stopping = Event()
        self._hurrying = Event()
        self._back_off = BackOff(timing.first_delay, timing.longest_delay, timing.healthy_after)

    @property
    def pid(self) -> int | None:
        """Its process id now, None between two lives."""
        return self._child.pid if self._child else None

    @property
    def beside(self) -> int | None:
        """The process id of the second instance, while one takes the other's place."""
        return self._beside.pid if self._beside else None

    async def keep(self) -> None:
        """Run the process until it is asked to stop, again after every end."""
        while self._heir is not None or not self._stopping.is_set():
            code, lasted = await self._live_once()
            if self._heir is None and not self._stopping.is_set():
                self._count_failed_start(code)
                await self._pause(code, self._back_off.delay_after(lasted))
        async with self._replacing:
            if self._listening is not None:
                self._listening.close()
            self._become("stopped")

    async def replace(self) -> None:
        """Start a second instance beside the first, let it take over when it is ready, and end the first.

        Raises: ReplacementError; the second one has been ended by then.
        """
        name, succession, child = self.plan.name, self.plan.succession, self._child
        if succession is None:
            raise ReplacementError(name, "there can be only one instance of it")
        if self._replacing.locked():
            raise ReplacementError(name, "that is under way already")
        if child is None or self.state != "running":
            raise ReplacementError(name, f"it is {self.state}")
        async with self._replacing:
            try:
                await self._replace(child, succession)
            finally:
                self._show_beside(None)

    def stop(self, *, hurry: bool = False) -> None:
        """Ask the process to end; with `hurry` it gets no more time."""
        self._stopping.set()
        if hurry:
            self._hurrying.set()

    async def _replace(self, old: Child, succession: Succession) -> None:
        started = time.monotonic()
        try:
            heir = self._start(replace(self.plan, environment=succession.environment))
        except OSError as error:
            raise ReplacementError(self.plan.name, f"the new instance cannot be started: {error.strerror}") from None
        self._show_beside(heir)
        self._journal.note("process.replacing", process=self.plan.name, pid=old.pid, by=heir.pid)
        try:
            await self._let_take_over(heir, old, succession)
        except ReplacementError as error:
            self._journal.warn("process.not_replaced", process=self.plan.name, reason=error.reason)
            await ended(heir, self.plan, self._timing, self._hurrying)
            raise
        self._show_beside(old)
        code = await ended(old, self.plan, self._timing, self._hurrying)
        seconds = round(time.monotonic() - started, 2)
        self._journal.note("process.replaced", process=self.plan.name, pid=heir.pid, old_code=code, seconds=seconds)

    async def _let_take_over(self, heir: Child, old: Child, succession: Succession) -> None:
        reason = await why_not(heir, old, succession.is_ready, self._timing, self._stopping)
        if reason is not None:
            raise ReplacementError(self.plan.name, reason)
        try:
            succession.take_over()
        except OSError as error:
            raise ReplacementError(self.plan.name, f"the new instance cannot take over: {error.strerror}") from None
        self._child = self._heir = heir
        self._taken_over.set()

    def _start(self, plan: ProcessPlan) -> Child:
        """Raises: OSError."""
        return Child.start(plan, self._journal.copy, self._listening.descriptor if self._listening else None)

    async def _live_once(self) -> tuple[int, float]:
        """Until the process ends, or leaves its place to an heir."""
        started = time.monotonic()
        heir, self._heir = self._heir, None
        try:
            child = heir or self._start(self.plan)
        except OSError as error:
            self._journal.error("process.start_failed", process=self.plan.name, reason=str(error))
            return 127, 0.0
        self._child = child
        if heir is None:
            self._become("starting")
        code = await self._kept(child)
        if self._heir is None:
            await child.drained()
            self._child = None
        return code, time.monotonic() - started

    async def _kept(self, child: Child) -> int:
        """Look after a child as long as it is the one; its exit code, 0 for one that has left its place."""
        self._taken_over.clear()
        exited = asyncio.create_task(child.exited())
        taken_over = asyncio.create_task(self._taken_over.wait())
        watch = asyncio.create_task(self._watch(child))
        stop = asyncio.create_task(self._end_when_asked(child))
        await asyncio.wait({exited, taken_over}, return_when=asyncio.FIRST_COMPLETED)
        code = exited.result() if exited.done() else 0
        for task in (watch, stop, taken_over, exited):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        return code

    def _show_beside(self, child: Child | None) -> None:
        self._beside = child
        self._changed()

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
        await end(child, self.plan, self._timing, self._hurrying)

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
            self.failure_code = code
            self.failed.set()

    def _become(self, state: State) -> None:
        self.state = state
        self._changed()
