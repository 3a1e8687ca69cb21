"""A staging that runs is asked what a citizen would ask; `make test-staging`, with the addresses of its doors."""

import os

import httpx
import pytest

from tests.support.tour import take_the_tour_at

API, SOCKET = os.environ.get("STAGING_API_URL", ""), os.environ.get("STAGING_WEBSOCKET_URL", "")

pytestmark = [
    pytest.mark.staging,
    pytest.mark.skipif(not (API and SOCKET), reason="STAGING_API_URL and STAGING_WEBSOCKET_URL say where staging is"),
]


async def test_the_tour_works() -> None:
    await take_the_tour_at(API, SOCKET)


async def test_every_door_says_no_in_the_same_form() -> None:
    async with httpx.AsyncClient() as client:
        for path in ("/nothing", "/auth/me", "/events"):
            answer = await client.get(f"{API}{path}")
            assert 400 <= answer.status_code < 500
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"]


async def test_the_document_of_the_api_is_served() -> None:
    async with httpx.AsyncClient() as client:
        document = (await client.get(f"{API}/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
