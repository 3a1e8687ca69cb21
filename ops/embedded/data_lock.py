"""At most one supervisor per data folder, also while two are starting at the same moment."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ops.embedded.places import Place, PlaceError, make_passable


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Hold the data folder, which is made when absent; the kernel lets go when this process ends, however it does.

    Raises: PlaceError when another process holds it.
    """
    make_passable(place.data)
    descriptor = os.open(place.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PlaceError(f"pod {place.pod} is already starting or stopping on {place.data}") from None
        yield
    finally:
        os.close(descriptor)
