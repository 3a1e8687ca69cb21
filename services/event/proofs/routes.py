"""Heads and proofs, for everyone: they hold hashes only."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.event.proofs.parameters import LARGEST, covered, desk_of
from services.event.proofs.queries import consistency_path, find_leaf, inclusion_path
from services.event.proofs.schemas import (
    ConsistencyProof,
    HeadKeys,
    HeadList,
    InclusionProof,
    TreeHeadAnswer,
    key_answer,
)
from services.event.streams.parameters import start_of
from shared.database.keyset import encode_cursor
from shared.errors import Kind, ServiceError, not_found
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["proofs"])

Size = Annotated[int | None, Query(ge=1, le=LARGEST, description="the tree's size; the newest when left out")]


@router.get("/events/head", responses={200: {"model": TreeHeadAnswer}, **problems(400, 401, 403, 404, 422, 503)})
async def read_tree_head(request: Request, call: AnonymousCallDep) -> Response:
    """The signed tree head that covers every sealed event."""
    head = await desk_of(request, call).current()
    body = TreeHeadAnswer.model_validate(head.to_json()).model_dump_json().encode()
    return respond(request, body, position=head.tree_size, cache_control="no-cache")


@router.get("/events/heads", responses={200: {"model": HeadList}, **problems(400, 401, 403, 404, 422, 503)})
async def read_tree_heads(request: Request, call: AnonymousCallDep, page: PageDep) -> Response:
    """The signed heads that were kept, the newest first."""
    before = start_of(page.cursor, LARGEST + 1)
    heads = await desk_of(request, call).kept(before, page.limit + 1)
    shown = heads[: page.limit]
    items = [TreeHeadAnswer.model_validate(head.to_json()).model_dump_json().encode() for head in shown]
    return page_response(request, items, encode_cursor(shown[-1].tree_size) if len(heads) > page.limit else None)


@router.get("/events/keys", responses={200: {"model": HeadKeys}, **problems(400, 401, 403, 404, 422, 503)})
async def read_tree_head_keys(request: Request, call: AnonymousCallDep) -> Response:
    """The public keys that tree heads were ever signed with, the one that signs now first."""
    keys = HeadKeys(items=[key_answer(key) for key in await desk_of(request, call).keys()])
    return respond(request, keys.model_dump_json().encode(), cache_control="public, max-age=300")


@router.get(
    "/events/{position}/proof", responses={200: {"model": InclusionProof}, **problems(400, 401, 403, 404, 422, 503)}
)
async def read_inclusion_proof(
    request: Request,
    call: AnonymousCallDep,
    position: Annotated[int, Path(ge=1, le=LARGEST)],
    tree_size: Size = None,
) -> Response:
    """That the event at a position is in the tree of a size."""
    head = await desk_of(request, call).current()
    size = covered(tree_size or head.tree_size, head.tree_size)
    leaf = await find_leaf(call.pool, position)
    if leaf is None or position > size:
        raise not_found("position")
    path = await inclusion_path(call.pool, position - 1, size)
    proof = InclusionProof(
        leaf_index=position - 1, leaf_hash=leaf.hex(), tree_size=size, path=[step.hex() for step in path]
    )
    return respond(request, proof.model_dump_json().encode(), position=head.tree_size)


@router.get(
    "/events/consistency", responses={200: {"model": ConsistencyProof}, **problems(400, 401, 403, 404, 422, 503)}
)
async def read_consistency_proof(
    request: Request,
    call: AnonymousCallDep,
    old: Annotated[int, Query(alias="from", ge=1, le=LARGEST, description="size of the older tree")],
    new: Annotated[int, Query(alias="to", ge=1, le=LARGEST, description="size of the newer tree")],
) -> Response:
    """That the tree of one size extends the tree of another."""
    head = await desk_of(request, call).current()
    covered(new, head.tree_size)
    if old > new:
        raise ServiceError(Kind.INVALID, "sizes-out-of-order", "`from` must not be larger than `to`.")
    path = await consistency_path(call.pool, old, new)
    proof = ConsistencyProof(path=[step.hex() for step in path])
    return respond(request, proof.model_dump_json().encode(), position=head.tree_size)
