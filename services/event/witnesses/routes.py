"""What this territory saw of its neighbours, and they of it: hashes and signatures, for everyone."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.commands import accept_fork
from services.event.witnesses.cosignature import Cosignature
from services.event.witnesses.peers import Peer
from services.event.witnesses.queries import Place, list_cosignatures, list_forks, list_seen
from services.event.witnesses.schemas import (
    AcceptanceAnswer,
    CosignatureList,
    WitnessAnswer,
    cosignature_answer,
    fork_evidence,
    head_answer,
    witnessed_head,
)
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import Kind, ServiceError, not_found
from shared.events.catalogue.event import ForkAccepted
from shared.identity.permissions import Permission
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep, CallDep, require
from shared.web.execution import Rendered, execute
from shared.web.paging import LARGEST_PAGE, PageDep, page_response
from shared.web.problems import problems

MOST_FORKS = 10
LARGEST_SIZE = 2**53 - 1

router = APIRouter(tags=["witnesses"], route_class=StrictRoute)

Neighbour = Annotated[str, Path(max_length=40, pattern=r"^[A-Z]{2,}(-[A-Z0-9]+)*$", description="a territory's code")]


@router.get(
    "/events/witness/{territory}", responses={200: {"model": WitnessAnswer}, **problems(400, 401, 403, 404, 422, 503)}
)
async def read_witnessed_heads(
    request: Request,
    call: AnonymousCallDep,
    territory: Neighbour,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
) -> Response:
    """The last heads of a neighbour that this territory saw and cosigned, and the evidence where they contradict."""
    seen = await list_seen(call.pool, territory, call.territory.code, limit)
    if not seen and not _is_watched(request, territory):
        raise not_found("neighbour")
    forks = await list_forks(call.pool, territory, call.territory.code, MOST_FORKS)
    is_forked = any(not fork.seen.is_accepted for fork in forks)
    answer = WitnessAnswer(
        witness=call.territory.code,
        territory=territory,
        state="fork" if is_forked else "consistent" if seen else "nothing-seen",
        items=[witnessed_head(head) for head in seen],
        forks=[fork_evidence(fork, fork.seen.fault.value) for fork in forks if fork.seen.fault],
    )
    return respond(request, answer.model_dump_json().encode(), cache_control="no-cache")


@router.post(
    "/events/witness/{territory}/accept",
    operation_id="accept_fork",
    responses={200: {"model": AcceptanceAnswer}, **problems(400, 401, 403, 404, 409, 422, 503)},
)
@leaves(ForkAccepted)
async def accept(call: CallDep, territory: Neighbour) -> Response:
    """Take a neighbour's history as it is now and cosign again. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)

    def render(accepted: Sequence[TreeHead]) -> Rendered:
        answer = AcceptanceAnswer(territory=territory, accepted=[head_answer(head) for head in accepted])
        return Rendered(200, answer.model_dump())

    return await execute(call, accept_fork, territory, render=render)


@router.get(
    "/events/cosignatures", responses={200: {"model": CosignatureList}, **problems(400, 401, 403, 404, 422, 503)}
)
async def read_cosignatures(request: Request, call: AnonymousCallDep, page: PageDep) -> Response:
    """Cosignatures of this territory's heads by its neighbours; each neighbour's last one first."""
    after = _place(page.cursor) if page.cursor is not None else None
    found = await list_cosignatures(call.pool, call.territory.code, page.limit + 1, after)
    shown = found[: page.limit]
    next_cursor = _cursor(shown[-1]) if len(found) > page.limit else None
    items = [cosignature_answer(cosignature).model_dump_json().encode() for cosignature in shown]
    return page_response(request, items, next_cursor)


def _is_watched(request: Request, territory: str) -> bool:
    peers: tuple[Peer, ...] = request.app.state.settings.witness_peers
    return any(peer.code == territory for peer in peers)


def _cursor(last: Cosignature) -> str:
    return encode_cursor(last.witness, str(last.epoch), last.tree_size, last.root_hash.hex())


def _place(cursor: str) -> Place:
    witness, epoch, tree_size, root_hash = decode_cursor(cursor, str, str, int, str)
    if not 0 <= int(tree_size) <= LARGEST_SIZE or "\x00" in str(witness):
        raise _bad_cursor()
    try:
        return str(witness), UUID(str(epoch)), int(tree_size), bytes.fromhex(str(root_hash))
    except ValueError:
        raise _bad_cursor() from None


def _bad_cursor() -> ServiceError:
    return ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
