"""Tables of what was measured, and whether the goals are met."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.rig.hops import Table
from benchmarks.rig.load import Measured

Findings: TypeAlias = dict[str, Mapping[str, Sequence[Measured]]]
Median: TypeAlias = Callable[[str, str, str], float]
"""Of a table's row, one of its figures."""


def median_of(found: Sequence[Measured], figure: str) -> float:
    return statistics.median(getattr(one, figure) for one in found)


def print_table(table: Table, found: Mapping[str, Sequence[Measured]]) -> None:
    print(f"\n{table.title}, {table.connections} connections  [{table.name}]")
    peers = [name for name in ("direct", "nginx", "traefik") if name in found]
    against = "".join(f"{'× ' + name:>11}" for name in peers)
    print(f"{'':13}{'req/s':>10}{'±':>7}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>8}{against}")
    for name, measured in found.items():
        rates = [one.rate for one in measured]
        rate = statistics.median(rates)
        spread = (max(rates) - min(rates)) / rate
        figures = [median_of(measured, figure) for figure in ("p50_ms", "p99_ms", "cpu_us")]
        ratios = "".join(f"{rate / median_of(found[peer], 'rate'):>11.2f}" for peer in peers)
        p50, p99, cpu = figures
        print(f"{name:13}{rate:>10,.0f}{spread:>7.0%}{p50:>9.2f}{p99:>9.2f}{cpu:>8.1f}{ratios}", flush=True)


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio in words, and the least it has to be, or the most."""

    words: str
    limit: float
    is_most: bool = False


def judge(goal: Goal, ratio: float) -> None:
    """Say whether it is met."""
    is_met = ratio <= goal.limit if goal.is_most else ratio >= goal.limit
    sign = "≤" if goal.is_most else "≥"
    print(f"{goal.words:<52}{ratio:>8.2f}   {sign} {goal.limit:<5g} {'met' if is_met else 'NOT MET'}")


def _of(table: str, row: str, peer: str, figure: str = "rate") -> Callable[[Median], float]:
    return lambda median: median(table, row, figure) / median(table, peer, figure)


def _added_p50(median: Median) -> float:
    direct, nginx, full = (median("one", row, "p50_ms") for row in ("direct", "nginx", "full"))
    return (full - direct) / (nginx - direct)


GOALS = (
    (Goal("full, of Traefik with none of it", 1.2), _of("service", "full", "traefik")),
    (Goal("CPU a request, of Traefik's", 0.9, is_most=True), _of("service", "full", "traefik", "cpu_us")),
    (Goal("full, of direct", 0.65), _of("service", "full", "direct")),
    (Goal("full, of nginx with none of it", 0.8), _of("service", "full", "nginx")),
    (Goal("p50 added at one connection, of what nginx adds", 1.5, is_most=True), _added_p50),
    (Goal("p99 under load, of Traefik's", 1, is_most=True), _of("service", "full", "traefik", "p99_ms")),
    (Goal("full, of the bare hop", 0.75), _of("service", "full", "bare")),
    (Goal("bare hop, of nginx", 0.75), _of("service", "bare", "nginx")),
    (Goal("full, of the same on aiohttp + redis-py", 3), _of("service", "full", "aiohttp")),
    (Goal("full, of the same on httpx + PyJWT + redis-py", 20), _of("service", "full", "httpx")),
    (Goal("full, of nginx before a fast upstream", 0.8), _of("fast", "full", "nginx")),
    (Goal("the same over a unix socket", 0.8), _of("fast-unix", "full", "nginx")),
)


def print_verdicts(findings: Findings) -> None:
    """Those goals whose rows were measured."""

    def median(table: str, row: str, figure: str) -> float:
        return median_of(findings[table][row], figure)

    print()
    for goal, ratio in GOALS:
        with suppress(KeyError):
            judge(goal, ratio(median))
