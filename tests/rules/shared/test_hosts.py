"""Which territory a Host header names: the whole table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Kind, ServiceError
from shared.territory.registry import TerritoryRegistry, build_registry

DK = build_registry(
    pod="dk", codes=["DK"], names=["Denmark"], locales=["da-DK"], domain="unityplan.org", extra_hosts=["Pod.Example."]
)
EU = build_registry(
    pod="eu",
    codes=["DE", "FR", "HAIDA-FN-CA"],
    names=["Germany", "France", "Haida"],
    locales=["de-DE", "fr-FR", "en-CA"],
    domain="europe.unityplan.org",
    extra_hosts=[],
)

TERRITORIES = [
    (DK, "dk.unityplan.org", "DK"),
    (DK, "DK.UnityPlan.ORG", "DK"),
    (DK, "dk.unityplan.org.", "DK"),
    (DK, "dk.unityplan.org:8080", "DK"),
    (DK, "dk.unityplan.org.:8080", "DK"),
    (DK, "dk.unityplan.org:0", "DK"),
    (DK, "dk.unityplan.org:65535", "DK"),
    (DK, "dk.staging.unityplan.org", "DK"),
    (DK, "dk.localhost", "DK"),
    (DK, "dk.localhost:18080", "DK"),
    (EU, "de.europe.unityplan.org", "DE"),
    (EU, "fr.europe.unityplan.org:443", "FR"),
    (EU, "fr.europe.staging.unityplan.org", "FR"),
    (EU, "haida-fn-ca.europe.unityplan.org", "HAIDA-FN-CA"),
    (EU, "HAIDA-FN-CA.localhost", "HAIDA-FN-CA"),
]
NEUTRAL = [
    (DK, "localhost"),
    (DK, "LOCALHOST:8080"),
    (DK, "localhost."),
    (DK, "127.0.0.1"),
    (DK, "127.0.0.1:8080"),
    (DK, "127.1.2.3"),
    (DK, "127.255.255.255"),
    (DK, "[::1]"),
    (DK, "[::1]:8080"),
    (DK, "[0:0:0:0:0:0:0:1]"),
    (DK, "service-api-gateway-dk"),
    (DK, "service-api-gateway-dk:8080"),
    (DK, "service-websocket-dk:9000"),
    (DK, "SERVICE-AUTH-DK"),
    (DK, "pod.example"),
    (EU, "europe.unityplan.org"),
    (EU, "europe.unityplan.org.:443"),
    (EU, "europe.staging.unityplan.org"),
    (EU, "service-api-gateway-eu"),
]
UNKNOWN = [
    (DK, "no.unityplan.org"),
    (DK, "unityplan.org"),
    (DK, "dk.unityplan.org.evil.example"),
    (DK, "dk.unityplan.organic"),
    (DK, "evil-dk.unityplan.org"),
    (DK, "www.dk.unityplan.org"),
    (DK, "dk"),
    (DK, "dk_.unityplan.org"),
    (DK, "xn--dk-xka.unityplan.org"),
    (DK, "no.localhost"),
    (DK, "dk.localhost.localhost"),
    (DK, "localhost.localdomain"),
    (DK, "service-api-gateway-no"),
    (DK, "service-api-gateway-dk.evil.example"),
    (DK, "service-dk"),
    (DK, "10.0.0.1"),
    (DK, "0.0.0.0"),  # noqa: S104 (a name to look up; nothing is bound)
    (DK, "128.0.0.1"),
    (DK, "127.1"),
    (DK, "2130706433"),
    (DK, "0177.0.0.1"),
    (DK, "[::]"),
    (DK, "[::2]"),
    (DK, "[::ffff:127.0.0.1]"),
    (DK, "[2001:db8::1]:8080"),
    (EU, "dk.unityplan.org"),
    (EU, "de.unityplan.org"),
    (EU, "unityplan.org"),
    (EU, "it.europe.unityplan.org"),
]
MALFORMED = [
    "",
    " ",
    ".",
    ":",
    ":8080",
    "localhost:",
    "localhost:x",
    "localhost:-1",
    "localhost:65536",
    "localhost:999999",
    "localhost:80:80",
    "dk.unityplan.org..",
    ".dk.unityplan.org",
    "dk..unityplan.org",
    "dk .unityplan.org",
    " dk.unityplan.org",
    "dk.unityplan.org ",
    "dk.unityplan.org\t",
    "dk.unityplan.org\r\n",
    "dk.unityplan.org\n",
    "dk.unityplan.org\x00",
    "dk.unityplan.org/health",
    "dk.unityplan.org/health?x=",
    "dk.unityplan.org?x",
    "dk.unityplan.org#x",
    "user@dk.unityplan.org",
    "user:password@dk.unityplan.org",
    "http://dk.unityplan.org",
    "dk.unityplan.org,no.unityplan.org",
    "dk.unityplan.org, no.unityplan.org",
    "dk.unityplan.org;no",
    "dk\\unityplan.org",
    "dk%2eunityplan.org",
    "dk.ünityplan.org",
    "dk.unityplan。org",
    "-dk.unityplan.org",
    "dk-.unityplan.org",
    "[::1",
    "::1",
    "[]",
    "[::1]]",
    "[::1]x",
    "[127.0.0.1]",
    "[:::]",
    "[::1%eth0]",
    "*",
    "*.unityplan.org",
    "'; DROP TABLE events; --",
    "a" * 64 + ".unityplan.org",
    ".".join(["a"] * 200),
    "１２７.0.0.1",
]


@pytest.mark.parametrize(("registry", "host", "code"), TERRITORIES)
def test_a_territorys_own_name_is_that_territory(registry: TerritoryRegistry, host: str, code: str) -> None:
    territory = registry.resolve_host(host)
    assert territory is not None
    assert territory.code == code


@pytest.mark.parametrize(("registry", "host"), NEUTRAL)
def test_a_neutral_name_is_no_territory_in_particular(registry: TerritoryRegistry, host: str) -> None:
    assert registry.resolve_host(host) is None


@pytest.mark.parametrize(("registry", "host"), UNKNOWN)
def test_a_name_of_someone_else_is_misdirected(registry: TerritoryRegistry, host: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        registry.resolve_host(host)
    assert (refusal.value.kind, refusal.value.code) == (Kind.MISDIRECTED, "unknown-host")


@pytest.mark.parametrize("host", MALFORMED)
def test_what_is_no_host_is_malformed(host: str) -> None:
    for registry in (DK, EU):
        with pytest.raises(ServiceError) as refusal:
            registry.resolve_host(host)
        assert (refusal.value.kind, refusal.value.code) == (Kind.MALFORMED, "bad-host")


def outcome_of(host: str) -> str:
    try:
        territory = EU.resolve_host(host)
    except ServiceError as refusal:
        return refusal.code
    return territory.code if territory else "neutral"


@given(st.text(max_size=40))
def test_no_text_does_anything_else(host: str) -> None:
    assert outcome_of(host) in {"bad-host", "unknown-host", "neutral", "DE", "FR", "HAIDA-FN-CA"}


@pytest.mark.parametrize("code", ["dk", "DK ", "D", "DK-", "DK--X", "DK;DROP", "", "DÅ", "DK\n", "de", "NO"])
def test_a_code_is_looked_up_as_written_and_never_guessed(code: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        DK.get(code)
    assert (refusal.value.kind, refusal.value.code) == (Kind.NOT_FOUND, "unknown-territory")


@pytest.mark.parametrize("code", ["dk", "D", "DK-", "DK;DROP", "", "../x", "D_K", "1DK", "DK\n"])
def test_a_malformed_code_makes_no_registry(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        build_registry(pod="x", codes=[code], names=["X"], locales=["x"], domain="unityplan.org", extra_hosts=[])


def test_a_code_with_parts_has_names_that_databases_and_subjects_can_spell() -> None:
    territory = EU.get("HAIDA-FN-CA")
    assert territory.slug == "haida_fn_ca"
    assert (territory.database, territory.schema) == ("unityplan_haida_fn_ca", "territory_haida_fn_ca")
    assert (territory.key_prefix, territory.subject_prefix) == ("haida-fn-ca:", "territory.haida-fn-ca")


def test_only_a_pod_of_one_has_an_only_territory() -> None:
    only = DK.only()
    assert only is not None
    assert only.code == "DK"
    assert EU.only() is None
    assert [territory.code for territory in EU] == ["DE", "FR", "HAIDA-FN-CA"]
