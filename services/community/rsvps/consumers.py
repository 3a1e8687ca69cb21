"""Whoever may not see a gathering any more comes to none."""

from services.community.rsvps.commands import decline_unseen
from shared.events.catalogue.community import MemberLeft
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork


async def follow_leaving(work: UnitOfWork, _event: StoredEvent, payload: MemberLeft) -> None:
    await decline_unseen(work, payload.community_id, payload.account_id)


COMMUNITY_RSVPS = Consumer("community-rsvps", {MemberLeft: follow_leaving})
