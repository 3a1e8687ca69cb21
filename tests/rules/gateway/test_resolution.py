"""Host, token and header decide together which territory a request is for."""

import pytest

from services.gateway.resolution.rules import Claims, resolve
from shared.errors import Kind, ServiceError
from shared.territory.registry import TerritoryRegistry
from shared.territory.territory import describe_territory


def pod_of(*codes: str) -> TerritoryRegistry:
    territories = [
        describe_territory(code, pod="eu", name=code, locale="de-DE", domain="europe.unityplan.org") for code in codes
    ]
    return TerritoryRegistry(territories, ["europe.unityplan.org"])


EU = pod_of("DE", "FR")
DE_ONLY = pod_of("DE")

OWN = "de.europe.unityplan.org"
STAGING = "de.europe.staging.unityplan.org"
LOCAL = "de.localhost"
NEUTRAL = "localhost"
NAMED_NEUTRAL = "europe.unityplan.org"

SIGNED = "signed"
"""A token that says nothing of its territory."""


def verdict(
    registry: TerritoryRegistry, host: str, token: str | None = None, header: str | None = None, method: str = "GET"
) -> str:
    """The territory's code, or the refusal's."""
    claims = Claims(
        method=method,
        host=host,
        has_token=token is not None,
        token=None if token == SIGNED else token,
        header=header,
    )
    try:
        return resolve(registry, claims).code
    except ServiceError as error:
        return error.code


@pytest.mark.parametrize("host", [OWN, STAGING, LOCAL, "DE.EUROPE.unityplan.org", f"{OWN}.", f"{OWN}:8380"])
@pytest.mark.parametrize("header", [None, "DE", "FR", "DK", "nonsense", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
class TestAtATerritorysOwnName:
    def test_the_header_is_not_looked_at(self, host: str, header: str | None, method: str) -> None:
        assert verdict(EU, host, header=header, method=method) == "DE"
        assert verdict(EU, host, token="DE", header=header, method=method) == "DE"

    def test_a_token_of_another_territory_is_a_mismatch(self, host: str, header: str | None, method: str) -> None:
        assert verdict(EU, host, token="FR", header=header, method=method) == "territory-mismatch"
        assert verdict(EU, host, token="DK", header=header, method=method) == "territory-mismatch"

    def test_a_token_that_names_none_is_left_to_verification(self, host: str, header: str | None, method: str) -> None:
        assert verdict(EU, host, token=SIGNED, header=header, method=method) == "DE"


@pytest.mark.parametrize("host", [NEUTRAL, NAMED_NEUTRAL, "127.0.0.1", "[::1]:8080", "127.0.0.1:80"])
class TestAtANeutralName:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("header", [None, "DE", "nonsense"])
    def test_the_token_decides(self, host: str, header: str | None, method: str) -> None:
        assert verdict(EU, host, token="FR", header=header, method=method) == "FR"

    def test_a_token_of_no_territory_of_the_pod_is_a_mismatch(self, host: str) -> None:
        assert verdict(EU, host, token="DK") == "territory-mismatch"
        assert verdict(DE_ONLY, host, token="DK") == "territory-mismatch"
        assert verdict(EU, host, token="de'; DROP TABLE accounts; --") == "territory-mismatch"

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_the_header_decides_for_anonymous_reads(self, host: str, method: str) -> None:
        assert verdict(EU, host, header="FR", method=method) == "FR"
        assert verdict(EU, host, header="DK", method=method) == "unknown-territory"
        assert verdict(DE_ONLY, host, header="FR", method=method) == "unknown-territory"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_the_header_says_nothing_for_writes(self, host: str, method: str) -> None:
        assert verdict(EU, host, header="FR", method=method) == "missing-territory"
        assert verdict(DE_ONLY, host, header="FR", method=method) == "DE"

    def test_the_header_says_nothing_beside_a_token(self, host: str) -> None:
        assert verdict(EU, host, token=SIGNED, header="FR") == "missing-territory"

    def test_a_pod_of_one_territory_needs_no_word_for_it(self, host: str) -> None:
        assert verdict(DE_ONLY, host) == "DE"
        assert verdict(EU, host) == "missing-territory"


class TestAtAnyOtherName:
    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "es.europe.unityplan.org",
            "dk.unityplan.org",
            "de.europe.unityplan.org.evil.example",
            "europe.unityplan.org.evil.example",
            "xde.europe.unityplan.org",
        ],
    )
    def test_nobody_answers(self, host: str) -> None:
        assert verdict(EU, host) == "unknown-host"
        assert verdict(EU, host, token="DE", header="DE") == "unknown-host"

    @pytest.mark.parametrize("host", ["", "de localhost", "de.localhost:x", "a@de.localhost", f"{OWN}..", "..", ":80"])
    def test_what_is_no_name_is_malformed(self, host: str) -> None:
        with pytest.raises(ServiceError) as refusal:
            resolve(EU, Claims(method="GET", host=host, has_token=False, token=None, header="DE"))
        assert (refusal.value.kind, refusal.value.code) == (Kind.MALFORMED, "bad-host")
