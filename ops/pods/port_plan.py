"""Which port belongs to what, in production and staging, and whether two want the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ops.pods.pod import Pod

STAGING_OFFSET = 10_000
# The embedded pod binds these two; the page's is reserved; the others are compose's, for debugging.
EMBEDDED = ("API_PORT", "WEBSOCKET_PORT")


@dataclass(frozen=True, slots=True)
class PlannedPort:
    """One port with its owner: `dk`, or `staging-dk`."""

    owner: str
    variable: str
    port: int


def port_plan(pods: Iterable[Pod]) -> list[PlannedPort]:
    """Every port of every pod, production first, then staging."""
    production = [
        PlannedPort(pod.id, variable, int(value))
        for pod in pods
        for variable, value in pod.environment.items()
        if variable.endswith("_PORT")
    ]
    staging = [PlannedPort(f"staging-{p.owner}", p.variable, p.port + STAGING_OFFSET) for p in production]
    return production + staging


def clashes(plan: Iterable[PlannedPort]) -> Mapping[int, list[PlannedPort]]:
    """Ports that more than one wants."""
    by_port: dict[int, list[PlannedPort]] = defaultdict(list)
    for planned in plan:
        by_port[planned.port].append(planned)
    return {port: owners for port, owners in by_port.items() if len(owners) > 1}
