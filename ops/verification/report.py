"""What a check found, worst first: the lowest position whose history is not the signed one."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`position` is the first one that cannot be trusted because of it."""

    position: int
    what: str


@dataclass(slots=True)
class Report:
    """Of one territory: how much was looked at, and what is wrong."""

    territory: str
    events: int = 0
    heads: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def first(self) -> Fault | None:
        """The fault with the lowest position, None when the record is whole."""
        return min(self.faults, default=None)

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "territory": self.territory,
            "events": self.events,
            "heads": self.heads,
            "seconds": round(self.seconds, 3),
            "is_whole": not self.faults,
            "first_bad_position": self.first.position if self.first else None,
            "faults": [{"position": fault.position, "what": fault.what} for fault in sorted(self.faults)],
        }
