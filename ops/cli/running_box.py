"""The box that a pod shows when it is ready: where it is, who may log in, how to stop it."""

from collections.abc import Mapping

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

LABELS = {"api": "API", "docs": "Documentation", "websocket": "WebSocket"}


def print_running_box(
    console: Console, pod: str, *, urls: Mapping[str, str], facts: Mapping[str, str], seconds: float
) -> None:
    """`urls` and further `facts` (demo account, how to stop) of a pod that took `seconds` to come up."""
    grid = Table.grid(padding=(0, 2))
    for name, url in urls.items():
        grid.add_row(f"[bold]{LABELS.get(name, name)}[/]", f"[cyan]{url}[/]")
    for name, fact in facts.items():
        grid.add_row(f"[bold]{name}[/]", fact)
    title = f"[bold green]pod {pod} is up[/] after {seconds:.1f} s"
    console.print(Panel(grid, title=title, title_align="left", expand=False, border_style="green"), highlight=False)
