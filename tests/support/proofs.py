"""An outsider's check of the audit trail, from the published format alone (docs/api.md, RFC 6962 and RFC 9162)."""

import hashlib
from collections.abc import Sequence

import rfc8785

from tests.support.citizen import Json

HASHED = ("id", "stream", "version", "type", "schema_version", "actor", "occurred_at", "data", "metadata")


def leaf_hash(event: Json) -> bytes:
    """The leaf of an event as `GET /events` shows it."""
    content = {name: event[name] for name in HASHED}
    return hashlib.sha256(b"\x00" + rfc8785.dumps(content)).digest()


def root_from_path(leaf: bytes, index: int, tree_size: int, path: Sequence[str]) -> str:
    """The root that an inclusion path leads to, in hex. Source: RFC 9162 §2.1.3.2."""
    node, last, current = leaf, tree_size - 1, index
    for step in map(bytes.fromhex, path):
        if current % 2 == 1 or current == last:
            node = _inner(step, node)
            while current % 2 == 0 and current != 0:
                current, last = current // 2, last // 2
        else:
            node = _inner(node, step)
        current, last = current // 2, last // 2
    assert last == 0, "the path is too short for the tree"
    return node.hex()


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
