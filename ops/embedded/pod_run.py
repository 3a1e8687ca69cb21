"""A pod from its start to its end, under one supervisor."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from ops.embedded.running_pods import STATE_FILE
from ops.embedded.topology import Step, Topology
from ops.supervisor.control import requests_taken
from ops.supervisor.journal import Journal
from ops.supervisor.one_shot import run_to_end
from ops.supervisor.process_plan import ProcessPlan
from ops.supervisor.state_file import PodState, ProcessState, RunningPod, start_ticks
from ops.supervisor.supervised import StartFailedError
from ops.supervisor.supervisor import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Steps(Protocol):
    """Tells the person how far it is."""

    def step(self, what: str) -> AbstractContextManager[None]: ...


class PodRun:
    """Brings a topology up, keeps it up until it is told to stop, and takes it down."""

    def __init__(self, topology: Topology, journal: Journal) -> None:
        self._topology = topology
        self._journal = journal
        self._supervisor = Supervisor(journal, self._write_state)
        self._state: PodState = "starting"
        self._asked_to_stop = asyncio.Event()

    async def run(self, steps: Steps, when_up: Callable[[], None]) -> None:
        """Come up, call `when_up`, stay until SIGINT, SIGTERM or SIGHUP, and stop everything. A second signal hurries.

        Raises: StartFailedError; everything has been stopped by then.
        """
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._on_signal)
        try:
            async with self._supervisor:
                await self._come_up_or_be_stopped(steps, when_up)
        finally:
            self._remove_traces()

    async def prepare(self, steps: Steps) -> None:
        """Start the servers, run the preparing steps, and stop the servers: all that a stopped pod's migration needs.

        Raises: StartFailedError; everything has been stopped by then.
        """
        try:
            async with self._supervisor:
                await self._prepare(steps)
        finally:
            self._remove_traces()

    async def _come_up_or_be_stopped(self, steps: Steps, when_up: Callable[[], None]) -> None:
        coming = asyncio.create_task(self._come_up(steps))
        asked = asyncio.create_task(self._asked_to_stop.wait())
        await asyncio.wait({coming, asked}, return_when=asyncio.FIRST_COMPLETED)
        if coming.done():
            try:
                await coming
            finally:
                asked.cancel()
            when_up()
            async with requests_taken(self._topology.run, self._supervisor.replace):
                self._become_running()
                await self._asked_to_stop.wait()
        else:
            coming.cancel()
            with suppress(asyncio.CancelledError, StartFailedError):
                await coming
        self._journal.note("pod.stopping", pod=self._topology.pod)

    async def _prepare(self, steps: Steps) -> None:
        topology = self._topology
        self._write_state()
        with steps.step(f"servers: {_names(topology.servers)}"):
            self._supervisor.launch(topology.servers)
            await self._supervisor.ready([plan.name for plan in topology.servers])
        await self._run_steps(topology.preparing, steps)

    async def _come_up(self, steps: Steps) -> None:
        await self._prepare(steps)
        topology = self._topology
        with steps.step(f"services: {_names(topology.services)}"):
            self._supervisor.launch(topology.services)
            await self._supervisor.ready([plan.name for plan in topology.services])
        await self._run_steps(topology.finishing, steps)

    def _become_running(self) -> None:
        self._state = "running"
        self._write_state()
        self._journal.note("pod.ready", pod=self._topology.pod)

    async def _run_steps(self, todo: Iterable[Step], steps: Steps) -> None:
        for step in todo:
            is_done = step.is_done is not None and await step.is_done()
            with steps.step(f"{step.label}: up to date" if is_done else step.label):
                if not is_done:
                    await run_to_end(step.name, step.argv, step.environment, step.working_directory, self._journal)

    def _on_signal(self) -> None:
        if self._asked_to_stop.is_set():
            self._journal.warn("pod.hurried", pod=self._topology.pod)
            self._supervisor.hurry()
        self._asked_to_stop.set()

    def _write_state(self) -> None:
        pid = os.getpid()
        RunningPod(
            pod=self._topology.pod,
            data=str(self._topology.data),
            supervisor_pid=pid,
            supervisor_started=start_ticks(pid) or 0,
            state=self._state,
            urls=self._topology.urls,
            processes=tuple(self._process_states()),
        ).write(self._topology.run / STATE_FILE)

    def _process_states(self) -> Iterable[ProcessState]:
        for process in self._supervisor.processes.values():
            pid, plan = process.pid, process.plan
            started = start_ticks(pid) if pid is not None else None
            yield ProcessState(plan.name, pid, started, plan.port, process.state, process.restarts, process.beside)

    def _remove_traces(self) -> None:
        # Sockets and the state file: nothing in a run folder means anything once the processes are gone.
        shutil.rmtree(self._topology.run, ignore_errors=True)


def _names(plans: Iterable[ProcessPlan]) -> str:
    return ", ".join(plan.name for plan in plans)
