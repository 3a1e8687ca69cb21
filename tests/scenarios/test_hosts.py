"""Which territory answers: the whole table of host, token and header, asked of real pods."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.support.citizen import Citizen, PodAddress
from tests.support.pod import Pod

OWN_NAMES = [
    "de.europe.unityplan.org",
    "de.europe.staging.unityplan.org",
    "de.localhost",
    "DE.Europe.UnityPlan.org.:8380",
]
NEUTRAL_NAMES = ["localhost", "127.0.0.1:8380", "[::1]", "europe.unityplan.org", "service-api-gateway-eu"]


@dataclass(frozen=True)
class Tokens:
    dk: str
    de: str
    fr: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(dk: Pod, eu: Pod) -> AsyncIterator[Tokens]:
    found = []
    for pod, host in ((dk, None), (eu, "de.localhost"), (eu, "fr.localhost")):
        async with Citizen(pod.address(host)) as citizen:
            found.append((await citizen.register()).access_token)
    yield Tokens(*found)


async def asked(pod: Pod, host: str, token: str = "", header: str = "", method: str = "GET") -> tuple[int, str]:
    """The status, and the territory's code or the problem's."""
    async with Citizen(PodAddress(pod.address().api_url, "", host)) as visitor:
        visitor.access_token = token
        headers = {"X-Territory-ID": header} if header else {}
        path = "/territory" if method == "GET" else "/auth/login"
        body = None if method == "GET" else dict[str, str]()
        answer = await visitor.call(method, path, body, headers=headers)
        return answer.status_code, str(answer.json()["code"])


class TestATerritorysOwnName:
    @pytest.mark.parametrize("host", OWN_NAMES)
    async def test_it_decides_whatever_the_header_says(self, eu: Pod, host: str) -> None:
        assert await asked(eu, host) == (200, "DE")
        assert await asked(eu, host, header="FR") == (200, "DE")
        assert await asked(eu, host, header="nonsense") == (200, "DE")

    async def test_a_token_of_the_territory_is_taken(self, eu: Pod, tokens: Tokens) -> None:
        assert await asked(eu, "de.localhost", tokens.de) == (200, "DE")

    async def test_a_token_of_another_is_a_mismatch(self, dk: Pod, eu: Pod, tokens: Tokens) -> None:
        assert await asked(eu, "de.localhost", tokens.fr) == (403, "territory-mismatch")
        assert await asked(eu, "de.europe.unityplan.org", tokens.dk) == (403, "territory-mismatch")
        assert await asked(dk, "dk.unityplan.org", tokens.de) == (403, "territory-mismatch")


class TestANeutralName:
    @pytest.mark.parametrize("host", NEUTRAL_NAMES)
    async def test_the_token_decides(self, eu: Pod, tokens: Tokens, host: str) -> None:
        assert await asked(eu, host, tokens.fr) == (200, "FR")
        assert await asked(eu, host, tokens.fr, header="DE") == (200, "FR")

    @pytest.mark.parametrize("host", NEUTRAL_NAMES)
    async def test_else_the_header_does_for_reads(self, eu: Pod, host: str) -> None:
        assert await asked(eu, host, header="ES") == (200, "ES")
        assert await asked(eu, host, header="DK") == (404, "unknown-territory")
        assert await asked(eu, host) == (400, "missing-territory")

    async def test_an_anonymous_write_needs_the_territorys_own_name(self, eu: Pod) -> None:
        assert await asked(eu, "localhost", header="DE", method="POST") == (400, "missing-territory")

    async def test_a_pod_of_one_territory_answers_for_it(self, dk: Pod) -> None:
        assert await asked(dk, "localhost") == (200, "DK")
        assert await asked(dk, "127.0.0.1", method="POST") == (422, "validation-failed")

    async def test_a_token_of_another_pod_is_a_mismatch(self, dk: Pod, tokens: Tokens) -> None:
        assert await asked(dk, "localhost", tokens.de) == (403, "territory-mismatch")


class TestAnyOtherName:
    @pytest.mark.parametrize("host", ["evil.example", "dk.unityplan.org", "unityplan.org", "de.localhost.evil.example"])
    async def test_it_is_misdirected(self, eu: Pod, tokens: Tokens, host: str) -> None:
        assert await asked(eu, host) == (421, "unknown-host")
        assert await asked(eu, host, tokens.de, header="DE") == (421, "unknown-host")

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["Host: de.localhost", "Host: fr.localhost"],
            ["Host: de localhost"],
            ["Host:"],
            ["Host: de.localhost:99999"],
        ],
    )
    async def test_none_two_or_a_malformed_one_are_bad(self, eu: Pod, lines: list[str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", eu.api_port)
        request = ["GET /api/territory HTTP/1.1", *lines, "Connection: close", "", ""]
        writer.write("\r\n".join(request).encode())
        answer = (await reader.read()).decode()
        writer.close()
        assert answer.split()[1] == "400", answer
        assert '"bad-host"' in answer, answer


class TestATokenThatIsNone:
    async def test_unsigned_or_damaged_ones_are_refused(self, eu: Pod, tokens: Tokens) -> None:
        claims = tokens.de.split(".")[1]
        unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
        damaged = tokens.de[:-4] + ("AAAA" if not tokens.de.endswith("AAAA") else "BBBB")
        for token in (f"{unsigned}.{claims}.", damaged, "nonsense"):
            status, _ = await asked(eu, "de.localhost", token)
            assert status == 401
