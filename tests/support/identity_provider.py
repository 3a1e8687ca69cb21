"""An OpenID Connect provider on loopback: discovery, authorization with PKCE, token and keys, as the standards say it.

Every part of what it answers may be changed by a test, so that the same provider can misbehave in one thing at a time.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.pod import free_port

CLIENT_ID, CLIENT_SECRET = "unityplan", "kept between the two of them"
RSA_EXPONENT = 65537


def rsa_key() -> RSAPrivateKey:
    return generate_private_key(RSA_EXPONENT, 2048)


def public_key_set(key: RSAPrivateKey, kid: str) -> Json:
    algorithm = jwt.algorithms.RSAAlgorithm
    return {"keys": [{**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", "alg": "RS256"}]}


def unchanged(value: Json) -> Json:
    return value


@dataclass(slots=True)
class IdentityProvider:
    """`person` is who logs in next; the `change_…` functions are given what it is about to say."""

    port: int
    person: dict[str, Any] = field(default_factory=dict)
    key: RSAPrivateKey = field(default_factory=rsa_key)
    kid: str = "one"
    change_metadata: Callable[[Json], Json] = unchanged
    change_claims: Callable[[Json], Json] = unchanged
    change_answer: Callable[[Json], Json] = unchanged
    sign: Callable[[Json], str] | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """As a territory's operator enters it."""
        return {
            "id": "school",
            "name": "The school",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }

    def behave(self) -> None:
        self.change_metadata = self.change_claims = self.change_answer = unchanged
        self.sign = None

    async def browse(self, authorization_url: str) -> dict[str, str]:
        """What a browser brings back that is sent there: the query of the address that it is sent on to."""
        query = dict(parse_qsl(urlsplit(authorization_url).query))
        return dict(parse_qsl(urlsplit(self.authorize(query)).query))

    def authorize(self, query: dict[str, str]) -> str:
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "person": str(self.person["sub"])}
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(self.change_answer(back))}"

    async def metadata(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse(
            self.change_metadata(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "authorization_response_iss_parameter_supported": True,
                    "response_types_supported": ["code"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        )

    async def keys(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse(public_key_set(self.key, self.kid))

    async def redirect(self, request: Request) -> Response:
        return RedirectResponse(self.authorize(dict(request.query_params)), 302)

    async def token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET.replace(' ', '%20')}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != challenge or begun["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = self.change_claims(
            {
                "iss": self.issuer,
                "aud": CLIENT_ID,
                "iat": now,
                "exp": now + 300,
                "nonce": begun["nonce"],
                **self.person,
            }
        )
        id_token = self.sign(claims) if self.sign else jwt.encode(claims, self.key, "RS256", {"kid": self.kid})
        return JSONResponse({"access_token": "of no use here", "token_type": "Bearer", "id_token": id_token})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.redirect),
                Route("/token", self.token, methods=["POST"]),
            ]
        )


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """A provider, while the block runs."""
    provider = IdentityProvider(free_port())
    config = uvicorn.Config(
        provider.app(), host="127.0.0.1", port=provider.port, lifespan="off", log_config=None, ws="none"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield provider
    finally:
        server.should_exit = True
        await running
