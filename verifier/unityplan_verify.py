#!/usr/bin/env python3
"""Checks a bundle of events of a UnityPlan territory offline, with nothing but Python 3.8 or later.

    python unityplan_verify.py bundle.json [--key BASE64 | --key-file FILE] [--head OLDER_HEAD.json]

A bundle is what `GET /api/events/bundle` answers. Checked are the signature of its head, each event against its leaf,
each leaf's path to the head's root and, against a head that you kept, that nothing before it has changed.
Exit code 0: valid. 1: not valid; what is wrong is named, with the first bad position. 2: it cannot be read.

Sources: Ed25519, RFC 8032 §5.1; canonical JSON, RFC 8785; the Merkle tree and its proofs, RFC 6962 §2.1 and the
algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

VALID, NOT_VALID, UNUSABLE = 0, 1, 2
FORMAT = "unityplan-bundle/1"
LARGEST_FILE = 512 * 1024 * 1024
LARGEST_INTEGER = 2**53 - 1
LONGEST_NUMBER = 400
HASHED = ("id", "stream", "version", "type", "schema_version", "actor", "occurred_at", "data", "metadata")
SIGNED = ("territory", "epoch", "tree_size", "root_hash", "signed_at", "key_id")
COMMON = ("format", "territory", "epoch", "keys", "head", "consistency", "events")


class NotValid(Exception):
    """The bundle is readable, and does not hold."""


class Unusable(Exception):
    """The input is not a bundle, a head or a key."""


# --- Ed25519 (RFC 8032 §5.1): verification only, so nothing secret is touched and time may vary -----------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
KEY_BYTES, SIGNATURE_BYTES = 32, 64


class Point(NamedTuple):
    """Extended homogeneous coordinates: x = X/Z, y = Y/Z, x·y = T/Z (§5.1.4)."""

    x: int
    y: int
    z: int
    t: int


NEUTRAL = Point(0, 1, 1, 0)


def _added(p: Point, q: Point) -> Point:
    a, b = (p.y - p.x) * (q.y - q.x) % P, (p.y + p.x) * (q.y + q.x) % P
    c, d = 2 * p.t * q.t * D % P, 2 * p.z * q.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def _multiplied(factor: int, p: Point) -> Point:
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = _added(result, p)
        p = _added(p, p)
        factor >>= 1
    return result


def _recovered_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _decoded(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = _recovered_x(y, number >> 255)
    return None if x is None else Point(x, y, 1, x * y % P)


def _encoded(p: Point) -> bytes:
    inverse = pow(p.z, P - 2, P)
    x, y = p.x * inverse % P, p.y * inverse % P
    return (y | (x & 1) << 255).to_bytes(KEY_BYTES, "little")


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recovered_x(_BASE_Y, 0) or 0
BASE = Point(_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 (§5.1.7), without the cofactor; keys of small order and encodings that are not the shortest refused."""
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key = _decoded(public_key)
    s = int.from_bytes(signature[KEY_BYTES:], "little")
    if key is None or s >= ORDER or _encoded(_multiplied(8, key)) == _encoded(NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:KEY_BYTES] + public_key + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    minus_key = Point(P - key.x, key.y, key.z, P - key.t)
    return _encoded(_added(_multiplied(s, BASE), _multiplied(k, minus_key))) == signature[:KEY_BYTES]


# --- Canonical JSON (RFC 8785) ----------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    """RFC 8785 JSON."""
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:  # noqa: ANN401, PLR0911 (any JSON value; one return a kind)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        # As §3.2.2.2 wants: the seven short escapes, other control characters as \u00xx, all else as it is.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(_text(name) + ":" + _text(value[name]) for name in names) + "}"


def number_text(value: float) -> str:
    """A double as ECMAScript writes it (§3.2.2.3): Python's repr has the same shortest digits."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Number::toString of ECMA-262: `point` is how many digits stand before the decimal point."""
    count = len(digits)
    if count <= point <= 21:  # noqa: PLR2004 (ECMA-262's own bound)
        return digits + "0" * (point - count)
    if 0 < point <= 21:  # noqa: PLR2004
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:  # noqa: PLR2004
        return "0." + "0" * -point + digits
    exponent = f"e{point - 1:+d}"
    return digits + exponent if count == 1 else digits[0] + "." + digits[1:] + exponent


# --- Reading what may be hostile --------------------------------------------------------------------------------------


def parsed(raw: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    """JSON of which every value has one meaning."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
        # Lone surrogates can be written in JSON, and cannot be encoded.
        _text(value).encode("utf-8")
    except UnicodeError:
        raise Unusable("text that is not Unicode") from None
    except (RecursionError, MemoryError):
        raise Unusable("nested too deeply") from None
    except ValueError:
        raise Unusable("not JSON") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Unusable("a member stands twice in an object")
    return value


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(int(text)) > LARGEST_INTEGER:
        raise Unusable("an integer beyond 2^53-1")
    return int(text)


def _float(text: str) -> float:
    if len(text) > LONGEST_NUMBER:
        raise Unusable("a number of too many digits")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Unusable("a number too large for a double")
    return value


def _constant(text: str) -> NoReturn:
    raise Unusable(f"{text} is not JSON")


def member(value: Any, name: str, kind: type | tuple[type, ...]) -> Any:  # noqa: ANN401 (any JSON value)
    """A member of an object, of the kind that it must be."""
    if not isinstance(value, dict) or name not in value:
        raise Unusable(f"{name} is missing")
    found = value[name]
    # True is an int to Python.
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is int):
        raise Unusable(f"{name} is not what it must be")
    return found


def count(value: Any, name: str) -> int:  # noqa: ANN401 (any JSON value)
    """A member that is a positive integer."""
    found: int = member(value, name, int)
    if found < 1:
        raise Unusable(f"{name} is not positive")
    return found


def hash_of(text: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    """A hash in lower-case hex."""
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{64}", text):
        raise Unusable("a hash is not 64 characters of lower-case hex")
    return bytes.fromhex(text)


def from_base64(text: str, what: str, length: int) -> bytes:
    """Bytes of a known length."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Unusable(f"{what} is not base64") from None
    if len(decoded) != length or base64.b64encode(decoded).decode() != text:
        raise Unusable(f"{what} is not {length} bytes in base64")
    return decoded


# --- The tree ---------------------------------------------------------------------------------------------------------


def leaf_hash(event: dict[str, Any]) -> bytes:
    """SHA-256(0x00 ‖ canonical JSON)."""
    return hashlib.sha256(b"\x00" + canonical(event)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162 §2.1.3.2); None when it is too long or too short."""
    node, last = leaf, size - 1
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = _node(step, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = _node(node, step)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the tree of `new` leaves extends that of `old` (RFC 9162 §2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    steps = ([old_root] if old & (old - 1) == 0 else []) + path
    if not steps:
        return False
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = _node(step, first), _node(step, second)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            second = _node(second, step)
        index, last = index >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# --- Heads and bundles ------------------------------------------------------------------------------------------------


class Head(NamedTuple):
    """A signed head that has the right form."""

    fields: dict[str, Any]
    size: int
    root: bytes
    signature: bytes

    def is_signed_with(self, key: bytes) -> bool:
        """Whether the signature is that key's."""
        return is_signed(key, canonical({name: self.fields[name] for name in SIGNED}), self.signature)


def read_head(value: Any) -> Head:  # noqa: ANN401 (any JSON value)
    """A head as `GET /api/events/head` gives it."""
    for name in ("territory", "epoch", "root_hash", "signed_at", "key_id", "signature"):
        member(value, name, str)
    if set(value) != {*SIGNED, "signature"}:
        raise Unusable("a head with members that it does not have")
    signature = from_base64(value["signature"], "the head's signature", SIGNATURE_BYTES)
    return Head(value, count(value, "tree_size"), hash_of(value["root_hash"]), signature)


def key_id_of(key: bytes) -> str:
    """How heads name a key."""
    return hashlib.sha256(key).hexdigest()[:16]


def read_keys(bundle: Any) -> dict[str, bytes]:  # noqa: ANN401 (any JSON value)
    """The keys that a bundle brings, by id."""
    keys = {}
    for item in member(bundle, "keys", list):
        key = from_base64(member(item, "public_key", str), "a key", KEY_BYTES)
        if member(item, "algorithm", str) != "Ed25519":
            raise Unusable("a key that is not Ed25519")
        if member(item, "key_id", str) != key_id_of(key):
            raise NotValid(f"key {item['key_id']}: that is not this key's id")
        keys[key_id_of(key)] = key
    return keys


def check_signature(head: Head, keys: dict[str, bytes], pinned: bytes | None) -> None:
    """The head's signature, by the pinned key if there is one."""
    key_id = head.fields["key_id"]
    if pinned is not None and key_id != key_id_of(pinned):
        raise NotValid(f"the head is signed with key {key_id}, not with yours, {key_id_of(pinned)}")
    key = pinned if pinned is not None else keys.get(key_id)
    if key is None:
        raise NotValid(f"the head is signed with key {key_id}, which is not among the bundle's")
    if not head.is_signed_with(key):
        raise NotValid("the signature of the head is not its key's")


def check_items(bundle: dict[str, Any], head: Head) -> tuple[int, int]:
    """Every position; how many events are shown and how many withheld."""
    shown, before = 0, 0
    items = member(bundle, "events", list)
    for item in items:
        position = count(item, "position")
        if position <= before:
            raise NotValid(f"position {position}: it comes after position {before}")
        before = position
        shown += check_item(item, position, head)
    return shown, len(items) - shown


def check_item(item: dict[str, Any], position: int, head: Head) -> bool:
    """One position; whether its event is shown."""
    if set(item) != {"position", "leaf_hash", "event", "path"}:
        raise Unusable("an event with members that it does not have")
    leaf = hash_of(item["leaf_hash"])
    event = member(item, "event", (dict, type(None)))
    path = [hash_of(step) for step in member(item, "path", list)]
    if position > head.size:
        raise NotValid(f"position {position}: the head covers only {head.size}")
    if event is not None and (set(event) != set(HASHED) or leaf_hash(event) != leaf):
        raise NotValid(f"position {position}: the event is not the one that was recorded")
    if root_from_inclusion(leaf, position - 1, head.size, path) != head.root:
        raise NotValid(f"position {position}: its path does not lead to the signed root")
    return event is not None


def check_range(bundle: dict[str, Any]) -> str:
    """That every position is there."""
    first, last = count(bundle, "from"), count(bundle, "to")
    there = [item["position"] for item in bundle["events"]]
    if first > last:
        raise Unusable("`from` is larger than `to`")
    for at, position in enumerate(there):
        if position != first + at:
            raise NotValid(f"position {min(first + at, position)}: missing, or not in the range")
    if len(there) != last - first + 1:
        raise NotValid(f"position {min(first + len(there), last + 1)}: missing, or not in the range")
    return f"positions {first} to {last}"


def check_stream(bundle: dict[str, Any]) -> str:
    """That all events are of the stream, in order and, where it is said to be whole, each one there."""
    name, is_whole = member(bundle, "stream", str), member(bundle, "is_whole", bool)
    before = 0
    for item in bundle["events"]:
        position, event = item["position"], item["event"]
        if event is None or event["stream"] != name:
            raise NotValid(f"position {position}: not an event of stream {name}")
        version = count(event, "version")
        if version <= before or (is_whole and version != before + 1):
            raise NotValid(f"position {position}: version {version} of the stream comes after {before}")
        before = version
    if not bundle["events"]:
        raise NotValid("no events")
    return f"stream {json.dumps(name)}, {'whole' if is_whole else 'NOT whole: some of its events are not in it'}"


def check_consistency(bundle: dict[str, Any], head: Head) -> tuple[int, bytes] | None:
    """The proof that the head extends an earlier tree: its size and root."""
    proof = member(bundle, "consistency", (dict, type(None)))
    if proof is None:
        return None
    size, root = count(proof, "from"), hash_of(member(proof, "root_hash", str))
    path = [hash_of(step) for step in member(proof, "path", list)]
    if size > head.size or not is_consistent(size, head.size, root, head.root, path):
        raise NotValid(f"the head does not extend the tree of {size} events: something in it has changed")
    return size, root


def check_older(older: Head, head: Head, keys: dict[str, bytes], proved: tuple[int, bytes] | None) -> None:
    """That the bundle's head extends one that was kept."""
    key = keys.get(older.fields["key_id"])
    if key is None or not older.is_signed_with(key):
        raise NotValid("the older head is not signed with a key of this territory")
    for name in ("territory", "epoch"):
        if older.fields[name] != head.fields[name]:
            raise NotValid(f"the older head has another {name}: {older.fields[name]}")
    if older.size > head.size:
        raise NotValid(f"position {head.size + 1}: the older head covers {older.size} events, the bundle's {head.size}")
    if older.size < head.size:
        check_extension(older, proved)
    elif older.root != head.root:
        raise NotValid(f"two heads of {head.size} events with different roots: the record was forked")


def check_extension(older: Head, proved: tuple[int, bytes] | None) -> None:
    """That the tree from which consistency was proved is the older head's."""
    if proved is None or proved[0] != older.size:
        raise Unusable(f"no proof from the older head: ask for the bundle with since_size={older.size}")
    if proved[1] != older.root:
        raise NotValid(f"something in the first {older.size} events has changed since the older head")


def verify(bundle: Any, pinned: bytes | None = None, older: Any = None) -> list[str]:  # noqa: ANN401 (any JSON value)
    """What is proved, in lines for people.

    Raises:
        NotValid: something does not hold; Unusable: it is not a bundle.
    """
    if member(bundle, "format", str) != FORMAT:
        raise Unusable(f"its format is not {FORMAT}")
    part = ("stream", "is_whole") if "stream" in bundle else ("from", "to")
    for name in (*COMMON, *part):
        member(bundle, name, object)
    if len(bundle) != len(COMMON) + len(part):
        raise Unusable("a bundle with members that it does not have")
    head, keys = read_head(bundle["head"]), read_keys(bundle)
    kept = read_head(older) if older is not None else None
    for name in ("territory", "epoch"):
        if member(bundle, name, str) != head.fields[name]:
            raise NotValid(f"the head is of another {name}")
    check_signature(head, keys, pinned)
    shown, withheld = check_items(bundle, head)
    what = check_stream(bundle) if "stream" in bundle else check_range(bundle)
    proved = check_consistency(bundle, head)
    if kept is not None:
        trusted = keys if pinned is None else {**keys, key_id_of(pinned): pinned}
        check_older(kept, head, trusted, proved)
    return _lines(head, what, f"{shown} events shown, {withheld} withheld", kept, is_pinned=pinned is not None)


def _lines(head: Head, what: str, counts: str, kept: Head | None, *, is_pinned: bool) -> list[str]:
    fields = head.fields
    lines = [
        f"valid: {json.dumps(fields['territory'])}, {what}: {counts}",
        f"  in the record of {head.size} events, signed at {json.dumps(fields['signed_at'])}",
        f"  root {fields['root_hash']}",
    ]
    if is_pinned:
        lines.append(f"  signed with your key {fields['key_id']}")
    else:
        lines.append(f"  the key {fields['key_id']} was taken from the bundle and trusted: give --key to compare it")
    if kept is not None:
        lines.append(f"  extends the older head of {kept.size} events: nothing before it has changed")
    return lines


def read_file(path: str) -> bytes:
    """What is in a file."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise Unusable(getattr(error, "strerror", None) or "cannot be read") from None
    if len(raw) > LARGEST_FILE:
        raise Unusable("too large")
    return raw


def _pinned(given: argparse.Namespace) -> bytes | None:
    text = given.key
    if given.key_file is not None:
        text = read_file(given.key_file).decode("ascii", "replace").strip()
    return None if text is None else from_base64(text, "the key", KEY_BYTES)


def main(arguments: list[str] | None = None) -> int:
    """Read, check and tell."""
    parser = argparse.ArgumentParser(description="Checks a bundle of events of a UnityPlan territory, offline.")
    parser.add_argument("bundle", help="what GET /api/events/bundle answered")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key", metavar="BASE64", help="the territory's public key, as you know it")
    key.add_argument("--key-file", metavar="FILE", help="a file with it")
    parser.add_argument("--head", metavar="FILE", help="a head of the territory that you kept earlier")
    given = parser.parse_args(arguments)
    try:
        older = parsed(read_file(given.head)) if given.head is not None else None
        lines, code = verify(parsed(read_file(given.bundle)), _pinned(given), older), VALID
    except NotValid as fault:
        lines, code = [f"NOT valid: {fault}"], NOT_VALID
    except Unusable as fault:
        lines, code = [f"cannot be checked: {fault}"], UNUSABLE
    except (RecursionError, MemoryError):
        lines, code = ["cannot be checked: nested too deeply"], UNUSABLE
    # Whatever the terminal can show; a territory's text must not end this with a traceback.
    for line in lines:
        sys.stdout.write(line.encode("ascii", "backslashreplace").decode() + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
