"""What `unityplan status` reports: the supervisor's word, checked against the processes themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops.supervisor.memory import pss_of_tree
from ops.supervisor.state_file import PodState, ProcessState, RunningPod, start_ticks


@dataclass(frozen=True, slots=True)
class ProcessReport:
    """One server or service. `port` is None for a unix socket; `rss_bytes` is Pss over its process tree.

    `beside` is its second instance while that is `replacing` it; both count.
    """

    name: str
    pid: int | None
    port: int | None
    state: str
    restarts: int
    rss_bytes: int
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class PodReport:
    """A pod as `status --json` shows it (docs/api.md, "Embedded pod")."""

    pod: str
    state: PodState
    services: tuple[ProcessReport, ...]
    urls: Mapping[str, str]
    data: str | None = None
    supervisor: ProcessReport | None = None

    @property
    def rss_bytes(self) -> int:
        """Pss of the whole pod, the supervisor included."""
        everything = [*self.services, *([self.supervisor] if self.supervisor else [])]
        return sum(process.rss_bytes for process in everything)


def report_running(pod: RunningPod) -> PodReport:
    """Report a pod whose supervisor is alive. Cost: one pass over /proc per process."""
    services = tuple(_report(process) for process in pod.processes)
    all_run = all(service.state in {"running", "replacing"} for service in services)
    state = "degraded" if pod.state == "running" and not all_run else pod.state
    children = sum(service.rss_bytes for service in services)
    own = max(0, pss_of_tree(pod.supervisor_pid) - children)
    supervisor = ProcessReport("supervisor", pod.supervisor_pid, None, "running", 0, own)
    return PodReport(pod.pod, state, services, pod.urls, pod.data, supervisor)


def report_stopped(pod: str, names: tuple[str, ...]) -> PodReport:
    """Report a pod that does not run; `names` are the processes it would have."""
    services = tuple(ProcessReport(name, None, None, "stopped", 0, 0) for name in names)
    return PodReport(pod, "stopped", services, {})


def _report(process: ProcessState) -> ProcessReport:
    is_there = process.pid is not None and start_ticks(process.pid) == process.started
    pid, beside = process.pid if is_there else None, process.beside
    state = process.state if is_there or process.state in {"waiting", "stopped"} else "restarting"
    if state == "running" and beside is not None:
        state = "replacing"
    memory = sum(pss_of_tree(one) for one in (pid, beside) if one is not None)
    return ProcessReport(process.name, pid, process.port, state, process.restarts, memory, beside)
