"""Forged, bent and stolen access tokens at every service's own door, at the gateway and at the socket.

Whoever attacks knows the public keys, true tokens and the source; some of the tokens here are even truly signed, as if
by a fault of the service that signs.
"""

import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed

from ops.embedded.places import find_place
from ops.retention.doors import as_superuser
from services.auth.signing_keys.key_material import KeySeal
from shared.identifiers import new_id
from shared.settings.secrets import Secret
from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.forger import hmac_signed, segment, signed
from tests.support.pod import Pod, unityplan

# One of each service that verifies, asked at its own socket, past the gateway.
DOORS = {
    "auth": "/auth/me",
    "community": "/feed",
    "user": "/users/me",
    "event": "/events?limit=1",
    "search": "/search?q=boats",
}
KEY = "SELECT kid, private_key, public_key FROM signing_keys WHERE state = 'current'"
NEIGHBOUR = "HAIDA-FN-CA"


@dataclass(frozen=True, slots=True)
class Siege:
    """Every door of a pod, a citizen's true token, and the key that signs: what no attacker has."""

    doors: Mapping[str, tuple[httpx.AsyncClient, str]]
    citizen: Citizen
    key: Ed25519PrivateKey
    kid: str
    public_key: bytes
    attacker: Ed25519PrivateKey

    @property
    def token(self) -> str:
        return self.citizen.access_token

    def claims(self, **changed: object) -> Json:
        """Those of the true token, some of them changed; `...` leaves one out."""
        claims = jwt.decode(self.token, options={"verify_signature": False}) | changed
        return {name: value for name, value in claims.items() if value is not ...}

    def bent(self, headers: Mapping[str, Any] | None = None, **changed: object) -> str:
        """Truly signed."""
        return signed(self.key, self.claims(**changed), kid=self.kid, headers=headers)

    async def answers(self, token: str) -> dict[str, int]:
        """What each door says to it."""
        found = {}
        for name, (client, path) in self.doors.items():
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code < 500, (name, answer.text)
            found[name] = answer.status_code
        found["websocket"] = await self._at_the_socket(token)
        return found

    async def _at_the_socket(self, token: str) -> int:
        socket = await self.citizen.open_socket()
        try:
            await socket.send(json.dumps({"id": 1, "type": "auth", "token": token}))
            answer = json.loads(await socket.recv())
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0
        finally:
            await socket.close()
        return 200 if answer["type"] == "ok" else 400


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def siege(dk: Pod) -> AsyncIterator[Siege]:
    place = find_place(dk.name, dk.data)
    async with AsyncExitStack() as stack:
        citizen = await stack.enter_async_context(Citizen(dk.address()))
        await citizen.register()
        doors = {"gateway": (httpx.AsyncClient(base_url=dk.address().api_url, trust_env=False), "/users/me")}
        for service, path in DOORS.items():
            transport = httpx.AsyncHTTPTransport(uds=str(place.run / f"{service}.sock"))
            client = httpx.AsyncClient(transport=transport, base_url="http://service", trust_env=False)
            doors[service] = (client, path)
        for client, _ in doors.values():
            await stack.enter_async_context(client)
        database = await stack.enter_async_context(as_superuser(place, place.settings.territories[0]))
        row = await database.fetchrow(KEY)
        seal = KeySeal(Secret(place.secrets.read("jwt_secret")))
        key = seal.open("DK", row["kid"], row["private_key"])
        yield Siege(doors, citizen, key, row["kid"], row["public_key"], Ed25519PrivateKey.generate())


def nothing_signed(siege: Siege, algorithm: str, signature: str = "") -> str:
    header = segment(json.dumps({"alg": algorithm, "typ": "at+jwt", "kid": siege.kid}).encode())
    return f"{header}.{segment(json.dumps(siege.claims(roles=['admin'])).encode())}.{signature}"


def shared_secret(siege: Siege, secret: bytes) -> str:
    return hmac_signed(secret, siege.claims())


def stolen_signature(siege: Siege) -> str:
    """Another payload under a true signature."""
    header, _, signature = siege.token.split(".")
    return f"{header}.{segment(json.dumps(siege.claims(sub=str(new_id()))).encode())}.{signature}"


def with_attackers_key(siege: Siege, **headers: object) -> str:
    return signed(siege.attacker, siege.claims(), kid=siege.kid, headers=headers)


def jwk_of(key: Ed25519PrivateKey) -> dict[str, str]:
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x}


def kid_of_choice(kid: object) -> Callable[[Siege], str]:
    return lambda siege: signed(siege.attacker, siege.claims(), headers={"kid": kid})


def truly_signed(headers: Mapping[str, Any] | None = None, **changed: object) -> Callable[[Siege], str]:
    return lambda siege: siege.bent(headers, **{name: _now(value) for name, value in changed.items()})


class Later(float):
    """So many seconds from when it is used: the forgeries are listed long before."""


def _now(value: object) -> object:
    return at(value) if isinstance(value, Later) else value


def at(seconds: float) -> int:
    return int(time.time() + seconds)


FORGED: Mapping[str, Callable[[Siege], str]] = {
    "alg none": lambda siege: nothing_signed(siege, "none"),
    "alg None": lambda siege: nothing_signed(siege, "None"),
    "alg NONE with something": lambda siege: nothing_signed(siege, "NONE", segment(b"x" * 64)),
    "alg empty": lambda siege: nothing_signed(siege, ""),
    "HS256 under the raw public key": lambda siege: shared_secret(siege, siege.public_key),
    "HS256 under the JWK": lambda siege: shared_secret(siege, json.dumps(jwk_of(siege.key)).encode()),
    "HS256 under nothing": lambda siege: shared_secret(siege, b""),
    "EdDSA said, HS256 done": lambda siege: nothing_signed(siege, "EdDSA", segment(b"\0" * 64)),
    "a true signature of another payload": stolen_signature,
    "the attacker's key under the true kid": with_attackers_key,
    "jku": lambda siege: with_attackers_key(siege, jku="https://evil.example/jwks.json"),
    "x5u": lambda siege: with_attackers_key(siege, x5u="https://evil.example/cert.pem"),
    "x5c": lambda siege: with_attackers_key(siege, x5c=["MIIB"]),
    "jwk": lambda siege: with_attackers_key(siege, jwk=jwk_of(siege.attacker)),
    "crit": truly_signed({"crit": ["exp"]}),
    "kid of a path": kid_of_choice("../../../../dev/null"),
    "kid of SQL": kid_of_choice("' UNION SELECT 'x"),
    "kid of a command": kid_of_choice("x|/bin/true"),
    "kid of a URL": kid_of_choice("https://evil.example/key"),
    "kid with NUL": kid_of_choice("a\0b"),
    "kid of a surrogate": kid_of_choice("\ud800"),
    "kid of a list": kid_of_choice(["x"]),
    "kid missing": kid_of_choice(None),
    "typ of an ID token": truly_signed({"typ": "JWT"}),
    "typ missing": truly_signed({"typ": None}),
    "over": truly_signed(iat=Later(-1000), nbf=Later(-1000), exp=Later(-100)),
    "over by more than clocks differ": truly_signed(iat=Later(-1000), nbf=Later(-1000), exp=Later(-6)),
    "not begun": truly_signed(nbf=Later(100)),
    "issued in the future": truly_signed(iat=Later(100), nbf=Later(100), exp=Later(900)),
    "for ever": truly_signed(exp=Later(10 * 365 * 86400)),
    "without an end": truly_signed(exp=...),
    "of a tool's audience": truly_signed(aud=str(new_id())),
    "of two audiences": truly_signed(aud=["unityplan", "evil"]),
    "of another issuer": truly_signed(iss="https://evil.example"),
    "of a neighbour": truly_signed(territory=NEIGHBOUR),
    "of nobody": truly_signed(sub=""),
    "with an actor that is none": truly_signed(act={"sub": "anna"}),
    "with an actor and more": truly_signed(act={"sub": str(new_id()), "act": {}}),
}


async def test_the_true_token_is_let_in_everywhere(siege: Siege) -> None:
    assert set((await siege.answers(siege.token)).values()) == {200}
    # And one that is truly made anew: so the forgeries below are refused for what is wrong with them alone.
    assert set((await siege.answers(siege.bent())).values()) == {200}


@pytest.mark.parametrize("forgery", FORGED)
async def test_a_forged_token_is_refused_at_every_door(siege: Siege, forgery: str) -> None:
    answers = await siege.answers(FORGED[forgery](siege))
    assert answers.pop("websocket") == 4401
    assert set(answers.values()) <= {401, 403, 404}, answers


async def test_clocks_may_differ_by_a_few_seconds(siege: Siege) -> None:
    ahead = siege.bent(iat=at(3), nbf=at(3), exp=at(900))
    assert set((await siege.answers(ahead)).values()) == {200}
    behind = siege.bent(iat=at(-900), nbf=at(-900), exp=at(-2))
    assert set((await siege.answers(behind)).values()) <= {200, 401, 4401}


async def test_what_is_no_access_token_buys_nothing(siege: Siege) -> None:
    for other in (siege.citizen.refresh_token, f"upat_DK_{'x' * 43}", "upat_DK_", "x", "a.b.c", "." * 100):
        answers = await siege.answers(other)
        assert answers.pop("websocket") == 4401
        assert set(answers.values()) == {401}, other


async def test_a_token_that_is_replayed_after_the_logout_is_refused_at_every_door_within_two_seconds(
    dk: Pod, siege: Siege
) -> None:
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        assert set((await siege.answers(citizen.access_token)).values()) == {200}
        await citizen.logout()

        async def is_refused() -> bool:
            return set((await siege.answers(citizen.access_token)).values()) == {401, 4401}

        await eventually(is_refused, within=2)


async def test_an_id_token_and_a_tools_access_token_are_refused_at_every_other_door(dk: Pod, siege: Siege) -> None:
    """The whole way of a tool, as the operator registers it and through the gateway."""
    redirect, verifier = "https://grafana.example.org/callback", "v" * 43
    options = ("--redirect", redirect, "--public", "--data", str(dk.data))
    added = await unityplan("tools", "add", dk.name, "Grafana", *options, environment=dk.environment)
    assert added.code == 0, added.err
    client = json.loads(added.out)["client_id"]
    origin = dk.address().api_url.removesuffix("/api")
    async with httpx.AsyncClient(base_url=origin, trust_env=False) as outsider:
        metadata = (await outsider.get("/.well-known/openid-configuration")).json()
        assert metadata["issuer"] == "https://dk.unityplan.org"
        wish = {
            "client_id": client,
            "redirect_uri": redirect,
            "scope": "openid",
            "code_challenge": "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM",
        }
        query = {**wish, "response_type": "code", "code_challenge_method": "S256"}
        assert (await outsider.get("/oidc/authorize", params=query)).status_code == 200
        agreed = await siege.citizen.call("POST", "/auth/oidc/authorizations", wish)
        assert agreed.status_code == 201, agreed.text
        code = httpx.URL(agreed.json()["redirect_to"]).params["code"]
        form = {
            "grant_type": "authorization_code",
            "client_id": client,
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        answer = await outsider.post("/oidc/token", data=form)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        told = await outsider.get("/oidc/userinfo", headers=headers)
        assert told.json() == {"sub": siege.citizen.id}
    answers = await siege.answers(tokens["id_token"])
    assert set(answers.values()) <= {401, 403, 404, 4401}
    answers = await siege.answers(tokens["access_token"])
    assert answers.pop("websocket") == 4401
    assert set(answers.values()) == {403}
