"""A process that does one thing and ends, as a step on the way up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ops.supervisor.child import Child
from ops.supervisor.journal import Journal
from ops.supervisor.process_plan import ProcessPlan
from ops.supervisor.supervised import StartFailedError

KEPT_LINES = 5


async def run_to_end(
    name: str, argv: tuple[str, ...], environment: Mapping[str, str], folder: Path, journal: Journal
) -> None:
    """Run a program in `folder` to its end, its output to the journal under `name`; cancelled, it is stopped.

    Raises: StartFailedError with its last lines when it ends with another code than 0.
    """
    tail: list[str] = []

    def keep(process: str, line: bytes) -> None:
        journal.copy(process, line)
        tail[:] = [*tail, line.decode(errors="replace")][-KEPT_LINES:]

    plan = ProcessPlan(name=name, argv=argv, environment=environment, working_directory=folder, is_ready=_always)
    child = Child.start(plan, keep)
    try:
        code = await child.exited()
    except asyncio.CancelledError:
        child.send(plan.stop_signal)
        await child.exited()
        raise
    finally:
        await child.drained()
    if code != 0:
        raise StartFailedError(name, "\n".join([f"it ended with code {code}", *tail]))


async def _always() -> bool:
    return True
