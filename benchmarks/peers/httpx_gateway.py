"""The ordinary gateway: a FastAPI route, httpx, PyJWT for each request, the limit by redis-py.

Served by `uvicorn benchmarks.peers.httpx_gateway:app`, which is told of the policy by the environment. It has neither
log nor metrics nor validation, which is to its advantage.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI, HTTPException, Request, Response
from redis.asyncio import Redis

from benchmarks.peers.policy import AUDIENCE, DROPPED, LIMIT_ARGUMENTS, LIMIT_SCRIPT, Policy

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    policy = app.state.policy = Policy.from_environment()
    app.state.key = Ed25519PublicKey.from_public_bytes(policy.raw_key)
    async with Redis.from_url(policy.redis_url) as redis, httpx.AsyncClient(trust_env=False) as client:
        app.state.limit, app.state.client = redis.register_script(LIMIT_SCRIPT), client
        yield


app = FastAPI(lifespan=lifespan)


@app.api_route("/{path:path}", methods=METHODS)
async def handle(request: Request, path: str) -> Response:
    """Policies, then the service's answer."""
    state, policy = request.app.state, request.app.state.policy
    claims = _claims_of(request, policy)
    address = request.client.host if request.client else ""
    (wait,) = await state.limit(policy.keys_of(address, claims["sub"]), LIMIT_ARGUMENTS)
    if wait:
        raise HTTPException(429)
    headers = [(name, value) for name, value in request.headers.items() if name not in DROPPED]
    headers += [("x-request-id", str(uuid4())), ("x-forwarded-for", address)]
    url = httpx.URL(f"http://{policy.upstream}/{path.removeprefix('api/')}", query=request.url.query.encode())
    answer = await state.client.request(request.method, url, headers=headers, content=await request.body())
    kept = {name: value for name, value in answer.headers.items() if name not in DROPPED}
    return Response(answer.content, answer.status_code, kept)


def _claims_of(request: Request, policy: Policy) -> dict[str, Any]:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        claims: dict[str, Any] = jwt.decode(
            token, request.app.state.key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=policy.issuer
        )
    except jwt.PyJWTError:
        raise HTTPException(401) from None
    return claims
