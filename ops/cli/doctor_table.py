"""The doctor's findings and the port plan as a person reads them."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from ops.embedded.machine_checks import Finding
from ops.pods.port_plan import PlannedPort


def print_findings(console: Console, findings: Iterable[Finding]) -> None:
    """One line each, the wrong ones in red."""
    for finding in findings:
        mark = "[green]✓[/]" if finding.is_fine else "[red]✗[/]"
        console.print(f"{mark} {finding.what:<16} {finding.detail}", highlight=False, soft_wrap=True)


def print_port_plan(console: Console, plan: Iterable[PlannedPort]) -> None:
    """A row per purpose, a column per pod and its staging."""
    by_variable: dict[str, dict[str, int]] = {}
    owners: dict[str, None] = {}
    for planned in plan:
        by_variable.setdefault(planned.variable, {})[planned.owner] = planned.port
        owners[planned.owner] = None
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("port", no_wrap=True)
    for owner in owners:
        table.add_column(owner.replace("-", "\n"), justify="right")
    for variable, ports in by_variable.items():
        table.add_row(variable.removesuffix("_PORT").lower(), *(str(ports.get(owner, "")) for owner in owners))
    console.print(table)
