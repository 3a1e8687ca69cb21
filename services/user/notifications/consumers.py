"""Whoever an event concerns is told of it."""

from typing import Any
from uuid import UUID

from services.user.notifications.commands import forget_person, tell_of_comment, tell_of_gathering, tell_of_member
from services.user.notifications.queries import CONSUMER
from services.user.notifications.rules import Notice
from shared.events.catalogue.community import CommentCreated, GatheringCreated, MemberJoined
from shared.events.catalogue.event import PersonErased
from shared.events.consumer import Consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import parse_id


async def comment(work: UnitOfWork, event: StoredEvent, payload: CommentCreated) -> None:
    where = {"post_id": payload.post_id, "comment_id": payload.comment_id}
    notice = _notice(event, payload.author_id, payload.community_id, **where)
    await tell_of_comment(work, notice, payload.parent_id)


async def member(work: UnitOfWork, event: StoredEvent, payload: MemberJoined) -> None:
    await tell_of_member(work, _notice(event, payload.account_id, payload.community_id))


async def gathering(work: UnitOfWork, event: StoredEvent, payload: GatheringCreated) -> None:
    where = {"gathering_id": payload.gathering_id}
    await tell_of_gathering(work, _notice(event, payload.organiser_id, payload.community_id, **where))


async def forget(work: UnitOfWork, _event: StoredEvent, payload: PersonErased) -> None:
    await forget_person(work, payload.person_id)


def _notice(event: StoredEvent, actor_id: UUID, community_id: UUID, **where: Any) -> Notice:  # noqa: ANN401 (fields of a notice)
    return Notice(event.id, event.position, event.occurred_at, actor_id, parse_id(event.actor), community_id, **where)


# Erasure is one of its events, not that of another consumer: told in order, nothing comes after it.
USER_NOTIFICATIONS = Consumer(
    CONSUMER,
    {CommentCreated: comment, MemberJoined: member, GatheringCreated: gathering, PersonErased: forget},
)
