"""The offline verifier's own cryptography and encoding, against the vectors of their standards and a second opinion."""

import ast
import json
import math
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from services.event.proofs.merkle_tree import consistency_ranges, inclusion_ranges, range_hash
from tests.rules.event.test_merkle_tree import leaf, stored_nodes
from verifier import unityplan_verify as verifier
from verifier.unityplan_verify import (
    ORDER,
    Unusable,
    canonical,
    is_consistent,
    is_signed,
    number_text,
    parsed,
    root_from_inclusion,
)

# RFC 8032 §7.1: public key, message, signature of tests 1, 2, 3 and SHA(abc).
ED25519 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), ED25519)
def test_the_vectors_of_rfc_8032_verify_and_none_of_their_neighbours_does(
    key: str, message: str, signature: str
) -> None:
    public, text, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(public, text, signed)
    assert not is_signed(public, text + b"\x00", signed)
    for at in (0, 31, 32, 63):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert not is_signed(public, text, bytes(changed))
    larger = signed[:32] + (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")
    assert not is_signed(public, text, larger)
    assert not is_signed(public, text, signed[:63])


# Points of small order (the neutral one, order 2, order 4): with them anybody's signature would hold.
@pytest.mark.parametrize(
    "key", ["01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 32, "01" + "00" * 30 + "80", "ff" * 32]
)
def test_a_key_that_is_no_key_signs_nothing(key: str) -> None:
    assert not is_signed(bytes.fromhex(key), b"", bytes.fromhex("01" + "00" * 63))


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_the_service_signs_verifies(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert is_signed(key.public_key().public_bytes_raw(), message, key.sign(message))


# RFC 8785 appendix B: IEEE 754 bits and what they are written as.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_rfc_8785_wants(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert number_text(value) == text


def test_keys_are_ordered_by_utf_16_and_text_is_escaped_as_rfc_8785_wants() -> None:
    # §3.2.3 and §3.2.2.
    raw = r'{"€":"Euro","\r":"CR","\ufb33":"Hebrew","1":"One","😀":"Smile","\u0080":"Control","ö":"Latin"}'
    assert list(json.loads(canonical(parsed(raw.encode())))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    escaped = r'{"string":"€$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    assert canonical(parsed(escaped.encode())).decode() == (
        '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=500)
@given(ANY)
def test_any_value_is_written_as_the_reference_encoder_writes_it(value: Any) -> None:  # noqa: ANN401 (any JSON value)
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=500)
@given(st.integers(0, 2**64 - 1))
def test_any_double_is_written_as_the_reference_encoder_writes_it(bits: int) -> None:
    (value,) = struct.unpack(">d", bits.to_bytes(8, "big"))
    if math.isfinite(value):
        assert number_text(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b"9007199254740992",
        b"1" * 5000,
        b"1." + b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 1100 + b"]" * 1100,
        b'{"a":1,"a":1}',
        b'"\\ud800"',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'"\n"',
    ],
)
def test_json_with_more_than_one_meaning_or_none_is_not_read(raw: bytes) -> None:
    with pytest.raises(Unusable):
        parsed(raw)


@settings(max_examples=100)
@given(st.integers(1, 600), st.data())
def test_paths_of_a_real_tree_prove_and_no_other_does(size: int, data: st.DataObject) -> None:
    tree, stored = stored_nodes(size)
    index = data.draw(st.integers(0, size - 1))
    path = [range_hash(bounds, stored) for bounds in inclusion_ranges(index, size)]
    assert root_from_inclusion(leaf(index), index, size, path) == tree.root
    assert root_from_inclusion(leaf(index), index, size, [*path, leaf(0)]) is None
    if path:
        assert root_from_inclusion(leaf(index), index, size, path[1:]) is None
        assert root_from_inclusion(leaf(index), index, size, [leaf(size), *path[1:]]) != tree.root


@settings(max_examples=100)
@given(st.integers(1, 600), st.data())
def test_a_larger_tree_proves_that_it_extends_a_smaller_one(size: int, data: st.DataObject) -> None:
    tree, stored = stored_nodes(size)
    old = data.draw(st.integers(1, size))
    old_root = stored_nodes(old)[0].root
    path = [range_hash(bounds, stored) for bounds in consistency_ranges(old, size)] if old < size else []
    assert is_consistent(old, size, old_root, tree.root, path)
    assert not is_consistent(old, size, leaf(size), tree.root, path)
    assert not is_consistent(old, size, old_root, leaf(size), path)
    assert not is_consistent(old, size, old_root, tree.root, [*path, leaf(0)])
    for at in range(len(path)):
        changed = [*path[:at], leaf(size), *path[at + 1 :]]
        assert not is_consistent(old, size, old_root, tree.root, changed)
        assert not is_consistent(old, size, old_root, tree.root, path[:at])


def test_it_is_one_file_of_python_3_8_and_the_standard_library() -> None:
    source = Path(verifier.__file__).read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
