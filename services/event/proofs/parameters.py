"""What the routes of proofs share: the territory's desk, and sizes that its head covers."""

from fastapi import Request

from services.event.proofs.heads import HeadDesk
from shared.errors import not_found
from shared.web.dependencies import AnonymousCall

LARGEST = 2**53 - 1


def desk_of(request: Request, call: AnonymousCall) -> HeadDesk:
    """The desk of the territory that is called."""
    desks: dict[str, HeadDesk] = request.app.state.head_desks
    return desks[call.territory.code]


def covered(size: int, sealed: int) -> int:
    """A tree's size that there is.

    Raises:
        ServiceError: not_found `tree-size-not-found`.
    """
    if size > sealed:
        raise not_found("tree-size")
    return size
