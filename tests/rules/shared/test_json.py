"""Reading JSON strictly, cursors, and the words for what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import Kind, ServiceError
from shared.web.bodies import parse_json
from shared.web.problems import validation_failed

MALFORMED = [
    b"",
    b"{",
    b"{'a': 1}",
    b"[1,]",
    b"nul",
    b"NaN",
    b"[Infinity]",
    b"[-Infinity]",
    b"1e999",
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b"\xef\xbb\xbf{}",
    b'{"a":1} {"b":2}',
    b"[" * 5000,
    b"9" * 400,
]
NOT_STORABLE = [
    b'"a\\u0000b"',
    b'{"a\\u0000": 1}',
    b'"\\ud800"',
    b'"\\udfff"',
    b'"\\ud800\\ud800"',
    b'["\\ud83dx"]',
    b"9223372036854775808",
    b"-9223372036854775809",
    b"[1" + b"0" * 30 + b"]",
    b"[" * 33 + b"]" * 33,
    b'{"a":' * 33 + b"1" + b"}" * 33,
]
FINE = [
    (b"{}", {}),
    (b'"\\ud83d\\ude00"', "😀"),
    (b"9223372036854775807", 2**63 - 1),
    (b"-9223372036854775808", -(2**63)),
    (b"1.5e10", 1.5e10),
    (b"null", None),
    (b"[" * 32 + b"]" * 32, None),
]


def refusal_of(raw: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as refusal:
        parse_json(raw)
    return refusal.value


@pytest.mark.parametrize("raw", MALFORMED, ids=lambda raw: repr(raw[:20]))
def test_what_is_no_json_is_malformed(raw: bytes) -> None:
    refusal = refusal_of(raw)
    assert (refusal.kind, refusal.code) == (Kind.MALFORMED, "malformed-json")


@pytest.mark.parametrize("raw", NOT_STORABLE, ids=lambda raw: repr(raw[:20]))
def test_what_no_database_can_hold_is_invalid(raw: bytes) -> None:
    refusal = refusal_of(raw)
    assert (refusal.kind, refusal.code) == (Kind.INVALID, "json-not-storable")


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"events":[{},{"data":{"a/b~c":"\\u0000"}}]}', "/events/1/data/a~1b~0c"),
        (b'{"a":{"\\u0000":1}}', "/a"),
        (b'{"a":[1,123456789012345678901234567890]}', "/a/1"),
        (b'{"a":"\\ud800"}', ""),
    ],
)
def test_where_it_is_that_cannot_be_held_is_pointed_at(raw: bytes, pointer: str) -> None:
    assert [fault.pointer for fault in refusal_of(raw).errors] == [pointer]


@pytest.mark.parametrize(("raw", "value"), FINE, ids=lambda part: repr(part)[:20])
def test_everything_else_is_read(raw: bytes, value: object) -> None:
    assert value is None or parse_json(raw) == value


def kind_of(raw: bytes) -> Kind | None:
    try:
        parse_json(raw)
    except ServiceError as refusal:
        return refusal.kind
    return None


@given(st.binary(max_size=60))
def test_no_bytes_do_anything_else(raw: bytes) -> None:
    assert kind_of(raw) in {None, Kind.MALFORMED, Kind.INVALID}


@given(st.lists(st.one_of(st.text(), st.integers(-(2**53), 2**53)), max_size=4))
def test_a_cursor_comes_back_as_it_was_given(values: list[str | int]) -> None:
    if all(not isinstance(value, str) or value.isprintable() for value in values):
        cursor = encode_cursor(*values)
        if len(cursor) <= 512:
            assert decode_cursor(cursor, *map(type, values)) == tuple(values)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "=", "%00", "\x00", "é", "bnVsbA", "e30", "W10", encode_cursor("a"), encode_cursor(1, 2), "W" * 600],
)
def test_a_cursor_that_was_not_given_is_invalid(cursor: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        decode_cursor(cursor, int)
    assert (refusal.value.kind, refusal.value.code) == (Kind.INVALID, "bad-cursor")


def test_a_complaint_points_at_the_field_and_never_quotes_it() -> None:
    complaints: list[dict[str, Any]] = [
        {"loc": ("body", "a/b~c", 0), "type": "string_too_short", "msg": "String should have at least 3 characters"},
        {"loc": ("query", "limit"), "type": "int_parsing", "msg": "Input should be a valid integer"},
        {
            "loc": ("path", "id"),
            "type": "uuid_parsing",
            "msg": "Input should be a valid UUID, invalid character: found `hunter2` at 1",
            "ctx": {"error": "invalid character: found `hunter2` at 1"},
        },
        {"loc": ("body", "x" * 5000), "type": "extra_forbidden", "msg": "Extra inputs are not permitted"},
    ]
    first, second, third, fourth = validation_failed(complaints).errors
    assert (first.pointer, first.code) == ("/a~1b~0c/0", "string-too-short")
    assert (second.pointer, second.code) == ("?limit", "int-parsing")
    assert (third.pointer, third.detail) == ("path:id", "Input should be a valid UUID")
    assert len(fourth.pointer) == 200


def test_ten_thousand_wrong_fields_are_fifty_complaints() -> None:
    complaint = {"loc": ("body", "x"), "type": "extra_forbidden", "msg": "Extra inputs are not permitted"}
    assert len(validation_failed([complaint] * 10_000).errors) == 50
