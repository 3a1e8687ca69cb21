"""Publishing and reading posts."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.community.memberships.queries import standing
from services.community.posts.commands import publish_post
from services.community.posts.queries import ReadPost, find_post, list_posts
from services.community.posts.rules import NewPost
from services.community.posts.schemas import PostAnswer, PostBody, PostList
from shared.database.keyset import decode_place, encode_place
from shared.errors import not_found
from shared.identifiers import new_id
from shared.web.bodies import StrictRoute
from shared.web.caching import etag_of_body, respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["posts"], route_class=StrictRoute)


@router.post(
    "/communities/{community_id}/posts",
    operation_id="publish_post",
    status_code=201,
    responses={201: {"model": PostAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def publish(call: CallDep, community_id: UUID, body: PostBody) -> Response:
    """Publish a post in a community that one is a member of."""
    new = NewPost(new_id(), community_id, call.account_id, body.title, body.body, body.kind, tuple(body.tags))
    return await execute(call, publish_post, new, render=_published)


@router.get(
    "/communities/{community_id}/posts",
    responses={200: {"model": PostList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_posts(call: AnonymousCallDep, community_id: UUID, page: PageDep) -> Response:
    """The posts of a community, newest first."""
    if await standing(call.pool, community_id, call.viewer) is None:
        raise not_found("community")
    rows, head = await list_posts(call.pool, community_id, call.viewer, decode_place(page.cursor), page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = encode_place(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > page.limit else None
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=head)


@router.get("/posts/{post_id}", responses={200: {"model": PostAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def read_post(call: AnonymousCallDep, post_id: UUID) -> Response:
    """A post; of a private community only for its members."""
    post = await find_post(call.pool, post_id, call.viewer)
    if post is None:
        raise not_found("post")
    return respond(call.request, post.body, position=post.position)


def _published(post: ReadPost) -> Rendered:
    return Rendered(201, post.body, {"location": f"/api/posts/{post.id}", "etag": etag_of_body(post.body)})
