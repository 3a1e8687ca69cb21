"""Both upstreams, running, and the way to the peers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.gateway import Pod
from benchmarks.rig.upstreams import Upstream, fast, service


@dataclass(frozen=True, slots=True)
class Stand:
    """What every hop is measured on; `folder` is for configurations and logs, `peers` a virtual environment."""

    pod: Pod
    service: Upstream
    fast: Upstream
    folder: Path
    peers: Path


@asynccontextmanager
async def open_stand(pod: Pod, folder: Path, peers: Path) -> AsyncIterator[Stand]:
    """The upstreams, answering."""
    async with service(folder) as slow, fast(folder) as quick:
        yield Stand(pod, slow, quick, folder, peers)
