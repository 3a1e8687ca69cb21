"""Which port belongs to what, in production and staging, and whether two want the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ops.pods.pod import PODS_FOLDER, Pod, all_pods, read_environment

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


def standing_once() -> list[PlannedPort]:
    """The ports of what stands once on a machine, beside its pods."""
    return [*_of_global("global", ".env"), *_of_global("staging-global", ".env.staging")]


def machine_plan() -> list[PlannedPort]:
    """The plan of everything that may run on one machine: the pods, their staging, and what stands there once."""
    return [*port_plan(all_pods()), *standing_once()]


def _of_global(owner: str, name: str) -> list[PlannedPort]:
    variables = read_environment(PODS_FOLDER / "global" / name)
    return [PlannedPort(owner, key, int(value)) for key, value in variables.items() if key.endswith("_PORT")]
