"""One running child process: it dies with the supervisor, and its end is seen at once."""

import asyncio
import ctypes
import os
import signal
import subprocess
from asyncio import StreamReader
from collections.abc import Callable
from typing import Self

from ops.supervisor.process_plan import ProcessPlan

PR_SET_PDEATHSIG = 1
CHUNK_BYTES = 65_536
LONGEST_LINE_BYTES = 262_144

LineSink = Callable[[str, bytes], None]

_libc = ctypes.CDLL(None, use_errno=True)


class Child:
    """A process started from its plan. Its output goes line by line to `sink(name, line)`.

    asyncio's own subprocess is not used: it may report the end only when every inherited pipe is closed, and the
    backends of a killed PostgreSQL hold theirs for a while. A pidfd tells at once (pidfd_open(2)).
    """

    def __init__(self, plan: ProcessPlan, process: subprocess.Popen[bytes]) -> None:
        self._plan = plan
        self._process = process
        self._exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pidfd = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._on_exit)
        self._output: asyncio.Task[None] | None = None

    @classmethod
    def start(cls, plan: ProcessPlan, sink: LineSink, listening: int | None = None) -> Self:
        """Start the process in a session of its own, so that a terminal's Ctrl-C reaches the supervisor alone.

        It inherits the socket with the descriptor `listening` as its address `LISTEN=fd:N`. Raises: OSError when the
        program cannot be run.
        """
        child = cls(plan, _spawn(plan, listening))
        child._output = asyncio.create_task(child._copy_output(sink))
        return child

    @property
    def pid(self) -> int:
        """Its process id, also after its end."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether its end has been seen."""
        return self._exited.done()

    async def exited(self) -> int:
        """Wait for the end; the exit code, or minus the number of the signal that ended it."""
        return await asyncio.shield(self._exited)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this very process, never to one that took over its id; nothing when it has ended."""
        if not self._exited.done():
            signal.pidfd_send_signal(self._pidfd, number)

    async def drained(self) -> None:
        """Wait for the last lines of output, at most a second: a grandchild may hold the pipe for longer."""
        if self._output is not None:
            await asyncio.wait([self._output], timeout=1)
            self._output.cancel()

    def _on_exit(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._exited.set_result(self._process.wait())

    async def _copy_output(self, sink: LineSink) -> None:
        reader = StreamReader()
        loop = asyncio.get_running_loop()
        pipe = self._process.stdout
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        rest = b""
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST_LINE_BYTES:
                    lines, rest = [*lines, rest], b""
                for line in lines:
                    sink(self._plan.name, line)
            if rest:
                sink(self._plan.name, rest)
        finally:
            transport.close()


def _spawn(plan: ProcessPlan, listening: int | None) -> subprocess.Popen[bytes]:
    supervisor = os.getpid()

    def die_with_supervisor() -> None:
        # Set here, after the change of credentials, because that change clears it (prctl(2)).
        _libc.prctl(PR_SET_PDEATHSIG, int(plan.orphan_signal), 0, 0, 0)
        if os.getppid() != supervisor:
            os._exit(1)

    user = plan.credentials
    return subprocess.Popen(  # noqa: S603 - argv comes from code
        plan.argv,
        env={**plan.environment, **({} if listening is None else {"LISTEN": f"fd:{listening}"})},
        cwd=plan.working_directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=() if listening is None else (listening,),
        user=user.user_id if user else None,
        group=user.group_id if user else None,
        extra_groups=[] if user else None,
        preexec_fn=die_with_supervisor,  # noqa: PLW1509 - one system call that needs no lock
    )
