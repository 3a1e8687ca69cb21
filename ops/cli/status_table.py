"""A pod's status as a person reads it."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from ops.embedded.idle_connections import PoolUse
from ops.embedded.status import PodReport, ProcessReport

MEBIBYTE = 1024 * 1024
STATE_COLOURS = {"running": "green", "starting": "yellow", "restarting": "red", "stopped": "dim", "degraded": "red"}


def print_status(console: Console, report: PodReport, pools: Sequence[PoolUse]) -> None:
    """The processes with their memory and totals, then the connections that each pool holds."""
    console.print(f"pod [bold]{report.pod}[/]: {_coloured(report.state)}", highlight=False)
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("service", "pid", "port", "state", "restarts", "memory (Pss)"):
        table.add_column(column, justify="left" if column in {"service", "state"} else "right")
    for process in [*report.services, *([report.supervisor] if report.supervisor else [])]:
        table.add_row(*_row(process))
    table.add_section()
    table.add_row("total", "", "", "", "", f"{report.rss_bytes / MEBIBYTE:.0f} MiB")
    console.print(table)
    if pools:
        console.print(_pool_table(pools))
    for name, url in report.urls.items():
        console.print(f"{name:<10} {url}", highlight=False)


def _pool_table(pools: Sequence[PoolUse]) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("pool", "database", "idle", "busy"):
        table.add_column(column, justify="left" if column in {"pool", "database"} else "right")
    for pool in pools:
        table.add_row(pool.application, pool.database, str(pool.idle), str(pool.busy))
    table.add_section()
    table.add_row("total", "", str(sum(pool.idle for pool in pools)), str(sum(pool.busy for pool in pools)))
    return table


def _row(process: ProcessReport) -> list[str]:
    memory = f"{process.rss_bytes / MEBIBYTE:.0f} MiB" if process.pid else ""
    pid, port = str(process.pid or "–"), str(process.port or "–")
    if process.beside is not None:
        pid = f"{pid} + {process.beside}"
    return [process.name, pid, port, _coloured(process.state), str(process.restarts), memory]


def _coloured(state: str) -> str:
    return f"[{STATE_COLOURS.get(state, 'yellow')}]{state}[/]"
