"""The same gateway on aiohttp: its server and client, verified tokens kept, the limit by redis-py.

    python -m benchmarks.peers.aiohttp_gateway PORT

It has neither log nor metrics nor validation, which is to its advantage.
"""

import hashlib
import logging
import sys
import time
from typing import Any
from uuid import uuid4

import jwt
import uvloop
from aiohttp import ClientSession, TCPConnector, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from redis.asyncio import Redis

from benchmarks.peers.policy import AUDIENCE, DROPPED, LIMIT_ARGUMENTS, LIMIT_SCRIPT, Policy

CONNECTIONS = 128


class Gateway:
    """Made inside the loop."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._key = Ed25519PublicKey.from_public_bytes(policy.raw_key)
        self._verified: dict[bytes, dict[str, Any]] = {}
        self._redis = Redis.from_url(policy.redis_url)
        self._limit = self._redis.register_script(LIMIT_SCRIPT)
        self._client = ClientSession(
            f"http://{policy.upstream}", connector=TCPConnector(limit=CONNECTIONS), auto_decompress=False
        )

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Policies, then the service's answer."""
        claims = self._claims_of(request.headers.get("Authorization", ""))
        if claims is None:
            return web.Response(status=401)
        (wait,) = await self._limit(self._policy.keys_of(str(request.remote), claims["sub"]), LIMIT_ARGUMENTS)
        if wait:
            return web.Response(status=429)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in DROPPED]
        headers += [("X-Request-ID", str(uuid4())), ("X-Forwarded-For", str(request.remote))]
        path = request.path_qs.removeprefix("/api")
        body = request.content if request.body_exists else None
        async with self._client.request(request.method, path, headers=headers, data=body) as answer:
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in DROPPED]
            return web.Response(status=answer.status, headers=dict(kept), body=await answer.read())

    def _claims_of(self, authorization: str) -> dict[str, Any] | None:
        token = authorization.removeprefix("Bearer ")
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._verified.get(digest)
        if claims is None:
            try:
                claims = jwt.decode(
                    token, self._key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=self._policy.issuer
                )
            except jwt.PyJWTError:
                return None
            self._verified[digest] = claims
        return claims if claims["exp"] > time.time() else None


async def main() -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", Gateway(Policy.from_environment()).handle)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    uvloop.install()
    web.run_app(main(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
