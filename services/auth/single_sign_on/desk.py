"""The desk at which a login at a provider is begun, and its answer examined."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Depends, Request

from services.auth.single_sign_on.commands import begin_flow, take_flow
from services.auth.single_sign_on.discovery import ProviderClient
from services.auth.single_sign_on.flow import Flow, FlowMaking
from services.auth.single_sign_on.rules import Identity, flow_invalid, identity_of, sign_on_refused
from shared.errors import not_found
from shared.web.dependencies import AnonymousCall
from shared.web.execution import Rendered, execute, no_content


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser brings back from the provider."""

    flow: str
    state: str
    code: str
    iss: str | None


@dataclass(frozen=True, slots=True)
class SignOnDesk:
    """Of all territories; made once, in the lifespan."""

    flows: FlowMaking
    clients: Mapping[tuple[str, str], ProviderClient]
    """By territory and provider."""

    def client(self, territory: str, provider: str) -> ProviderClient:
        """Raises: not_found `provider-not-found`."""
        found = self.clients.get((territory, provider))
        if found is None:
            raise not_found("provider")
        return found

    def shown(self, territory: str) -> bytes:
        """The providers of a territory, as JSON."""
        providers = [client.provider for (code, _), client in self.clients.items() if code == territory]
        return orjson.dumps({"items": [{"id": each.id, "name": each.name} for each in providers]})

    async def begin(self, call: AnonymousCall, provider: str, account_id: UUID | None) -> dict[str, str]:
        """Where to send the browser, and what it is to keep.

        Raises: not_found `provider-not-found`, unavailable `provider-unavailable`.
        """
        client = self.client(call.territory.code, provider)
        flow = self.flows.begin()
        url = authorization_url((await client.metadata()).authorization_endpoint, client, flow)
        await execute(call, begin_flow, flow, provider, account_id, render=no_content)
        return {"authorization_url": url, "flow": flow.secret}

    async def identify(
        self, call: AnonymousCall, provider: str, returned: Returned
    ) -> tuple[ProviderClient, Identity, UUID | None]:
        """Who the provider says it is, and the account that wants it linked, if that is what it was begun for.

        The flow is used by asking, whatever comes of it. Raises: invalid `sign-on-flow-invalid`; unauthenticated
        `sign-on-refused`; unavailable `provider-unavailable`.
        """
        client = self.client(call.territory.code, provider)
        flow = self.flows.resume(returned.flow)
        if not hmac.compare_digest(flow.state.encode(), returned.state.encode("utf-8", "surrogatepass")):
            raise flow_invalid()
        account_id = await self._taken(call, flow, provider)
        metadata = await client.metadata()
        if returned.iss != client.provider.issuer and (returned.iss is not None or metadata.names_itself):
            # RFC 9207 §2.4: the answer is another provider's.
            raise sign_on_refused()
        id_token = await client.id_token_for(returned.code, flow)
        claims = await client.verified(id_token, flow.nonce)
        return client, identity_of(claims), account_id

    async def _taken(self, call: AnonymousCall, flow: Flow, provider: str) -> UUID | None:
        taken: list[UUID | None] = []

        def keep(account_id: UUID | None) -> Rendered:
            taken.append(account_id)
            return Rendered(204)

        await execute(call, take_flow, flow, provider, call.viewer, render=keep)
        return taken[-1]


def authorization_url(endpoint: str, client: ProviderClient, flow: Flow) -> str:
    """The request that the browser makes (OpenID Connect Core §3.1.2.1)."""
    query = {
        "response_type": "code",
        "client_id": client.provider.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": client.provider.scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.code_challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


async def sign_on_desk(request: Request) -> SignOnDesk:
    """The desk that the lifespan made."""
    desk: SignOnDesk = request.app.state.sign_on_desk
    return desk


SignOnDeskDep = Annotated[SignOnDesk, Depends(sign_on_desk)]
