"""A line per step with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Prints `✓ step 0.4 s` after each step, and tells how long all took together."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since this was made."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Print the step when it is done; one that fails is printed as such and the error goes on."""
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self._console.print(f"[red]✗[/] {what}", highlight=False)
            raise
        self._console.print(f"[green]✓[/] {what:<44} [dim]{time.monotonic() - started:5.1f} s[/]", highlight=False)
