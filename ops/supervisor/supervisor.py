"""All processes of a pod under one roof."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Self

from ops.supervisor.journal import Journal
from ops.supervisor.process_plan import ProcessPlan, Timing
from ops.supervisor.replacement import ReplacementError
from ops.supervisor.supervised import StartFailedError, Supervised


class Supervisor:
    """Starts processes in the order of their needs, keeps them alive, and on leaving stops them in reverse order.

    `changed` is called after every change of a process's state. An async context manager: nothing of what it
    started is left when it is left, and the journal is closed.
    """

    def __init__(self, journal: Journal, changed: Callable[[], None], timing: Timing | None = None) -> None:
        self.processes: dict[str, Supervised] = {}
        self.journal = journal
        self._changed = changed
        self._timing = timing or Timing()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        self.journal.close()

    def launch(self, plans: Sequence[ProcessPlan]) -> None:
        """Start these processes, each as soon as what it needs has been ready once."""
        for plan in plans:
            process = Supervised(plan, self._timing, self.journal, self._changed)
            self.processes[plan.name] = process
        for plan in plans:
            self._tasks[plan.name] = asyncio.create_task(self._run(self.processes[plan.name]))

    async def ready(self, names: Collection[str]) -> None:
        """Wait until these processes have been ready once.

        Raises: StartFailedError when one of them gave up or took longer than the timing allows.
        """
        try:
            async with asyncio.timeout(self._timing.ready_within), asyncio.TaskGroup() as group:
                for name in names:
                    group.create_task(_ready_or_failed(self.processes[name]))
        except* StartFailedError as failures:
            raise failures.exceptions[0] from None
        except* TimeoutError:
            late = [name for name in names if not self.processes[name].ready_once.is_set()]
            others = f"; neither are {', '.join(late[1:])}" if late[1:] else ""
            raise StartFailedError(late[0], f"not ready within {self._timing.ready_within:.0f} s{others}") from None

    async def replace(self, name: str) -> None:
        """Put a new instance of a process in the place of the one that runs, which is ended.

        Raises: ReplacementError; the one that was there stays.
        """
        if name not in self.processes:
            raise ReplacementError(name, "there is no such process")
        await self.processes[name].replace()

    async def stop(self) -> None:
        """Stop everything: a process only after all that need it have ended."""
        await asyncio.gather(*(self._stop_one(name) for name in self._tasks))

    def hurry(self) -> None:
        """Give no process more time."""
        for process in self.processes.values():
            process.stop(hurry=True)

    async def _run(self, process: Supervised) -> None:
        for name in process.plan.needs:
            await self.processes[name].ready_once.wait()
        await process.keep()

    async def _stop_one(self, name: str) -> None:
        dependents = [other for other, process in self.processes.items() if name in process.plan.needs]
        if dependents:
            await asyncio.wait([self._tasks[dependent] for dependent in dependents])
        process, task = self.processes[name], self._tasks[name]
        if process.state == "waiting":
            task.cancel()
        process.stop()
        await asyncio.wait([task])


async def _ready_or_failed(process: Supervised) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (process.ready_once, process.failed)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if process.failed.is_set() and not process.ready_once.is_set():
        raise StartFailedError(process.plan.name, process.failure, process.failure_code)
