"""What the supervisor knows about a process, as data: the topology of a pod can be read in one place."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The user that a process runs as, when the supervisor is root and the process must not be."""

    user_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class Succession:
    """How a second instance is started beside the first one, is asked how it is, and takes the first one's place."""

    environment: Mapping[str, str]
    is_ready: Check
    take_over: Callable[[], object]
    """Raises: OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPlan:
    """One process of a pod. `needs` are names of processes that must have been ready once before it is started."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    working_directory: Path
    is_ready: Check
    is_live: Check | None = None
    credentials: Credentials | None = None
    needs: frozenset[str] = frozenset()
    port: int | None = None
    is_port_inherited: bool = False
    """Whether the supervisor binds the port and hands it on, so that an instance can leave it to another."""
    succession: Succession | None = None
    """None for a process of which there can be only one."""
    stop_signal: Signals = SIGTERM
    hurry_signal: Signals = SIGKILL
    orphan_signal: Signals = SIGKILL
    """What the kernel sends when the supervisor dies before it could stop the process."""
    grace_seconds: float = 15.0
    start_attempts: int = 3
    """Exits before the first readiness that make the start of the pod fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How patient the supervisor is, all in seconds; tests shorten it."""

    ready_within: float = 60.0
    ready_poll: float = 0.05
    live_poll: float = 5.0
    live_timeout: float = 15.0
    live_failures: int = 3
    first_delay: float = 0.1
    longest_delay: float = 5.0
    healthy_after: float = 30.0
