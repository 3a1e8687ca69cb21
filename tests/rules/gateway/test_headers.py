"""What of a request's head reaches a service, and what of an answer's reaches the client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.authentication.credentials import bearer_token
from services.gateway.proxy.headers import Headers, to_client, to_service
from shared.errors import ServiceError

OWN: Headers = [(b"host", b"service"), (b"x-territory-id", b"DK"), (b"x-request-id", b"r"), (b"traceparent", b"t")]


class TestOnTheWayToAService:
    @pytest.mark.parametrize(
        "name",
        [
            b"x-user-id",
            b"x-user",
            b"x-roles",
            b"x-territory-id",
            b"x-forwarded-for",
            b"x-forwarded-host",
            b"x-forwarded-proto",
            b"x-original-url",
            b"x-account-id",
            b"x-auth-request-user",
            b"forwarded",
            b"x-real-ip",
            b"via",
            b"x-request-id",
            b"traceparent",
            b"host",
            b"x_territory_id",
            b"x_user_id",
            b"transfer-encoding",
            b"te",
            b"upgrade",
            b"expect",
            b"proxy-authorization",
            b"connection",
            b"keep-alive",
            b"content-length",
        ],
    )
    def test_no_word_of_the_client_about_it_passes(self, name: bytes) -> None:
        assert to_service([(name, b"forged")], OWN) == OWN

    def test_what_is_the_clients_to_say_passes(self) -> None:
        said = [
            (b"authorization", b"Bearer a"),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"k"),
            (b"if-match", b'"1"'),
            (b"if-none-match", b'"1"'),
            (b"accept", b"*/*"),
        ]
        assert to_service(said, OWN) == said + OWN

    def test_what_the_connection_header_names_stays_here(self) -> None:
        said = [(b"connection", b"close, X-Secret"), (b"x-secret", b"1"), (b"accept", b"*/*")]
        assert to_service(said, OWN) == [(b"accept", b"*/*"), *OWN]

    @given(st.lists(st.tuples(st.from_regex(rb"[a-z_-]{1,20}", fullmatch=True), st.binary(max_size=5))))
    def test_each_of_the_gateways_own_is_there_once(self, said: Headers) -> None:
        names = [name for name, _ in to_service(said, OWN)]
        assert [names.count(name) for name, _ in OWN] == [1] * len(OWN)


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
        assert to_client(answered) == [(b"etag", b'"1"'), (b"set-cookie", b"a"), (b"set-cookie", b"b")]


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
