"""Telling citizens of what others did, and taking note that they know."""

from collections.abc import Sequence
from uuid import UUID

from services.user.notifications import repository
from services.user.notifications.queries import count_unread
from services.user.notifications.rules import Notice, told_of_comment
from shared.errors import FieldError, Kind, ServiceError
from shared.events.unit_of_work import UnitOfWork


async def tell_of_comment(work: UnitOfWork, notice: Notice, parent_id: UUID | None) -> None:
    """Tell who wrote the post, and who wrote the comment that this one replies to."""
    post_author, parent_author = await repository.writers(work.connection, notice.post_id, parent_id)
    for account, kind in told_of_comment(notice, post_author, parent_author).items():
        await repository.tell(work.connection, notice, kind, [account])


async def tell_of_member(work: UnitOfWork, notice: Notice) -> None:
    """Tell who owns the community."""
    await repository.tell_owners(work.connection, notice, "member")


async def tell_of_gathering(work: UnitOfWork, notice: Notice) -> None:
    """Tell the members of the community, unless it is a very big one."""
    await repository.tell_members(work.connection, notice, "gathering")


async def forget_person(work: UnitOfWork, person: UUID) -> None:
    """Nothing is told to an erased person any more, and nothing of them."""
    await repository.forget(work.connection, person)


async def read_up_to(work: UnitOfWork, account_id: UUID, notification_id: UUID) -> int:
    """Whatever the account was told up to a notification, that one included, is read; how many are unread then.

    Raises:
        ServiceError: invalid `notification-not-found`.
    """
    position = await repository.position_of(work.connection, account_id, notification_id)
    if position is None:
        fault = FieldError("/up_to", "notification-not-found", "There is no such notification of yours.")
        raise ServiceError(Kind.INVALID, "notification-not-found", fault.detail, errors=[fault])
    await repository.read_up_to(work.connection, account_id, position, work.now)
    return await count_unread(work.connection, account_id)


async def read_some(work: UnitOfWork, account_id: UUID, ids: Sequence[UUID]) -> int:
    """These are read, those passed over that are not there any more; how many are unread then."""
    await repository.read_some(work.connection, account_id, ids, work.now)
    return await count_unread(work.connection, account_id)
