"""What of a request's head reaches a service, and what of an answer's reaches the client."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.authentication.credentials import bearer_token
from services.gateway.proxy.headers import (
    HOP_BY_HOP,
    Headers,
    client_lines,
    service_lines,
    to_client,
    to_service,
)
from shared.errors import ServiceError

OWN: Headers = [(b"host", b"service"), (b"x-territory-id", b"DK"), (b"x-request-id", b"r"), (b"traceparent", b"t")]


HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"accept", b"x-user-id", b"connection", b"etag", b"te", b"date", b"x-odd", b"if-match"]),
        st.sampled_from([b"keep-alive", b"close", b"x-odd, etag", b"", b'"1"', b'"2-br"', b"Accept"]),
    )
)
OWN_LINES = b"".join(b"%b: %b\r\n" % pair for pair in OWN)

# Forty names by which somebody somewhere has been believed to be somebody else.
FORGED = (
    *(b"x-user-id", b"x-user", b"x-user-roles", b"x-username", b"x-account-id", b"x-roles", b"x-role", b"x-actor"),
    *(b"x-principal", b"x-subject", b"x-scopes", b"x-permissions", b"x-tenant-id", b"x-territory-id", b"x-territory"),
    *(b"x-pod-id", b"x-auth-user", b"x-auth-request-email", b"x-authenticated-user", b"x-remote-user", b"remote-user"),
    *(b"x-session-id", b"x-internal-token", b"x-service-account", b"x-ms-client-principal", b"x-amzn-oidc-identity"),
    *(b"x-goog-authenticated-user-id", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"),
    *(b"x-forwarded-user", b"x-forwarded-client-cert", b"forwarded", b"x-real-ip", b"true-client-ip", b"x-client-ip"),
    *(b"cf-connecting-ip", b"x-original-url", b"x-rewrite-url", b"x-http-method-override"),
)


def with_underscores(name: bytes) -> bytes:
    return name.replace(b"-", b"_")


def with_one_underscore(name: bytes) -> bytes:
    return name[::-1].replace(b"-", b"_", 1)[::-1]


def as_it_is(name: bytes) -> bytes:
    return name


class TestOnTheWayToAService:
    def test_there_are_forty(self) -> None:
        assert len(set(FORGED)) == 40

    @pytest.mark.parametrize("spelling", [as_it_is, with_underscores, with_one_underscore])
    @pytest.mark.parametrize("name", FORGED)
    def test_nobody_is_believed_to_be_another(self, name: bytes, spelling: Callable[[bytes], bytes]) -> None:
        said = [(spelling(name), b"forged"), (b"accept", b"*/*")]
        assert to_service(said, OWN) == [(b"accept", b"*/*"), *OWN]
        assert service_lines(said, OWN_LINES) == b"accept: */*\r\n" + OWN_LINES

    @pytest.mark.parametrize(
        "name",
        [
            b"accept-encoding",
            b"via",
            b"x-request-id",
            b"traceparent",
            b"tracestate",
            b"host",
            b"content-length",
            b"x.user.id",
            b"x!accept",
            *sorted(HOP_BY_HOP),
        ],
    )
    def test_nothing_passes_that_is_between_two_or_the_gateways_to_say(self, name: bytes) -> None:
        assert to_service([(name, b"forged")], OWN) == OWN
        assert service_lines([(name, b"forged")], OWN_LINES) == OWN_LINES

    def test_what_is_the_clients_to_say_passes(self) -> None:
        said = [
            (b"authorization", b"Bearer a"),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"k"),
            (b"if-match", b'"1"'),
            (b"if-none-match", b'"1"'),
            (b"x-reason", b"asked"),
            (b"last-event-id", b"7"),
            (b"range", b"bytes=0-1"),
            (b"cookie", b"a=b"),
            (b"accept", b"*/*"),
        ]
        assert to_service(said, OWN) == said + OWN

    @pytest.mark.parametrize(
        "connections", [[b"close, X-Secret"], [b"keep-alive", b"x-secret"], [b",X-SECRET ,"], [b"\tx-secret\t"]]
    )
    def test_what_the_connection_header_names_stays_here(self, connections: list[bytes]) -> None:
        said = [(b"x-secret", b"1"), *((b"connection", value) for value in connections), (b"accept", b"*/*")]
        assert to_service(said, OWN) == [(b"accept", b"*/*"), *OWN]
        assert service_lines(said, OWN_LINES) == b"accept: */*\r\n" + OWN_LINES

    def test_a_tag_of_an_encoded_answer_is_the_services_own_again(self) -> None:
        said = [(b"if-match", b'"7-br"'), (b"if-none-match", b'W/"a", "b-gzip","c"')]
        assert to_service(said, []) == [(b"if-match", b'"7"'), (b"if-none-match", b'W/"a", "b","c"')]
        assert service_lines(said, b"") == b'if-match: "7"\r\nif-none-match: W/"a", "b","c"\r\n'

    @given(st.lists(st.tuples(st.from_regex(rb"[a-z_-]{1,20}", fullmatch=True), st.binary(max_size=5))))
    def test_each_of_the_gateways_own_is_there_once(self, said: Headers) -> None:
        names = [name for name, _ in to_service(said, OWN)]
        assert [names.count(name) for name, _ in OWN] == [1] * len(OWN)

    @given(HEADERS)
    def test_the_lines_say_what_the_list_says(self, said: Headers) -> None:
        assert service_lines(said, OWN_LINES) == b"".join(b"%b: %b\r\n" % pair for pair in to_service(said, OWN))

    def test_thousands_of_invented_names_are_not_remembered(self) -> None:
        for number in range(20_000):
            to_service([(b"x-invented-%d" % number, b"")], [])
        assert to_service([(b"x-user-id", b"1"), (b"accept", b"*/*")], []) == [(b"accept", b"*/*")]


class TestOnTheWayBack:
    def test_hops_and_the_server_stay_here(self) -> None:
        answered = [
            (b"connection", b"keep-alive, x-inner"),
            (b"x-inner", b"1"),
            (b"transfer-encoding", b"chunked"),
            (b"server", b"uvicorn"),
            (b"date", b"now"),
            (b"etag", b'"1"'),
            (b"set-cookie", b"a"),
            (b"set-cookie", b"b"),
        ]
        passed = [(b"etag", b'"1"'), (b"set-cookie", b"a"), (b"set-cookie", b"b")]
        assert to_client(answered) == passed
        assert client_lines(answered) == b'etag: "1"\r\nset-cookie: a\r\nset-cookie: b\r\n'

    @given(HEADERS)
    def test_the_lines_say_what_the_list_says(self, answered: Headers) -> None:
        assert client_lines(answered) == b"".join(b"%b: %b\r\n" % pair for pair in to_client(answered))


class TestTheBearerToken:
    @pytest.mark.parametrize("value", [b"Bearer abc", b"bearer abc", b"BEARER  abc "])
    def test_its_scheme_is_read_in_any_case(self, value: bytes) -> None:
        assert bearer_token([(b"authorization", value)]) == "abc"

    def test_there_may_be_none(self) -> None:
        assert bearer_token([(b"accept", b"*/*")]) is None

    @pytest.mark.parametrize("value", [b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"abc", b"Bearerabc"])
    def test_another_scheme_or_an_empty_one_is_refused(self, value: bytes) -> None:
        with pytest.raises(ServiceError) as refusal:
            bearer_token([(b"authorization", value)])
        assert refusal.value.code == "token-malformed"

    def test_two_are_refused_even_when_they_agree(self) -> None:
        with pytest.raises(ServiceError) as refusal:
            bearer_token([(b"authorization", b"Bearer abc")] * 2)
        assert refusal.value.code == "bad-request"
