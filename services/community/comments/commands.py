"""Writing comments."""

import asyncio

from services.community.comments.queries import ReadComment, find_comment
from services.community.comments.repository import insert_comment
from services.community.comments.rules import NewComment
from services.community.markup.rules import to_safe_html
from services.community.memberships.queries import standing
from services.community.posts.queries import find_post
from services.community.posts.rules import require_member
from shared.errors import FieldError, Kind, ServiceError, not_found
from shared.events.catalogue.community import CommentCreated
from shared.events.unit_of_work import UnitOfWork


async def write_comment(work: UnitOfWork, new: NewComment) -> ReadComment:
    """Comment on a post as a member.

    Raises:
        ServiceError: not_found `post-not-found`; forbidden `membership-required`; invalid `parent-not-found`.
    """
    post = await find_post(work.connection, new.post_id, new.author_id)
    if post is None:
        raise not_found("post")
    require_member(await standing(work.connection, post.community_id, new.author_id))
    await _require_parent(work, new)
    body_html = await asyncio.to_thread(to_safe_html, new.body)
    await insert_comment(work.connection, new, post.community_id, body_html, work.now)
    event = CommentCreated(
        comment_id=new.id,
        post_id=new.post_id,
        community_id=post.community_id,
        author_id=new.author_id,
        parent_id=new.parent_id,
        body=new.body,
    )
    audience = [f"community:{post.community_id}", f"post:{new.post_id}"]
    await work.append(f"comment-{new.id}", "none", event, audience=audience)
    comment = await find_comment(work.connection, new.id, new.author_id)
    if comment is None:
        raise not_found("comment")
    return comment


async def _require_parent(work: UnitOfWork, new: NewComment) -> None:
    """A reply answers a comment on the same post."""
    if new.parent_id is None:
        return
    parent = await find_comment(work.connection, new.parent_id, new.author_id)
    if parent is None or parent.post_id != new.post_id:
        fault = FieldError("/parent_id", "parent-not-found", "There is no such comment on this post.")
        raise ServiceError(Kind.INVALID, "parent-not-found", fault.detail, errors=[fault])
