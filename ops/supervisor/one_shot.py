"""A process that does one thing and ends, as a step on the way up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ops.supervisor.child import Child
from ops.supervisor.journal import Journal
from ops.supervisor.process_plan import ProcessPlan
from ops.supervisor.supervised import StartFailedError


async def run_to_end(
    name: str, argv: tuple[str, ...], environment: Mapping[str, str], folder: Path, journal: Journal
) -> None:
    """Run a program in `folder` to its end, its output to the journal under `name`; cancelled, it is stopped.

    Raises: StartFailedError when it ends with another code than 0.
    """
    plan = ProcessPlan(name=name, argv=argv, environment=environment, working_directory=folder, is_ready=_always)
    child = Child.start(plan, journal.copy)
    try:
        code = await child.exited()
    except asyncio.CancelledError:
        child.send(plan.stop_signal)
        await child.exited()
        raise
    finally:
        await child.drained()
    if code != 0:
        raise StartFailedError(name, f"it ended with code {code}")


async def _always() -> bool:
    return True
