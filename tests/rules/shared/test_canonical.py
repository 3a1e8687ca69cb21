"""The canonical encoding is RFC 8785's, whichever encoder answers."""

import math

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.events.canonical import LARGEST_NUMBER, canonical_bytes

TEXT = st.text(st.characters(codec="utf-8"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
# Keys about which orders by code point, by UTF-8 and by UTF-16 disagree are among them.
KEYS = TEXT | st.sampled_from(["\ue000", "\U0001f600", "é", "e", "E"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_object_is_encoded_as_the_reference_does(value: dict[str, object]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON value


def test_numbers_with_a_fraction_are_written_as_the_standard_says() -> None:
    value = {"a": [1.0, 1e21, 1e-7, 0.1, -0.0, 1e16], "b": {"c": math.pi}}
    expected = b'{"a":[1,1e+21,1e-7,0.1,0,10000000000000000],"b":{"c":3.141592653589793}}'
    assert canonical_bytes(value) == expected
