"""What is added to answers: encodings, their tags, and who may read them from a page."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.answers.compression import (
    chosen,
    compress,
    encoded_head,
    encoder_for,
    is_compressible,
)
from services.gateway.answers.cross_origin import CrossOrigin
from services.gateway.answers.entity_tags import asked_for, encoded_tag, without_encoding
from services.gateway.answers.security import RouteClass, security_headers, security_lines
from shared.errors import ServiceError
from shared.territory.registry import TerritoryRegistry, build_registry

DECODERS: dict[bytes, Callable[[bytes], bytes]] = {b"br": brotli.decompress, b"gzip": gzip.decompress}
JSON = (b"content-type", b"application/json")


def registry_of(pod: str, domain: str, *codes: str) -> TerritoryRegistry:
    return build_registry(pod=pod, codes=codes, names=codes, locales=["en"] * len(codes), domain=domain, extra_hosts=())


DENMARK = registry_of("dk", "unityplan.org", "DK")
EUROPE = registry_of("eu", "europe.unityplan.org", "DE", "FR", "ES")
DK = DENMARK.get("DK").host
DE, FR = EUROPE.get("DE").host, EUROPE.get("FR").host


class TestTheChoiceOfAnEncoding:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            (b"gzip, deflate, br, zstd", b"br"),
            (b"gzip", b"gzip"),
            (b"x-gzip", b"gzip"),
            (b"GZIP;Q=0.5", b"gzip"),
            (b"br;q=0.1, gzip;q=0.9", b"gzip"),
            (b"br;q=0.9, gzip;q=0.9", b"br"),
            (b"br;q=0, gzip", b"gzip"),
            (b"*", b"br"),
            (b"*;q=0.3, br;q=0", b"gzip"),
            (b"gzip;q=0", None),
            (b"*;q=0", None),
            (b"deflate", None),
            (b"identity", None),
            (b"identity, gzip;q=0.5", None),
            (b"identity;q=0.5, gzip", b"gzip"),
            (b"identity;q=0, gzip", b"gzip"),
            (b"gzip;q=high", None),
            (b"gzip;q=7", None),
            (b"gzip;level=9", None),
            (b"", None),
            (b",,;q=1", None),
        ],
    )
    def test_is_the_clients(self, accepted: bytes, encoding: bytes | None) -> None:
        assert chosen(accepted) == encoding

    @pytest.mark.parametrize(
        "kind",
        [
            b"application/json",
            b"application/json; charset=utf-8",
            b"Application/Problem+JSON",
            b"text/html; charset=utf-8",
            b"text/calendar",
            b"application/x-ndjson",
            b"image/svg+xml",
        ],
    )
    def test_is_made_for_text(self, kind: bytes) -> None:
        assert is_compressible(200, [(b"content-type", kind), (b"content-length", b"5000")])
        assert is_compressible(200, [(b"content-type", kind)])

    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            (200, [(b"content-type", b"image/png")]),
            (200, [(b"content-type", b"application/octet-stream")]),
            (200, [(b"content-type", b"text/event-stream")]),
            (200, []),
            (200, [JSON, (b"content-length", b"1023")]),
            (200, [JSON, (b"content-encoding", b"gzip")]),
            (200, [JSON, (b"content-encoding", b"identity")]),
            (200, [JSON, (b"cache-control", b"private, No-Transform")]),
            (200, [JSON, (b"content-range", b"bytes 0-4999/9999")]),
            (206, [JSON]),
            (204, [JSON]),
            (304, [JSON]),
        ],
    )
    def test_is_none_where_there_is_nothing_to_win_or_something_to_break(
        self, status: int, headers: list[tuple[bytes, bytes]]
    ) -> None:
        assert not is_compressible(status, headers)


class TestAnEncodedAnswer:
    @given(st.lists(st.binary(max_size=3000), max_size=6), st.sampled_from([b"br", b"gzip"]))
    def test_is_what_it_was(self, pieces: list[bytes], encoding: bytes) -> None:
        encoder = encoder_for(encoding)
        encoded = b"".join([encoder.feed(piece) for piece in pieces]) + encoder.finish()
        assert DECODERS[encoding](encoded) == b"".join(pieces)
        assert DECODERS[encoding](compress(b"".join(pieces), encoding)) == b"".join(pieces)

    def test_can_be_read_as_far_as_it_has_come(self) -> None:
        encoder = encoder_for(b"br")
        reader = brotli.Decompressor()
        assert reader.process(encoder.feed(b"first line\n")) == b"first line\n"
        assert reader.process(encoder.feed(b"second line\n")) == b"second line\n"

    def test_says_so_and_says_no_length_of_another(self) -> None:
        head = [JSON, (b"etag", b'"7"'), (b"content-length", b"5000"), (b"accept-ranges", b"bytes")]
        assert encoded_head(head, b"br") == [JSON, (b"etag", b'"7-br"'), (b"content-encoding", b"br")]


class TestTags:
    @given(st.from_regex(rb'"[a-z0-9]{1,20}"', fullmatch=True), st.sampled_from([b"br", b"gzip"]))
    def test_a_tag_comes_back_as_it_was(self, tag: bytes, encoding: bytes) -> None:
        encoded = encoded_tag(tag, encoding)
        assert encoded != tag
        assert without_encoding(encoded) == tag
        assert without_encoding(b'"x", ' + encoded + b',W/"y"') == b'"x", ' + tag + b',W/"y"'
        assert asked_for(tag, b'"x", ' + encoded) == encoded
        assert asked_for(tag, b"*") == tag

    def test_a_weak_one_stands_for_every_encoding(self) -> None:
        assert encoded_tag(b'W/"7"', b"br") == b'W/"7"'
        assert asked_for(b'W/"7"', b'W/"7"') == b'W/"7"'


class TestPagesOfOtherOrigins:
    @pytest.mark.parametrize(
        ("origin", "host", "may_read"),
        [
            (f"https://{DK}", DK, True),
            (f"https://{DK}", f"{DK}:443", True),
            ("https://app.example.org", DK, True),
            (f"http://{DK}", DK, False),
            (f"https://{DK}:8443", DK, False),
            (f"https://{DK}.evil.example", DK, False),
            (f"https://evil.example/{DK}", DK, False),
            (f"https://{DK}@evil.example", DK, False),
            ("https://evil.example", DK, False),
            ("null", DK, False),
            ("*", DK, False),
            ("http://localhost:3000", "localhost:8080", False),
        ],
    )
    def test_read_a_public_pod_only_when_they_are_its_own_or_named(
        self, origin: str, host: str, *, may_read: bool
    ) -> None:
        pod = CrossOrigin(DENMARK, ["https://app.example.org"], is_public=True)
        headers = dict(pod.headers(origin.encode(), host))
        assert headers.get(b"access-control-allow-origin") == (origin.encode() if may_read else None)
        assert (b"access-control-allow-credentials" in headers) is may_read
        assert pod.lines(origin.encode(), host) == b"".join(b"%b: %b\r\n" % pair for pair in headers.items())

    @pytest.mark.parametrize(
        ("origin", "host", "may_read"),
        [
            (f"https://{DE}", DE, True),
            (f"https://{FR}", DE, False),
            (f"https://{DE}", "europe.unityplan.org", True),
            ("https://europe.unityplan.org", DE, False),
        ],
    )
    def test_read_no_other_territory_of_the_pod(self, origin: str, host: str, *, may_read: bool) -> None:
        assert bool(CrossOrigin(EUROPE, (), is_public=True).headers(origin.encode(), host)) is may_read

    @pytest.mark.parametrize(
        ("origin", "may_read"),
        [
            ("http://localhost:3000", True),
            ("http://127.0.0.1:5173", True),
            ("http://dk.localhost:3000", True),
            ("http://evil.example", False),
            ("ftp://localhost", False),
            ("http://localhost:99999", False),
            ("null", False),
        ],
    )
    def test_on_a_machine_of_ones_own_local_pages_may(self, origin: str, *, may_read: bool) -> None:
        assert bool(CrossOrigin(DENMARK, (), is_public=False).headers(origin.encode(), "localhost:8080")) is may_read

    @pytest.mark.parametrize(
        ("origin", "method", "names"),
        [
            (f"https://{FR}", "GET", ""),
            (f"https://{DE}", "TRACE", ""),
            (f"https://{DE}", "get", ""),
            (f"https://{DE}", "POST", "x-user-id"),
            (f"https://{DE}", "POST", "authorization, *"),
        ],
    )
    def test_are_told_beforehand_what_they_may_not(self, origin: str, method: str, names: str) -> None:
        with pytest.raises(ServiceError) as refusal:
            CrossOrigin(EUROPE, (), is_public=True).preflight(origin.encode(), DE, method, names)
        assert refusal.value.code == "forbidden-origin"

    def test_are_told_beforehand_what_they_may(self) -> None:
        pod = CrossOrigin(EUROPE, (), is_public=True)
        answer = dict(pod.preflight(f"https://{DE}".encode(), DE, "PATCH", "Authorization, content-type,If-Match"))
        assert b"PATCH" in answer[b"access-control-allow-methods"].split(b", ")
        assert {b"Authorization", b"If-Match"} <= set(answer[b"access-control-allow-headers"].split(b", "))
        assert b"*" not in b"".join(answer.values())


class TestWhatABrowserIsTold:
    @pytest.mark.parametrize("route_class", RouteClass)
    def test_over_https_to_stay_there_and_over_http_nothing_of_it(self, route_class: RouteClass) -> None:
        plain = dict(security_headers(route_class, is_secure=False))
        safe = dict(security_headers(route_class, is_secure=True))
        assert safe.keys() - plain.keys() == {b"strict-transport-security"}

    @pytest.mark.parametrize("route_class", RouteClass)
    def test_that_nothing_is_sniffed_framed_or_loaded_from_elsewhere(self, route_class: RouteClass) -> None:
        headers = dict(security_headers(route_class, is_secure=False))
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert headers[b"x-frame-options"] == b"DENY"
        assert headers[b"referrer-policy"] == b"no-referrer"
        policy = headers.get(b"content-security-policy")
        # Of a page that guards itself the service says it; two policies would both have to be met.
        assert (policy is None) == (route_class is RouteClass.SELF_GUARDED)
        if policy is not None:
            assert b"frame-ancestors 'none'" in policy
            assert policy.startswith((b"default-src 'none'", b"default-src 'self'"))
            assert b"http" not in policy
        assert security_lines(route_class, is_secure=False) == b"".join(b"%b: %b\r\n" % p for p in headers.items())
