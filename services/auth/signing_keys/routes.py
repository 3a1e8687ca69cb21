"""The territory's public keys, for outsiders; services read them from a view."""

import orjson
from fastapi import APIRouter, Response

from services.auth.signing_keys.key_material import public_jwk
from services.auth.signing_keys.queries import list_public_keys
from services.auth.signing_keys.schemas import KeySetAnswer
from shared.identity.tokens import ALGORITHM
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.problems import problems

router = APIRouter(tags=["signing keys"])

CACHE_CONTROL = "public, max-age=300"


@router.get("/auth/jwks.json", responses={200: {"model": KeySetAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
@router.get("/.well-known/jwks.json", include_in_schema=False)
async def read_key_set(call: AnonymousCallDep) -> Response:
    """The keys that verify the territory's access tokens, the next one among them (RFC 7517 §5)."""
    keys = [
        {**public_jwk(public_key), "kid": kid, "alg": ALGORITHM, "use": "sig"}
        for kid, public_key in await list_public_keys(call.pool)
    ]
    body = orjson.dumps({"keys": keys})
    return respond(call.request, body, cache_control=CACHE_CONTROL, headers={"vary": "Host, X-Territory-ID"})
