"""Views that one service publishes for the others; migrations create them from these descriptions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """A view: its owner's service, its name and the SELECT behind it, without schema names."""

    owner: str
    name: str
    definition: str
