"""Answering a gathering, and what comes of it for those who wait. The gathering's row is locked before any answer."""

from dataclasses import dataclass
from uuid import UUID

from services.community.memberships.queries import standing
from services.community.rsvps import repository
from services.community.rsvps.rules import audience_of, is_answered, require_not_over, settle_rsvp
from shared.database.connection import Row
from shared.errors import not_found
from shared.events.catalogue.community import PlaceGiven, RsvpChanged
from shared.events.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer; `place_in_line` is 1 for who gets the next place, None unless one waits."""

    status: str
    place_in_line: int | None


async def answer(work: UnitOfWork, gathering_id: UUID, account_id: UUID, wanted: str) -> Answered:
    """Say whether one comes. Who would go when every place is taken waits in line.

    Raises:
        ServiceError: not_found `gathering-not-found`; conflict `gathering-over`.
    """
    gathering = await repository.lock_gathering(work.connection, gathering_id)
    if gathering is None or await standing(work.connection, gathering["community_id"], account_id) is None:
        raise not_found("gathering")
    require_not_over(gathering["ends_at"], work.now)
    before, going = await repository.read_state(work.connection, gathering_id, account_id)
    if before is not None and is_answered(before, wanted):
        return await _answered(work, gathering_id, account_id, before)
    status = settle_rsvp(wanted, gathering["capacity"], going)
    await _put(work, gathering, account_id, before, status)
    return await _answered(work, gathering_id, account_id, status)


async def decline_unseen(work: UnitOfWork, community_id: UUID, account_id: UUID) -> None:
    """Give back the places of who has left a private community: its gatherings are not theirs to see any more."""
    if await standing(work.connection, community_id, account_id) is not None:
        return
    for gathering_id in await repository.list_ahead(work.connection, community_id, account_id, work.now):
        gathering = await repository.lock_gathering(work.connection, gathering_id)
        before, _ = await repository.read_state(work.connection, gathering_id, account_id)
        if gathering is not None and before not in {None, "declined"}:
            await _put(work, gathering, account_id, before, "declined")


async def forget_answers(work: UnitOfWork, person: UUID) -> None:
    """Delete every answer of theirs; their places go to the next in line."""
    for gathering_id in await repository.list_answered(work.connection, person):
        gathering = await repository.lock_gathering(work.connection, gathering_id)
        before = await repository.delete_answer(work.connection, gathering_id, person)
        if gathering is not None and before == "going" and gathering["ends_at"] > work.now:
            await _give_place(work, gathering)


async def _put(work: UnitOfWork, gathering: Row, account_id: UUID, before: str | None, status: str) -> None:
    await repository.put_answer(work.connection, gathering["id"], account_id, status, work.now)
    event = RsvpChanged(
        gathering_id=gathering["id"], community_id=gathering["community_id"], account_id=account_id, status=status
    )
    audience = audience_of(gathering["id"], account_id, before, status)
    await work.append(f"gathering-{gathering['id']}", "any", event, audience=audience)
    if before == "going":
        await _give_place(work, gathering)


async def _give_place(work: UnitOfWork, gathering: Row) -> None:
    promoted = await repository.promote_first(work.connection, gathering["id"])
    if promoted is None:
        return
    event = PlaceGiven(gathering_id=gathering["id"], community_id=gathering["community_id"], account_id=promoted)
    audience = [f"gathering:{gathering['id']}", f"user:{promoted}"]
    await work.append(f"gathering-{gathering['id']}", "any", event, audience=audience)


async def _answered(work: UnitOfWork, gathering_id: UUID, account_id: UUID, status: str) -> Answered:
    if status != "waiting":
        return Answered(status, None)
    return Answered(status, await repository.place_in_line(work.connection, gathering_id, account_id))
