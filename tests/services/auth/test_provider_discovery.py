"""What a provider says of itself is believed only about itself, and leads nowhere into the pod's own network."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
import pytest_asyncio

from services.auth.single_sign_on.discovery import ProviderClient, Reach
from services.auth.single_sign_on.flow import FlowMaking
from services.auth.single_sign_on.provider import Provider
from shared.errors import ServiceError
from shared.outbound.addresses import is_permitted
from shared.settings.secrets import Secret
from tests.support.citizen import Json
from tests.support.identity_provider import IdentityProvider, identity_provider

FLOW = FlowMaking(Secret("kq7Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3E")).begin()
OUTSIDE = Reach(allows_loopback=False, networks=())
LAPTOP = Reach(allows_loopback=True, networks=())


def client_of(issuer: str, reach: Reach = LAPTOP) -> ProviderClient:
    provider = Provider(id="school", name="The school", issuer=issuer, client_id="unityplan")
    return ProviderClient(provider, reach, "https://dk.example.org/sign-on")


@pytest_asyncio.fixture(scope="module")
async def shared_provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as running:
        yield running


@pytest.fixture
def provider(shared_provider: IdentityProvider) -> IdentityProvider:
    shared_provider.behave()
    shared_provider.asked.clear()
    return shared_provider


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "gopher://127.0.0.1/"},
        {"token_endpoint": "https://"},
        {"token_endpoint": "https://user:password@127.0.0.1/"},
        {"token_endpoint": "http://[::1"},
        {"jwks_uri": 7},
        {"jwks_uri": ["https://a.example"]},
    ],
    ids=str,
)
async def test_metadata_that_is_of_another_or_leads_astray_is_not_used(
    provider: IdentityProvider, change: Json
) -> None:
    provider.change_metadata = lambda document: {**document, **change}
    with pytest.raises(ServiceError, match="provider-unavailable"):
        await client_of(provider.issuer).metadata()


@pytest.mark.parametrize("document", [[], "text", None, 7])
async def test_metadata_that_is_no_object_is_not_used(provider: IdentityProvider, document: Json) -> None:
    provider.change_metadata = lambda _: document
    with pytest.raises(ServiceError, match="provider-unavailable"):
        await client_of(provider.issuer).metadata()


async def test_metadata_is_asked_for_once_by_many_and_kept(provider: IdentityProvider) -> None:
    client = client_of(provider.issuer)
    found = await asyncio.gather(*(client.metadata() for _ in range(20)))
    assert len(set(found)) == 1
    assert len(provider.asked) == 1


INWARD = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "localhost",
    "0.0.0.0",  # noqa: S104 (no address to bind to)
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "[fe80::1]",
    "[fd00::1]",
    "[fec0::1]",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "[ff02::1]",
]


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_provider_reaches_nothing_inside_by_any_of_its_addresses(
    provider: IdentityProvider, host: str, scheme: str
) -> None:
    inward = f"{scheme}://{host}:{provider.port}"
    with pytest.raises(ServiceError, match="provider-unavailable"):
        await client_of(inward, OUTSIDE).metadata()
    # The same for addresses that metadata names, though the metadata itself came from where it may.
    client = client_of(provider.issuer)
    provider.change_metadata = lambda document: {**document, "token_endpoint": inward, "jwks_uri": inward}
    try:
        await client.metadata()
    except ServiceError:
        return
    client.reach = OUTSIDE
    for asking in (client.id_token_for("code", FLOW), client.verified("a.b.c", "nonce")):
        with pytest.raises(ServiceError, match="provider-unavailable"):
            await asking
    assert provider.asked == ["/.well-known/openid-configuration"]


async def test_a_redirect_leads_nowhere(provider: IdentityProvider) -> None:
    client = client_of(provider.issuer)
    provider.change_metadata = lambda document: {**document, "jwks_uri": f"{provider.issuer}/authorize"}
    with pytest.raises(ServiceError, match="provider-unavailable"):
        await client.verified("a.b.c", "nonce")


def test_an_inner_network_is_reached_only_when_an_operator_has_named_it() -> None:
    (inner,) = [ip_network("10.1.0.0/16")]
    first = inner[1]
    assert not is_permitted(first, allows_loopback=False)
    assert is_permitted(first, allows_loopback=False, networks=[inner])
    assert not is_permitted(ip_network("10.2.0.0/16")[1], allows_loopback=False, networks=[inner])
    assert not is_permitted(ip_network("127.0.0.0/8")[1], allows_loopback=False, networks=[ip_network("127.0.0.0/8")])
