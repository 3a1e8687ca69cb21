"""How long to wait before a process that keeps dying is started again."""


class BackOff:
    """Doubling delays in seconds from `first` to `longest`; a process that lasted `healthy_after` starts over."""

    def __init__(self, first: float, longest: float, healthy_after: float) -> None:
        self._first = first
        self._longest = longest
        self._healthy_after = healthy_after
        self._next = first

    def delay_after(self, lasted: float) -> float:
        """The delay in seconds before the next start of a process that lived for `lasted` seconds."""
        if lasted >= self._healthy_after:
            self._next = self._first
        delay = self._next
        self._next = min(self._next * 2, self._longest)
        return delay
