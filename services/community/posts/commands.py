"""Publishing posts."""

import asyncio

from services.community.markup.rules import to_safe_html
from services.community.memberships.queries import standing
from services.community.posts.queries import ReadPost, find_post
from services.community.posts.repository import insert_post
from services.community.posts.rules import NewPost, require_member
from shared.errors import not_found
from shared.events.catalogue.community import PostCreated
from shared.events.unit_of_work import UnitOfWork


async def publish_post(work: UnitOfWork, new: NewPost) -> ReadPost:
    """Publish a post as a member.

    Raises:
        ServiceError: not_found `community-not-found`; forbidden `membership-required`.
    """
    require_member(await standing(work.connection, new.community_id, new.author_id))
    body_html = await asyncio.to_thread(to_safe_html, new.body)
    await insert_post(work.connection, new, body_html, work.now)
    event = PostCreated(
        post_id=new.id,
        community_id=new.community_id,
        author_id=new.author_id,
        title=new.title,
        body=new.body,
        kind=new.kind,
        tags=new.tags,
    )
    await work.append(f"post-{new.id}", "none", event, audience=[f"community:{new.community_id}"])
    post = await find_post(work.connection, new.id, new.author_id)
    if post is None:
        raise not_found("post")
    return post
