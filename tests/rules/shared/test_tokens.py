"""Access tokens: the true ones are read, every forgery is refused with the code that says why."""

import json
import string
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Kind, ServiceError
from shared.identity.tokens import read_header, unverified_territory, verify_signature
from shared.territory.territory import Territory, describe_territory
from tests.support.forger import hmac_signed, public_bytes, segment, signed, signed_raw, true_claims

KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate()


def land(code: str) -> Territory:
    return describe_territory(code, pod="dk", name="", locale="da-DK", domain="unityplan.org")


DK = land("DK")


def refusal_of(token: str) -> str:
    """The code that a verifier with the right key answers."""

    def verify() -> None:
        read_header(token)
        verify_signature(token, KEY.public_key(), DK)

    with pytest.raises(ServiceError) as refused:
        verify()
    assert refused.value.kind is Kind.UNAUTHENTICATED
    return refused.value.code


def with_claims(**changed: object) -> str:
    claims = true_claims(DK) | changed
    return signed(KEY, {name: value for name, value in claims.items() if value is not ...})


def test_a_true_token_says_who_calls() -> None:
    claims = true_claims(DK)
    principal = verify_signature(signed(KEY, claims), KEY.public_key(), DK)
    assert (str(principal.account_id), str(principal.session_id)) == (claims["sub"], claims["sid"])
    assert principal.actor == claims["sub"]
    assert (principal.territory, principal.roles, principal.aal) == ("DK", (), "aal1")
    assert principal.expires_at.timestamp() == claims["exp"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"alg": "none"}, "token-algorithm"),
        ({"alg": "None"}, "token-algorithm"),
        ({"alg": "HS256"}, "token-algorithm"),
        ({"alg": "ES256"}, "token-algorithm"),
        ({"alg": "eddsa"}, "token-algorithm"),
        ({"alg": ["EdDSA"]}, "token-algorithm"),
        ({"alg": None}, "token-algorithm"),
        ({"typ": "JWT"}, "token-malformed"),
        ({"typ": "at+JWT"}, "token-malformed"),
        ({"typ": None}, "token-malformed"),
        ({"kid": None}, "token-malformed"),
        ({"kid": 1}, "token-malformed"),
        ({"kid": ["current"]}, "token-malformed"),
        ({"crit": ["exp"]}, "token-malformed"),
        ({"crit": []}, "token-malformed"),
        ({"b64": False}, "token-malformed"),
        ({"jku": "https://evil.example/jwks.json"}, "token-malformed"),
        ({"x5u": "https://evil.example/cert.pem"}, "token-malformed"),
        ({"x5c": ["MIIB"]}, "token-malformed"),
        ({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": ""}}, "token-malformed"),
        ({"cty": "JWT"}, "token-malformed"),
        ({"zip": "DEF"}, "token-malformed"),
    ],
)
def test_a_header_that_is_not_ours_is_refused(headers: dict[str, Any], code: str) -> None:
    assert refusal_of(signed(KEY, true_claims(DK), headers=headers)) == code


@pytest.mark.parametrize(
    "missing", ["sub", "sid", "territory", "roles", "aal", "iss", "aud", "jti", "iat", "nbf", "exp"]
)
def test_a_token_without_one_of_its_claims_is_refused(missing: str) -> None:
    assert refusal_of(with_claims(**{missing: ...})) == "token-claims"


NOW = true_claims(DK)["iat"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": NOW - 60}, "token-expired"),
        ({"nbf": NOW + 600}, "token-not-yet-valid"),
        ({"iat": NOW + 600}, "token-not-yet-valid"),
        ({"aud": "another"}, "token-audience"),
        ({"aud": ["unityplan"]}, "token-audience"),
        ({"aud": ["unityplan", "another"]}, "token-audience"),
        ({"aud": ""}, "token-claims"),
        ({"iss": "https://no.unityplan.org"}, "token-issuer"),
        ({"iss": "http://dk.unityplan.org"}, "token-issuer"),
        ({"iss": ["https://dk.unityplan.org"]}, "token-issuer"),
        ({"territory": "NO"}, "token-claims"),
        ({"territory": "dk"}, "token-claims"),
        ({"territory": ["DK"]}, "token-claims"),
        ({"sub": "anna"}, "token-claims"),
        ({"sub": ""}, "token-claims"),
        ({"sid": 7}, "token-claims"),
        ({"sid": "{0198c1f0-0000-7000-8000-000000000000}"}, "token-claims"),
        ({"roles": "admin"}, "token-claims"),
        ({"roles": [1]}, "token-claims"),
        ({"roles": {"admin": True}}, "token-claims"),
        ({"aal": 1}, "token-claims"),
        ({"jti": 1}, "token-malformed"),
        ({"exp": str(NOW + 900)}, "token-claims"),
        ({"exp": [NOW + 900]}, "token-malformed"),
        ({"exp": {}}, "token-malformed"),
        ({"exp": True}, "token-expired"),
        ({"exp": 1e300}, "token-claims"),
        ({"exp": float("inf")}, "token-malformed"),
        ({"exp": NOW + 10 * 365 * 86400}, "token-claims"),
        ({"iat": NOW - 5 * 86400, "nbf": NOW - 5 * 86400}, "token-claims"),
        ({"nbf": "0"}, "token-claims"),
        ({"iat": -1}, "token-claims"),
    ],
)
def test_a_claim_that_is_wrong_is_refused_though_truly_signed(changed: dict[str, Any], code: str) -> None:
    assert refusal_of(with_claims(**changed)) == code


def test_a_token_of_another_key_is_refused() -> None:
    assert refusal_of(signed(OTHER_KEY, true_claims(DK))) == "token-signature"


def test_the_public_key_is_no_shared_secret() -> None:
    assert refusal_of(hmac_signed(public_bytes(KEY), true_claims(DK))) == "token-algorithm"


def test_a_changed_payload_is_refused() -> None:
    header, _, signature = signed(KEY, true_claims(DK)).split(".")
    payload = segment(json.dumps(true_claims(DK) | {"roles": ["admin"]}).encode())
    assert refusal_of(f"{header}.{payload}.{signature}") == "token-signature"


def test_a_name_that_stands_twice_is_refused_however_it_is_written() -> None:
    header = json.dumps({"alg": "EdDSA", "typ": "at+jwt", "kid": "current"})
    text = json.dumps(true_claims(DK))
    for second in ('"sub":"x"', '"\\u0073ub" : "x"', '"sub" :"x"', '"more":{"a":1,"a":2}'):
        assert refusal_of(signed_raw(KEY, header, f"{text[:-1]},{second}}}")) == "token-malformed"
    for second in ('"alg":"EdDSA"', '"\\u006bid":"other"'):
        assert refusal_of(signed_raw(KEY, f"{header[:-1]},{second}}}", text)) == "token-malformed"


def test_one_token_has_one_spelling() -> None:
    token = signed(KEY, true_claims(DK))
    header, payload, signature = token.split(".")
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet[alphabet.index(signature[-1]) ^ 1]
    spellings = [
        f"{token}==",
        f"{token}\n",
        f" {token}",
        f"{header}.{payload}.{signature[:-1]}{last}",
        f"{header}.{payload}.{signature[:40]}\n{signature[40:]}",
        f"{header}.{payload}.{signature[:40]}*{signature[40:]}",
        f"{header}=.{payload}.{signature}",
        f"{header}.{payload}.{signature.replace('-', '+').replace('_', '/')}+",
        f"{header}.{payload}.",
        f"{header}..{signature}",
        f"{header}.{payload}",
        f"{token}.{signature}",
        "",
        "..",
        "a.b.c",
    ]
    for spelling in spellings:
        assert refusal_of(spelling) in {"token-malformed", "token-signature"}, spelling


@pytest.mark.parametrize("payload", ["[]", "1", '"x"', "null", "", "{", "{}x", "[" * 3000])
def test_a_payload_that_is_no_object_is_refused(payload: str) -> None:
    header = json.dumps({"alg": "EdDSA", "typ": "at+jwt", "kid": "current"})
    assert refusal_of(signed_raw(KEY, header, payload)) == "token-malformed"


def test_a_token_inside_a_token_is_refused() -> None:
    header = json.dumps({"alg": "EdDSA", "typ": "at+jwt", "kid": "current"})
    assert refusal_of(signed_raw(KEY, header, signed(KEY, true_claims(DK)))) == "token-malformed"


def test_a_token_beyond_8_kb_is_refused_unread() -> None:
    assert refusal_of(with_claims(more="x" * 9000)) == "token-malformed"


def test_the_unverified_territory_only_reads() -> None:
    assert unverified_territory(signed(OTHER_KEY, true_claims(land("NO")))) == "NO"
    assert unverified_territory(with_claims(territory=["NO"])) is None
    assert unverified_territory("") is None


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: f"{segment(raw)}.{segment(raw)}.{segment(raw)}"))
def test_no_text_is_more_than_refused(text: str) -> None:
    assert refusal_of(text).startswith("token-")
    assert unverified_territory(text) is None or isinstance(unverified_territory(text), str)
