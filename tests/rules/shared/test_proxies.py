"""Whose word about a client is taken, and what it then says."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.service.proxies import Client, TrustedProxies

PROXY, OTHER_PROXY, CLIENT = "10.0.0.1", "10.0.0.2", "203.0.113.7"
TRUSTED = TrustedProxies([ip_network("10.0.0.0/24"), ip_network("fd00::/8")])
Said = dict[str, str]


def client_of(said: Said, peer: str | None = PROXY, proxies: TrustedProxies = TRUSTED) -> Client:
    return proxies.client_of(peer, [(name.encode(), value.encode("latin-1")) for name, value in said.items()])


class TestWhoIsNotTrusted:
    @pytest.mark.parametrize(
        "said",
        [
            {"x-forwarded-for": CLIENT},
            {"forwarded": f"for={CLIENT};proto=https;host=a"},
            {"x-real-ip": CLIENT},
            {"x-forwarded-proto": "https"},
            {"x-forwarded-host": "denmark.unityplan.org"},
        ],
    )
    def test_is_the_client_whatever_it_says(self, said: Said) -> None:
        assert client_of(said, "198.51.100.1") == Client("198.51.100.1")
        assert client_of(said, PROXY, TrustedProxies([])) == Client(PROXY)
        assert client_of(said, None) == Client(None)


class TestTheWordOfATrustedProxy:
    @pytest.mark.parametrize(
        ("said", "address"),
        [
            ({}, PROXY),
            ({"x-forwarded-for": CLIENT}, CLIENT),
            ({"x-forwarded-for": f"1.1.1.1, {CLIENT}"}, CLIENT),
            ({"x-forwarded-for": f"1.1.1.1, {CLIENT}, {OTHER_PROXY}"}, CLIENT),
            ({"x-forwarded-for": f"1.1.1.1,,{CLIENT} ,\t{OTHER_PROXY},{PROXY}"}, CLIENT),
            ({"x-forwarded-for": f"{OTHER_PROXY}, {PROXY}"}, OTHER_PROXY),
            ({"x-forwarded-for": f"{CLIENT}:4711"}, CLIENT),
            ({"x-forwarded-for": "2001:db8::1"}, "2001:db8::1"),
            ({"x-forwarded-for": "[2001:DB8:0::1]:443"}, "2001:db8::1"),
            ({"x-forwarded-for": f"::ffff:{CLIENT}"}, CLIENT),
            ({"x-forwarded-for": f"{CLIENT}, fd00::1"}, CLIENT),
            ({"forwarded": f"for={CLIENT}"}, CLIENT),
            ({"forwarded": f'For="{CLIENT}:80";proto=http, for={OTHER_PROXY}'}, CLIENT),
            ({"forwarded": 'for="[2001:db8::1]:4711"'}, "2001:db8::1"),
            ({"forwarded": f"for=1.1.1.1, for={CLIENT}"}, CLIENT),
            ({"x-real-ip": CLIENT}, CLIENT),
            ({"x-forwarded-for": CLIENT, "forwarded": "for=1.1.1.1", "x-real-ip": "1.1.1.1"}, CLIENT),
            ({"forwarded": f"for={CLIENT}", "x-real-ip": "1.1.1.1"}, CLIENT),
        ],
    )
    def test_names_the_nearest_address_that_is_no_proxy(self, said: Said, address: str) -> None:
        assert client_of(said).address == address

    @pytest.mark.parametrize(
        "said",
        [
            *(
                {"x-forwarded-for": text}
                for text in ("unknown", "", "999.1.1.1", "localhost", "1.1.1.1.1", "fe80::1%eth0")
            ),
            *(
                {"x-forwarded-for": f"1.1.1.1, {text}"}
                for text in ("_hidden", "1.1", "0x7f000001", "203.0.113.007", "é")
            ),
            *(
                {"forwarded": text}
                for text in ("for=unknown", "for=_x", "proto=https", f"for={CLIENT};for=1.1.1.1", ";;=")
            ),
            *({"x-real-ip": text} for text in (f"{CLIENT}, 1.1.1.1", "nonsense")),
        ],
    )
    def test_is_not_guessed_at_when_it_is_malformed(self, said: Said) -> None:
        assert client_of(said).address == PROXY

    def test_reaches_no_further_than_what_cannot_be_read(self) -> None:
        assert client_of({"x-forwarded-for": f"{CLIENT}, unknown, {OTHER_PROXY}"}).address == OTHER_PROXY

    @pytest.mark.parametrize(
        ("said", "is_secure"),
        [
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "https"}, True),
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "HTTPS"}, True),
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "wss"}, True),
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "http"}, False),
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "javascript"}, False),
            ({"x-forwarded-proto": "https"}, True),
            ({"x-forwarded-for": f"{CLIENT}, {OTHER_PROXY}", "x-forwarded-proto": "https"}, True),
            ({"x-forwarded-for": f"{CLIENT}, {OTHER_PROXY}", "x-forwarded-proto": "https, http"}, True),
            ({"x-forwarded-for": f"1.1.1.1, {CLIENT}", "x-forwarded-proto": "https, http"}, False),
            ({"x-forwarded-for": CLIENT, "x-forwarded-proto": "https, http"}, False),
            ({"forwarded": f"for={CLIENT};proto=https"}, True),
            ({"forwarded": f"for=1.1.1.1;proto=https, for={CLIENT};proto=http"}, False),
            ({"forwarded": f"for={CLIENT};proto=https;proto=http"}, False),
        ],
    )
    def test_tells_whether_the_client_came_encrypted(self, said: Said, *, is_secure: bool) -> None:
        assert client_of(said).is_secure is is_secure

    @pytest.mark.parametrize(
        ("said", "host"),
        [
            ({"x-forwarded-for": CLIENT, "x-forwarded-host": "dk.localhost:8080"}, "dk.localhost:8080"),
            ({"forwarded": f'for={CLIENT};host="dk.localhost"'}, "dk.localhost"),
            ({"x-forwarded-for": CLIENT, "x-forwarded-host": "a, b"}, None),
            ({"x-forwarded-for": CLIENT, "x-forwarded-host": "a@b"}, None),
            ({"x-forwarded-for": CLIENT, "x-forwarded-host": "a/b"}, None),
            ({"x-forwarded-for": CLIENT}, None),
        ],
    )
    def test_names_the_host_that_was_asked_for(self, said: Said, host: str | None) -> None:
        assert client_of(said).host == host


@given(st.text(alphabet='0123456789.:,[]"=; fory', max_size=200), st.sampled_from(["x-forwarded-for", "forwarded"]))
def test_no_list_is_too_odd_to_be_read(value: str, name: str) -> None:
    assert client_of({name: value}).address is not None


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5))
def test_what_a_client_writes_before_its_own_address_changes_nothing(written: list[str]) -> None:
    assert client_of({"x-forwarded-for": ", ".join([*written, CLIENT])}).address == CLIENT
