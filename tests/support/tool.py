"""One of the pod's tools, as Grafana or Synapse log citizens in: everything but its id and secret it finds out."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import httpx
import jwt

from tests.support.citizen import Json

REDIRECT = "https://grafana.example.org/login/generic_oauth"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, with one attempt to log somebody in. `http` leads to the pod whatever host the metadata name."""

    http: httpx.AsyncClient
    client_id: str
    secret: str | None
    redirect_uri: str = REDIRECT
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def query(self, **changed: str | None) -> dict[str, str]:
        given = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile email",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in given.items() if value is not None}

    async def metadata(self) -> Json:
        return (await self.http.get("/.well-known/openid-configuration")).json()

    async def authorization_url(self, **changed: str | None) -> str:
        """Where it sends a browser."""
        endpoint = urlsplit((await self.metadata())["authorization_endpoint"]).path
        return f"{endpoint}?{urlencode(self.query(**changed))}"

    async def begin(self, **changed: str | None) -> httpx.Response:
        return await self.http.get(await self.authorization_url(**changed))

    def answer(self, response: httpx.Response, issuer: str) -> dict[str, str]:
        """What a browser brings that was sent back, once the tool has looked whether it is for this attempt."""
        assert response.status_code == 303, response.text
        address = response.headers["location"]
        assert address.startswith(f"{self.redirect_uri}?"), address
        answer = dict(parse_qsl(urlsplit(address).query))
        assert (answer["state"], answer["iss"]) == (self.state, issuer)
        return answer

    async def exchange(self, code: str, /, **changed: str | None) -> httpx.Response:
        """By `client_secret_post`."""
        return await self.send_form({**self._form(code), "client_secret": self.secret, **changed})

    async def exchange_by_header(self, code: str, /, **changed: str | None) -> httpx.Response:
        """By `client_secret_basic`."""
        form = self._form(code)
        del form["client_id"]
        return await self.send_form({**form, **changed}, self.basic())

    def basic(self, client_id: str | None = None, secret: str | None = None) -> str:
        halves = (client_id or self.client_id, secret or self.secret or "")
        return f"Basic {base64.b64encode(':'.join(map(quote_plus, halves)).encode()).decode()}"

    async def send_form(self, form: dict[str, str | None], authorization: str | None = None) -> httpx.Response:
        sent = {name: value for name, value in form.items() if value is not None}
        headers = {"Authorization": authorization} if authorization is not None else {}
        return await self.http.post("/oidc/token", data=sent, headers=headers)

    async def claims_of(self, id_token: str) -> Json:
        """What an ID token says, once it is verified as OpenID Connect Core §3.1.3.7 wants it."""
        metadata = await self.metadata()
        path = urlsplit(metadata["jwks_uri"]).path
        keys = {key["kid"]: jwt.PyJWK(key) for key in (await self.http.get(path)).json()["keys"]}
        header = jwt.get_unverified_header(id_token)
        algorithms = metadata["id_token_signing_alg_values_supported"]
        claims = jwt.decode(
            id_token,
            keys[header["kid"]],
            algorithms=algorithms,
            audience=self.client_id,
            issuer=metadata["issuer"],
        )
        assert claims["nonce"] == self.nonce
        return claims

    def _form(self, code: str) -> dict[str, str | None]:
        return {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }


def error_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal by the token endpoint."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["error"]
