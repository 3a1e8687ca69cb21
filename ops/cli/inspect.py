"""`status`, `logs`, `env` and `doctor`: they look and change nothing."""

import asyncio
import json
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.doctor_table import print_findings, print_port_plan
from ops.cli.failures import FAILED, WRONG_USE, CommandError
from ops.cli.log_lines import LogPainter
from ops.cli.log_merge import follow, last_lines, log_files
from ops.cli.options import DataOption, PodArgument
from ops.cli.status_table import print_status
from ops.embedded.assembly import SERVERS, surroundings
from ops.embedded.credentials import credentials
from ops.embedded.idle_connections import PoolUse, pool_uses
from ops.embedded.machine_checks import check_clashes, check_machine
from ops.embedded.places import Place, data_base, find_place
from ops.embedded.service_plans import SERVICES, service_environment
from ops.embedded.status import report_running, report_stopped
from ops.pods.pod import all_pods
from ops.pods.port_plan import machine_plan, port_plan, standing_once

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def status(pod: PodArgument, *, as_json: AsJson = False, data: DataOption = None) -> None:
    """Show a pod's processes, restarts, memory (Pss) and connections."""
    place = find_place(pod, data)
    running = place.running()
    report = report_running(running) if running else report_stopped(place.pod, (*SERVERS, *SERVICES))
    if as_json:
        typer.echo(json.dumps({**asdict(report), "rss_bytes": report.rss_bytes}))
        return
    print_status(Console(), report, _pools(place) if running else [])


def logs(
    pod: PodArgument,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="One process instead of all.")] = None,
    *,
    keep_on: Annotated[bool, typer.Option("-f", "--follow", help="Print new lines as they come.")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", help="How many of the last lines.")] = 200,
    data: DataOption = None,
) -> None:
    """Show the log of a pod, of all its processes or of one."""
    place = find_place(pod, data)
    folder = place.data / "logs"
    _check_named(service, sorted({*SERVERS, *SERVICES, *(path.stem for path in log_files(folder, None))}))
    if not log_files(folder, service):
        raise CommandError(f"no log of {service or 'pod ' + place.pod} in {folder}", FAILED)
    painter = LogPainter(colour=sys.stdout.isatty())
    for name, line in last_lines(log_files(folder, service), lines):
        typer.echo(painter.paint(name, line))
    if keep_on:
        with suppress(KeyboardInterrupt):
            asyncio.run(_follow(place, service, painter))


def _check_named(service: str | None, known: Collection[str]) -> None:
    if service is not None and service not in known:
        raise CommandError(f"there is no service {service!r}: there are {', '.join(known)}", WRONG_USE)


async def _follow(place: Place, service: str | None, painter: LogPainter) -> None:
    async for name, line in follow(place.data / "logs", service):
        typer.echo(painter.paint(name, line))


def _pools(place: Place) -> list[PoolUse]:
    return asyncio.run(pool_uses(place.postgres.url("postgres")))


def env(
    pod: PodArgument,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="What this service is given.")] = None,
    *,
    as_json: AsJson = False,
    data: DataOption = None,
) -> None:
    """Show a pod's URLs and the credentials of each territory; for root and the owner only."""
    place = find_place(pod, data)
    _check_named(service, SERVICES)
    try:
        found = service_environment(service, surroundings(place)) if service else credentials(place)
    except PermissionError:
        raise CommandError(f"only root and the owner of {place.data} may see this") from None
    except FileNotFoundError:
        raise CommandError(f"pod {place.pod} was never started on {place.data}") from None
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name}={value}" for name, value in found.items()))


def doctor(*, data: DataOption = None) -> None:
    """Look at the port plan, versions, servers, disk and memory; exit 1 on a problem."""
    console = Console()
    for plan in (port_plan(all_pods()), standing_once()):
        print_port_plan(console, plan)
    findings = [check_clashes(machine_plan()), *check_machine(data or data_base())]
    print_findings(console, findings)
    if not all(finding.is_fine for finding in findings):
        raise CommandError("something is wrong on this machine")
