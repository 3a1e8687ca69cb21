"""What calls leave on record that need a permission: reads too, and calls that changed nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeGuard, TypeVar

from shared.events.catalogue.event import SensitiveRead
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from shared.web.dependencies import Call
from shared.web.execution import execute, no_content

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_LEAVES = "__leaves__"


def leaves(*events: type[Event]) -> Callable[[Endpoint], Endpoint]:
    """Declare, below the router's decorator, which events a route leaves that looks at permissions.

    Every such route declares it; what it says is tried on a running pod.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _LEAVES, events)
        return endpoint

    return declare


def left_by(endpoint: Callable[..., Any]) -> tuple[type[Event], ...]:
    """What a route declares; nothing when it does not."""
    events: tuple[type[Event], ...] = getattr(endpoint, _LEAVES, ())
    return events


async def record_read(call: Call, what: str, **which: object) -> None:
    """Put on record that somebody is about to be shown what only few may see; before it is shown.

    Raises:
        ServiceError: those of `execute`; then nothing may be shown.
    """
    given = {name: str(value) for name, value in which.items() if value is not None}
    await execute(call, _append_read, what, given, render=no_content)


async def record_opening(call: Call, events: Iterable[StoredEvent]) -> None:
    """Put on record whose text is about to be decrypted for somebody else.

    Raises:
        ServiceError: those of `execute`; then nothing may be shown.
    """
    sealed = (value for event in events for value in event.data.values() if _is_sealed(value))
    others = {value["person"] for value in sealed} - {str(call.account_id)}
    if others:
        await record_read(call, "personal-text", persons=",".join(sorted(others)))


def _is_sealed(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and value.keys() == {"person", "cipher"}


async def _append_read(work: UnitOfWork, what: str, which: Mapping[str, str]) -> None:
    # A stream for each, since readers would race for one.
    await work.append(f"{SensitiveRead.category}-{new_id()}", "none", SensitiveRead(what=what, which=dict(which)))
