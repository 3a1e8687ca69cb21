"""Whether this process takes work."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Drain:
    """Started once the lifespan is open; draining from SIGTERM on.

    `begun` is set soon after: what waits for something to happen ends then, and does not hold up the process.
    """

    is_started: bool = False
    is_draining: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def takes_work(self) -> bool:
        """What `/health/ready` says of the process itself."""
        return self.is_started and not self.is_draining
