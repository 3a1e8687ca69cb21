"""What can go wrong on the way to NATS; the driver's errors are translated here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from nats.errors import Error as NatsError


class BusUnavailable(Exception):
    """NATS cannot be reached now; what was to be sent must be sent again, or is a hint and may be lost."""


class WrongLastSequence(Exception):
    """The stream's last sequence is not the predicted one (10071): a crash, another publisher, a lost store."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver raises inside the block into `BusUnavailable`."""
    try:
        yield
    except (NatsError, OSError, TimeoutError) as error:
        _raise_if_cancelled()
        raise BusUnavailable from error
    _raise_if_cancelled()


def _raise_if_cancelled() -> None:
    """nats-py swallows some cancellations or makes errors of them; a loop that is told to end must hear of it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
