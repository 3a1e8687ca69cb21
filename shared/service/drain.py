"""Whether this process takes work."""

from dataclasses import dataclass


@dataclass(slots=True)
class Drain:
    """Started once the lifespan is open; draining from SIGTERM on."""

    is_started: bool = False
    is_draining: bool = False

    @property
    def takes_work(self) -> bool:
        """What `/health/ready` says of the process itself."""
        return self.is_started and not self.is_draining
