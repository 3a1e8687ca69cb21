"""Writing and reading comments."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.community.comments.commands import write_comment
from services.community.comments.queries import ReadComment, find_comment, list_comments
from services.community.comments.rules import NewComment
from services.community.comments.schemas import CommentAnswer, CommentBody, CommentList
from services.community.posts.queries import find_post
from shared.database.keyset import decode_place, encode_place
from shared.errors import not_found
from shared.identifiers import new_id
from shared.web.bodies import StrictRoute
from shared.web.caching import etag_of_body, respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["comments"], route_class=StrictRoute)


@router.post(
    "/posts/{post_id}/comments",
    operation_id="write_comment",
    status_code=201,
    responses={201: {"model": CommentAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def write(call: CallDep, post_id: UUID, body: CommentBody) -> Response:
    """Comment on a post, or reply to a comment on it."""
    new = NewComment(new_id(), post_id, call.account_id, body.parent_id, body.body)
    return await execute(call, write_comment, new, render=_written)


@router.get(
    "/posts/{post_id}/comments",
    responses={200: {"model": CommentList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_comments(call: AnonymousCallDep, post_id: UUID, page: PageDep) -> Response:
    """The comments on a post, oldest first."""
    post = await find_post(call.pool, post_id, call.viewer)
    if post is None:
        raise not_found("post")
    rows = await list_comments(call.pool, post_id, call.viewer, decode_place(page.cursor), page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = encode_place(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > page.limit else None
    # The post was read first: its head is not newer than the list.
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=post.position)


@router.get(
    "/comments/{comment_id}",
    responses={200: {"model": CommentAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_comment(call: AnonymousCallDep, comment_id: UUID) -> Response:
    """A comment; of a private community only for its members."""
    comment = await find_comment(call.pool, comment_id, call.viewer)
    if comment is None:
        raise not_found("comment")
    return respond(call.request, comment.body, position=comment.position)


def _written(comment: ReadComment) -> Rendered:
    return Rendered(201, comment.body, {"location": f"/api/comments/{comment.id}", "etag": etag_of_body(comment.body)})
