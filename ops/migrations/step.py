"""One migration as a step of a way up or down."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from typing_extensions import override

Direction: TypeAlias = Literal["upgrade", "downgrade"]


@dataclass(frozen=True, slots=True)
class Step:
    """A migration, and what it takes away: of the data, or from code that does not know it."""

    revision: str
    message: str
    direction: Direction
    takes_away: tuple[str, ...]

    @override
    def __str__(self) -> str:
        lost = f"; takes away {', '.join(self.takes_away)}" if self.takes_away else ""
        return f"{self.direction} {self.revision}: {self.message.rstrip('.')}{lost}"
