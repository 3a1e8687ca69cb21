"""Heads and proofs, for everyone: they hold hashes only."""

import base64
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.event.proofs.heads import HeadDesk
from services.event.proofs.queries import consistency_path, find_leaf, inclusion_path
from services.event.proofs.schemas import ConsistencyProof, HeadKey, HeadKeys, InclusionProof, TreeHeadAnswer
from shared.errors import Kind, ServiceError, not_found
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCall, AnonymousCallDep
from shared.web.problems import problems

LARGEST = 2**53 - 1

router = APIRouter(tags=["proofs"])

Size = Annotated[int | None, Query(ge=1, le=LARGEST, description="the tree's size; the newest when left out")]


@router.get("/events/head", responses={200: {"model": TreeHeadAnswer}, **problems(400, 401, 403, 404, 422, 503)})
async def read_head(request: Request, call: AnonymousCallDep) -> Response:
    """The signed tree head that covers every sealed event."""
    head = await _desk(request, call).current()
    body = TreeHeadAnswer.model_validate(head.to_json()).model_dump_json().encode()
    return respond(request, body, position=head.tree_size, cache_control="no-cache")


@router.get("/events/keys", responses={200: {"model": HeadKeys}, **problems(400, 401, 403, 404, 422)})
async def read_keys(request: Request, call: AnonymousCallDep) -> Response:
    """The public keys that tree heads are signed with."""
    signer = _desk(request, call).signer
    public = base64.b64encode(signer.public_key).decode()
    keys = HeadKeys(items=[HeadKey(key_id=signer.key_id, public_key=public, algorithm="Ed25519")])
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
    head = await _desk(request, call).current()
    size = _covered(tree_size or head.tree_size, head.tree_size)
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
    head = await _desk(request, call).current()
    _covered(new, head.tree_size)
    if old > new:
        raise ServiceError(Kind.INVALID, "sizes-out-of-order", "`from` must not be larger than `to`.")
    path = await consistency_path(call.pool, old, new)
    proof = ConsistencyProof(path=[step.hex() for step in path])
    return respond(request, proof.model_dump_json().encode(), position=head.tree_size)


def _desk(request: Request, call: AnonymousCall) -> HeadDesk:
    desks: dict[str, HeadDesk] = request.app.state.head_desks
    return desks[call.territory.code]


def _covered(size: int, sealed: int) -> int:
    if size > sealed:
        raise not_found("tree-size")
    return size
