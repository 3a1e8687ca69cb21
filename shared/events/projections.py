"""Projections: tables that are filled from the events alone, and filled anew beside themselves while they serve.

Each row carries the number of its build; readers ask for the build that serves in the same statement (`serving`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Subquery, Table, Text, cast, select

from shared.database.statements import WITHOUT_WAITING, compiled
from shared.errors import Kind, ServiceError
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.handling import Source, payloads
from shared.events.tables import checkpoints, projections
from shared.events.unit_of_work import UnitOfWork
from shared.observability.metrics import PROJECTION_LAG

RETRY_AFTER_SECONDS = 1

# What is lost of a transaction is lost together: the rows and the step of the checkpoint, and whoever would go on
# behind what is lost is told (`CheckpointWentBack`).
_WITHOUT_WAITING = compiled(WITHOUT_WAITING)

Changes = Sequence[tuple[StoredEvent, Any]]
"""Events of one class in order, each with its revealed payload."""

Fill = Callable[[UnitOfWork, int, Changes], Awaitable[None]]
"""Called with the work, the build and the changes; writes rows of that build and does nothing else: it is called again
for the same events whenever the projection is built anew, and with thousands of them at once."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A higher version is built anew at the next start; meanwhile its handlers keep the rows of the version before."""

    name: str
    version: int
    tables: Sequence[Table]
    handles: Mapping[type[Event], Fill]
    by_type: Mapping[str, type[Event]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_type", {event.type: event for event in self.handles})


@dataclass(frozen=True, slots=True)
class Build:
    """One filling of a projection's tables: it reads events as a consumer does, with a checkpoint of its own."""

    projection: Projection
    number: int

    @property
    def name(self) -> str:
        """`decisions#3`."""
        return build_name(self.projection.name, self.number)

    @property
    def durable(self) -> str | None:
        """Nobody needs its place in JetStream once it is retired."""
        return None

    @property
    def by_type(self) -> Mapping[str, type[Event]]:
        """The classes of the events that concern it."""
        return self.projection.by_type

    async def begin(self, source: Source) -> None:
        """Its checkpoint is made with it and removed with it."""

    async def call(self, work: UnitOfWork, events: Sequence[StoredEvent]) -> None:
        """Each run of events of one class at once, without waiting for the disk: after a crash they are read again."""
        await work.connection.fetch_value(_WITHOUT_WAITING)
        for kind, changes in groupby(await payloads(self, work, events), key=lambda change: type(change[1])):
            await self.projection.handles[kind](work, self.number, list(changes))
        if work.appended or work.hints:
            message = f"projection {self.projection.name} may write its own rows only"
            raise RuntimeError(message)

    def report_lag(self, code: str, lag: int) -> None:
        """As a metric."""
        PROJECTION_LAG.labels(self.projection.name, str(self.number), code).set(max(lag, 0))

    def forget_lag(self, code: str) -> None:
        """Whoever follows it now tells how far behind it is; this process knows nothing of it any more."""
        PROJECTION_LAG.remove(self.projection.name, str(self.number), code)


def build_name(projection: str, build: int) -> str:
    """The name of a build's checkpoint, and of what it parks."""
    return f"{projection}#{build}"


def serving(projection: str) -> Subquery:
    """The build that is to be read and the position that it has reached, to be joined in the statement that reads.

    It has no row as long as no build serves.
    """
    name = projections.c.name.concat("#").concat(cast(projections.c.build, Text))
    return (
        select(projections.c.build, checkpoints.c.position.label("reached"))
        .join_from(projections, checkpoints, checkpoints.c.consumer == name)
        .where(projections.c.name == projection, projections.c.state == "serving")
        .subquery("serving")
    )


def not_ready(projection: str) -> ServiceError:
    """503: the first build is not done."""
    detail = f"The list of {projection} is being built."
    return ServiceError(Kind.UNAVAILABLE, "projection-not-ready", detail, retry_after_seconds=RETRY_AFTER_SECONDS)
